using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Strikes;

/// <summary>One series of strike markets: an asset, its ladder, its expiries and how it is quoted.</summary>
public sealed record SeriesOptions
{
    /// <summary>The composite that the series is made on.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Distance between strikes in 10^-8 of the quote currency: 100 for BTC, 10 for ETH, 1 for SOL.</summary>
    public required long SpacingE8 { get; init; }

    /// <summary>Length of a window in seconds; expiries are its multiples on the Unix clock; 300.</summary>
    public int WindowSeconds { get; init; } = 300;

    /// <summary>Length of the closing window in seconds, which is also the number of its samples, on whose mean the
    /// market settles; 60.</summary>
    public int ClosingSeconds { get; init; } = 60;

    /// <summary>Strikes on each side of the centre; 2.</summary>
    public int StrikesEachSide { get; init; } = 2;

    /// <summary>Expiries open at a time, the current one included; 3.</summary>
    public int OpenExpiries { get; init; } = 3;

    /// <summary>How far beyond half a spacing spot must leave the centre before the ladder moves, in percent of the
    /// spacing; 25.</summary>
    public int HysteresisPercent { get; init; } = 25;

    /// <summary>Lifetime of a quote in milliseconds; 2,000.</summary>
    public int QuoteLifetimeMs { get; init; } = 2_000;

    /// <summary>Shortest time between two quotes of one strike and expiry in milliseconds; 100.</summary>
    public int MinRenewMs { get; init; } = 100;

    /// <summary>UP ask plus DOWN ask minus one, in parts per million, a multiple of two ticks; 20,000 = 0.02.</summary>
    public int SpreadPpm { get; init; } = 20_000;

    /// <summary>The largest quantity of one execution in 10^-6 outcome tokens; 250 tokens.</summary>
    public long MaxQuantityAtoms { get; init; } = 250_000_000;

    /// <summary>The most by which the maker's inventory shifts the prices, in parts per million, a multiple of a
    /// tick; 10,000: half of the usual spread, so that no side is sold below its fair value.</summary>
    public int MaxSkewPpm { get; init; } = 10_000;

    /// <summary>The most UP (or DOWN) tokens that the maker may be short of in one market, in 10^-6 tokens; there the
    /// shift is full; 2,500 tokens.</summary>
    public long InventoryLimitAtoms { get; init; } = 2_500_000_000;

    /// <summary>How the volatility is estimated.</summary>
    public VolatilityOptions Volatility { get; init; } = new();

    /// <summary>The name of the rule by which the series settles: <c>MEAN60S-GE</c> is the mean of the last 60
    /// one-second samples, and UP wins where it is greater than or equal to the strike.</summary>
    public string RuleId => $"MEAN{ClosingSeconds}S-GE";

    /// <summary>The most quotes of the series that can be valid at one moment, replaced ones included.</summary>
    public long MostLiveQuotes =>
        (long)((2 * StrikesEachSide) + 1) * OpenExpiries * ((QuoteLifetimeMs / MinRenewMs) + 1);

    /// <summary>What is impossible about the series as one line for its user; null where it is sound.</summary>
    public string? Problem()
    {
        const int DoubleTick = 2 * StrikesLimits.TickPpm;
        return
            Symbol.ToString().Length > QuotePayload.SymbolSize
                ? $"the symbol {Symbol} is longer than {QuotePayload.SymbolSize} characters"
            : SpacingE8 is <= 0 or > 100_000_000_000_000
                ? $"{Symbol}: the strike spacing must be above 0 and at most 1,000,000"
            : WindowSeconds is < 10 or > 604_800 ? $"{Symbol}: the window must be 10 seconds to 7 days"
            : ClosingSeconds < 1 || ClosingSeconds > WindowSeconds
                ? $"{Symbol}: the closing window must be 1 second to the whole window of {WindowSeconds} seconds"
            : StrikesEachSide is < 0 or > StrikesLimits.MaxStrikesEachSide
                ? $"{Symbol}: strikes on each side must be 0 to {StrikesLimits.MaxStrikesEachSide}"
            : OpenExpiries is < 1 or > StrikesLimits.MaxOpenExpiries
                ? $"{Symbol}: open expiries must be 1 to {StrikesLimits.MaxOpenExpiries}"
            : HysteresisPercent is < 0 or > 100 ? $"{Symbol}: the hysteresis must be 0 to 100 percent of the spacing"
            : QuoteLifetimeMs is < 200 or > 60_000 ? $"{Symbol}: the quote lifetime must be 200 ms to 60 s"
            : MinRenewMs < 1 || MinRenewMs > QuoteLifetimeMs / 2
                ? $"{Symbol}: the shortest renewal must be 1 ms to half of the quote lifetime"
            : SpreadPpm is < DoubleTick or > 500_000 || SpreadPpm % DoubleTick != 0
                ? $"{Symbol}: the spread must be 0.0002 to 0.5 in steps of 0.0002"
            : MaxQuantityAtoms is <= 0 or > 1_000_000_000_000_000
                ? $"{Symbol}: the largest quantity must be above 0 and at most 1,000,000,000"
            : MaxSkewPpm is < 0 or > 250_000 || MaxSkewPpm % StrikesLimits.TickPpm != 0
                ? $"{Symbol}: the largest skew must be 0 to 0.25 in steps of 0.0001"
            : InventoryLimitAtoms < MaxQuantityAtoms || InventoryLimitAtoms > 1_000_000_000_000_000
                ? $"{Symbol}: the inventory limit must be at least the largest quantity and at most 1,000,000,000"
            : Volatility is not { HalfLifeSeconds: >= 1 and <= 1_000_000, MaxGapSeconds: >= 1 }
                ? $"{Symbol}: the half-life of the volatility must be 1 second to 1,000,000 seconds, "
                    + "its longest gap at least 1 second"
            : !(Volatility.Floor is > 0 and <= 0.1 && Volatility.Start >= Volatility.Floor && Volatility.Start <= 0.1)
                ? $"{Symbol}: the volatility's floor must be above 0, its start at least the floor, both at most 0.1"
            : null;
    }
}
