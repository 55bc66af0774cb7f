namespace Strikeline.Strikes;

/// <summary>Two executable asks around a fair probability, all in parts per million on ticks of 100.</summary>
/// <param name="FairPpm">The fair probability rounded to a tick.</param>
/// <param name="UpPpm">Ask for UP.</param>
/// <param name="DownPpm">Ask for DOWN; UP and DOWN together are one plus the spread, exactly.</param>
/// <remarks><c>default</c> is no quote.</remarks>
public readonly record struct QuotePricing(int FairPpm, int UpPpm, int DownPpm)
{
    /// <summary>Prices a market.</summary>
    /// <param name="fairPpm">Fair probability of UP, 0 to 1,000,000.</param>
    /// <param name="spreadPpm">The spread; a multiple of 200.</param>
    /// <param name="shiftPpm">By how much the inventory raises UP's ask and lowers DOWN's; a multiple of 100, of any
    /// sign.</param>
    /// <remarks>
    /// Half of the spread lies on each side of the shifted probability. Where one side would leave 0.0001 to 0.9999 it
    /// stays at the bound and the other side takes the rest of the spread, so that a pair never costs less than one
    /// plus the spread.
    /// </remarks>
    public static QuotePricing Around(int fairPpm, int spreadPpm, int shiftPpm)
    {
        const int Tick = StrikesLimits.TickPpm;
        var total = StrikesLimits.OnePpm + spreadPpm;
        var fair = (fairPpm + (Tick / 2)) / Tick * Tick;
        var up = Math.Clamp(
            fair + shiftPpm + (spreadPpm / 2), total - StrikesLimits.MaxPricePpm, StrikesLimits.MaxPricePpm);
        return new QuotePricing(fair, up, total - up);
    }
}
