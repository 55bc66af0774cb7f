using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>How a paper venue behaves where the books do not say it.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record PaperSettings
{
    /// <summary>What there is to spend at first, in millionths of a dollar.</summary>
    public long CashMicros { get; init; } = 1_000 * Micros.One;

    /// <summary>On top of the market's hold, how long an order travels.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a fill is not final.</summary>
    public TimeSpan ConfirmAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a split or merge is on its way after it was taken; zero for at once.</summary>
    public TimeSpan ConvertAfter { get; init; }

    /// <summary>How many of a million fills are undone instead of confirmed.</summary>
    public int GhostPpm { get; init; }
}
