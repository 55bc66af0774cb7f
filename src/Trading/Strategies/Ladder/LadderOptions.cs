using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Parameters of <see cref="LadderConsistency"/>.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record LadderOptions
{
    /// <summary>Least profit after fees for one share, in parts per million.</summary>
    public long MinEdgePpm { get; init; } = 5_000;

    /// <summary>Most shares of each leg, in millionths.</summary>
    public long MaxSizeMicro { get; init; } = 200 * Micros.One;

    /// <summary>How long a market that has given a signal gives no other.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(2);

    internal EdgeLimits Limits => new(MinEdgePpm, MaxSizeMicro, CoolDown);
}
