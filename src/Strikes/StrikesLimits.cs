using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>Bounds that no configuration can lift.</summary>
public static class StrikesLimits
{
    /// <summary>No quote is signed on a composite older than this, in nanoseconds; 3 s.</summary>
    public const long MaxPriceAgeNanos = 3 * Stamps.NanosPerSecond;

    /// <summary>How far a price may lie ahead of the clock before the clock is taken to be wrong, in nanoseconds; 1
    /// s.</summary>
    public const long MaxClockLeadNanos = Stamps.NanosPerSecond;

    /// <summary>The most strikes on each side of the centre.</summary>
    public const int MaxStrikesEachSide = 50;

    /// <summary>The most expiries open at a time.</summary>
    public const int MaxOpenExpiries = 24;

    /// <summary>One price tick of an outcome, 0.0001, in parts per million.</summary>
    public const int TickPpm = 100;

    /// <summary>The lowest executable price, 0.0001, in parts per million.</summary>
    public const int MinPricePpm = TickPpm;

    /// <summary>The highest executable price, 0.9999, in parts per million.</summary>
    public const int MaxPricePpm = OnePpm - TickPpm;

    /// <summary>A payout of one unit of collateral, in parts per million.</summary>
    public const int OnePpm = 1_000_000;

    /// <summary>Decimals of outcome tokens and of the collateral USDC.</summary>
    public const int CollateralDecimals = 6;

    /// <summary>Decimals of strikes and spot prices.</summary>
    public const int PriceDecimals = 8;
}
