using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Parameters of <see cref="NegativeRiskArbitrage"/>.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record NegativeRiskOptions
{
    /// <summary>Least profit after fees for one set, in parts per million of a share.</summary>
    public long MinEdgePpm { get; init; } = 5_000;

    /// <summary>Most shares of each leg, in millionths.</summary>
    public long MaxSizeMicro { get; init; } = 200 * Micros.One;

    /// <summary>How long an event that has given a signal gives no other.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most legs of a signal: more cannot be sent before the first ones are stale.</summary>
    public int MaxLegs { get; init; } = 24;

    internal EdgeLimits Limits => new(MinEdgePpm, MaxSizeMicro, CoolDown);
}
