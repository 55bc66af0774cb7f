using Strikeline.Kernel;

namespace Strikeline.Journal;

/// <summary>One raw frame; a view whose spans are valid until its reader moves on.</summary>
public readonly ref struct TapeFrame
{
    /// <summary>Makes a frame over bytes that the caller keeps.</summary>
    /// <param name="receivedAt">Receive time, nanoseconds since the Unix epoch.</param>
    /// <param name="venue">
    /// Where it came from; <see cref="Kernel.Venue.None"/> for marks of the recorder itself.
    /// </param>
    /// <param name="connection">Number of the connection within the recording.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="context">UTF-8, such as a REST path; empty for messages.</param>
    /// <param name="payload">The bytes as they came.</param>
    public TapeFrame(
        long receivedAt,
        Venue venue,
        ushort connection,
        TapeFrameKind kind,
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> payload)
    {
        ReceivedAt = receivedAt;
        Venue = venue;
        Connection = connection;
        Kind = kind;
        Context = context;
        Payload = payload;
    }

    /// <summary>Receive time, nanoseconds since the Unix epoch.</summary>
    public long ReceivedAt { get; }

    /// <summary>Where it came from.</summary>
    public Venue Venue { get; }

    /// <summary>Number of the connection within the recording.</summary>
    public ushort Connection { get; }

    /// <summary>What it is.</summary>
    public TapeFrameKind Kind { get; }

    /// <summary>UTF-8, such as a REST path; empty for messages.</summary>
    public ReadOnlySpan<byte> Context { get; }

    /// <summary>The bytes as they came.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
