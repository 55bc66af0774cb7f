namespace Strikeline.Host.Market;

/// <summary>Waits and bounds of a <see cref="MarketRecorder"/>.</summary>
internal sealed record MarketRecorderOptions
{
    /// <summary>Rows that may wait for the store, in all batches together; beyond it batches are dropped, and read from
    /// the journal later.</summary>
    public int MostWaitingRows { get; init; } = 262_144;

    /// <summary>Rows that are written at once, roughly.</summary>
    public int MostGroupRows { get; init; } = 8_192;

    /// <summary>The shortest time from one writing to the next, unless as much waits as is written at once.</summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The first wait after a failure of the store; doubled each time.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait after a failure.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time from the end of one replay of the journal to the next one.</summary>
    public TimeSpan ReplayGap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a store to which nothing is to be written is looked at, whether it still is what it
    /// was.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what waits may take to be written when the recorder is closed.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(5);
}
