namespace Strikeline.Journal;

/// <summary>When blocks and files are closed and what is kept.</summary>
public sealed record TapeSettings
{
    /// <summary>A file is closed before a block would make it larger than this, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 64 << 20;

    /// <summary>A file is closed when it is older than this.</summary>
    public TimeSpan MaxFileAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Oldest files are deleted so that all tapes of the folder stay within this, in bytes.</summary>
    public long MaxTotalBytes { get; init; } = 4L << 30;

    /// <summary>A block is closed before a frame would make it larger than this, in bytes before compression.</summary>
    public int BlockBytes { get; init; } = 256 << 10;

    /// <summary>A block is closed when its first frame is older than this: what a crash can lose.</summary>
    public TimeSpan BlockAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws where the values do not go together.</summary>
    /// <exception cref="ArgumentException">With one line that names the setting.</exception>
    internal void Check()
    {
        Demand(BlockBytes is >= 1024 and <= 1 << 20, nameof(BlockBytes), "between 1 KiB and 1 MiB");
        Demand(MaxFileBytes >= BlockBytes, nameof(MaxFileBytes), "at least one block");
        Demand(MaxTotalBytes / 2 >= MaxFileBytes, nameof(MaxTotalBytes), "at least two files");
        Demand(BlockAge > TimeSpan.Zero, nameof(BlockAge), "more than zero");
        Demand(MaxFileAge >= BlockAge, nameof(MaxFileAge), "at least a block's age");
    }

    private static void Demand(bool holds, string setting, string bound)
    {
        if (!holds)
        {
            throw new ArgumentException($"tape setting {setting} must be {bound}", setting);
        }
    }
}
