namespace Strikeline.Journal;

/// <summary>A tape that cannot be read or a place that cannot be recorded to; the message is one line.</summary>
public sealed class TapeException : Exception
{
    /// <summary>
    /// The command-line option that the messages point to: read the intact frames and report the damage.
    /// </summary>
    public const string SalvageOption = "--salvage";

    /// <summary>Makes the exception with its line.</summary>
    public TapeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its line and the failure behind it.</summary>
    public TapeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception without a line.</summary>
    public TapeException()
    {
    }

    /// <summary>The byte offset of the damaged part; −1 where no place within a file is meant.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>Intact frames in front of the damage.</summary>
    public long IntactBefore { get; init; }

    /// <summary>Intact frames behind the damage.</summary>
    public long IntactAfter { get; init; }

    internal static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}

/// <summary>A damaged part that a salvaging reader went around.</summary>
/// <param name="Offset">Byte offset of the damaged part.</param>
/// <param name="Found">What was found there.</param>
public readonly record struct TapeFlaw(long Offset, string Found);
