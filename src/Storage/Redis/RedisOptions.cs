namespace Strikeline.Storage;

/// <summary>Waits and bounds of a <see cref="RedisHotCache"/>.</summary>
public sealed record RedisOptions
{
    /// <summary>How long a connection may take to open, or a batch to be answered.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often an idle connection is asked whether it lives.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait before a new connection; doubled each time, half of each wait is random.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait before a new connection.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most keys that are kept here to be sent, or to be sent again.</summary>
    public int MaxEntries { get; init; } = 65_536;

    /// <summary>The most bytes of values that are kept here.</summary>
    public long MaxBytes { get; init; } = 64 * 1_024 * 1_024;
}
