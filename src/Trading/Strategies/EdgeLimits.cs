namespace Strikeline.Trading;

/// <summary>The bounds that every arbitrage keeps.</summary>
/// <param name="MinEdgePpm">Least profit after fees and the worst rounding for one share, in parts per million.</param>
/// <param name="MaxSizeMicro">Most shares of each leg, in millionths.</param>
/// <param name="CoolDown">How long a market that has given a signal gives no other.</param>
/// <remarks>Immutable: any thread.</remarks>
public readonly record struct EdgeLimits(long MinEdgePpm, long MaxSizeMicro, TimeSpan CoolDown);
