using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>What the venue lets a market's tick imply: a price is a multiple of it between it and one less it, a size
/// has
/// two decimals, and dollars are their product, exactly.</summary>
internal static class TickRules
{
    /// <summary>Step of sizes in millionths: two decimals at every tick.</summary>
    public const long SizeStepMicro = 10_000;

    /// <summary>Step of the dollars of an order that takes: cents, whatever the tick.</summary>
    public const long TakingDollarStepMicros = 10_000;

    /// <summary>Step of the shares of an order that takes: four decimals, whatever the tick.</summary>
    public const long TakingShareStepMicro = 100;

    /// <summary>Worth of the smallest order that takes: one dollar.</summary>
    public const long LeastTakingMicros = 1_000_000;

    // One array for each tick, so that rules that are equal are equal records.
    private static readonly Dictionary<long, ImmutableArray<PriceBand>> Bands =
        new long[] { 100_000, 10_000, 5_000, 2_500, 1_000, 100 }.ToDictionary(
            tick => tick, tick => ImmutableArray.Create(new PriceBand(tick, Micros.One - tick, tick)));

    public static bool TryBands(long tickPpm, out ImmutableArray<PriceBand> bands) =>
        Bands.TryGetValue(tickPpm, out bands);
}
