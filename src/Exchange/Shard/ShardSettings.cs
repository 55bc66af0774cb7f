using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>How a shard runs. Nothing of this is part of its state.</summary>
public sealed record ShardSettings
{
    /// <summary>For how much the pipeline has room from the start.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>The layout of the journal.</summary>
    public JournalSettings Journal { get; init; } = new();

    /// <summary>Commands that may wait for the core.</summary>
    public int InboxCommands { get; init; } = 64 * 1024;

    /// <summary>Records after which the state is written down.</summary>
    public int SnapshotEvery { get; init; } = 1_000_000;

    /// <summary>The shortest time between two snapshots: each stops the core for as long as the state takes to
    /// copy.</summary>
    public TimeSpan SnapshotGap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the state is recomputed from the disk and compared, while anything happens.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle shard looks whether orders are due to expire.</summary>
    public TimeSpan TickEvery { get; init; } = TimeSpan.FromMilliseconds(100);
}
