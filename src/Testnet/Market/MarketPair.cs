using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>One pair on one venue, with the grid that the venue trades it on.</summary>
/// <param name="Venue">Where it trades.</param>
/// <param name="Symbol">What trades.</param>
/// <param name="Grid">Decimals of its prices and quantities; one unit of price is one tick.</param>
/// <param name="SpreadTicks">Usual distance between best bid and best ask, in ticks.</param>
/// <param name="GapTicks">Usual distance between neighbouring levels near the touch, in ticks.</param>
/// <param name="TypicalSize">Median size of a level in units of the base asset.</param>
/// <param name="EventsPerSecond">Book events a second at rate 1.</param>
public sealed record MarketPair(
    Venue Venue, Symbol Symbol, Grid Grid, int SpreadTicks, int GapTicks, double TypicalSize, double EventsPerSecond)
{
    /// <summary>True where both assets follow the dollar, so that the price stays near one.</summary>
    public bool IsStable { get; } = LatentPrices.IsStable(Symbol.Base);
}
