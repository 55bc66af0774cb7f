using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Parameters of <see cref="CrossOutcomeArbitrage"/>.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record CrossOutcomeOptions
{
    /// <summary>Least profit after fees for one share, in parts per million.</summary>
    public long MinEdgePpm { get; init; } = 2_000;

    /// <summary>Most shares of each leg, in millionths.</summary>
    public long MaxSizeMicro { get; init; } = 500 * Micros.One;

    /// <summary>How long a market that has given a signal gives no other.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(1);

    internal EdgeLimits Limits => new(MinEdgePpm, MaxSizeMicro, CoolDown);
}
