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

    /// <summary>Strikes on each side of the centre; 2.</summary>
    public int StrikesEachSide { get; init; } = 2;

    /// <summary>Expiries open at a time, the current one included; 3.</summary>
    public int OpenExpiries { get; init; } = 3;

    /// <summary>How far beyond half a spacing spot must leave the centre before the ladder moves, in percent of the
    /// spacing; 10.</summary>
    public int HysteresisPercent { get; init; } = 10;

    /// <summary>Lifetime of a quote in milliseconds; 2,000.</summary>
    public int QuoteLifetimeMs { get; init; } = 2_000;

    /// <summary>Shortest time between two quotes of one strike and expiry in milliseconds; 100.</summary>
    public int MinRenewMs { get; init; } = 100;

    /// <summary>UP ask plus DOWN ask minus one, in parts per million, a multiple of two ticks; 20,000 = 0.02.</summary>
    public int SpreadPpm { get; init; } = 20_000;

    /// <summary>The largest quantity of one execution in 10^-6 outcome tokens; 250 tokens.</summary>
    public long MaxQuantityAtoms { get; init; } = 250_000_000;

    /// <summary>How the volatility is estimated.</summary>
    public VolatilityOptions Volatility { get; init; } = new();

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
            : Volatility is not { HalfLifeSeconds: > 0, Floor: > 0, Start: > 0, MaxGapSeconds: >= 1 }
                ? $"{Symbol}: half-life, floor and start of the volatility must be above 0, its gap at least 1 s"
            : null;
    }
}
