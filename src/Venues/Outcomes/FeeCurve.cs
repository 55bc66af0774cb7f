using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>How a venue's fee depends on price and size.</summary>
public enum FeeKind : byte
{
    /// <summary>No fee; the default value.</summary>
    None = 0,

    /// <summary><c>size × rate × (p × (1 − p)) ^ exponent</c>: Polymarket's fee schedule and Kalshi's quadratic
    /// fee.</summary>
    Curve = 1,

    /// <summary><c>size × p × rate</c>: a flat share of the notional.</summary>
    Flat = 2,
}

/// <summary>A venue's trading fee as data, from its own market description. Fees are planned rounded up.</summary>
/// <param name="Kind">The shape.</param>
/// <param name="RatePpm">The rate in parts per million: 70,000 for 0.07.</param>
/// <param name="Exponent">Of the curve: 1 or 2.</param>
/// <param name="MakerPpm">What a maker pays of the taker's fee, in parts per million; zero where makers pay
/// nothing.</param>
/// <param name="GrainMicros">A fill's fee is a multiple of this, in millionths of a dollar: 10 where a venue counts
/// five
/// decimals.</param>
/// <param name="OrderGrainMicros">An order's whole fee is a multiple of this; <paramref name="GrainMicros"/> where
/// there
/// is no such rule.</param>
/// <remarks><c>default</c> is no fee, with grains of zero, which count as one. Any thread, no allocation.</remarks>
public readonly record struct FeeCurve(
    FeeKind Kind, long RatePpm, int Exponent, long MakerPpm, long GrainMicros, long OrderGrainMicros)
{
    /// <summary>The flat two per cent of the paper mode of old, as a setting.</summary>
    public static FeeCurve FlatTwoPercent { get; } = new(FeeKind.Flat, 20_000, 1, Micros.One, 1, 1);

    /// <summary>A taker's fee of one fill, in millionths of a dollar, rounded up to the grain.</summary>
    /// <param name="pricePpm">The fill's price, 0 to 1,000,000.</param>
    /// <param name="sizeMicro">Its size in millionths of a share, not negative.</param>
    public long TakerFeeMicros(long pricePpm, long sizeMicro) =>
        Micros.RoundUp(Raw(pricePpm, sizeMicro), Grain(GrainMicros));

    /// <summary>A maker's fee of one fill.</summary>
    /// <inheritdoc cref="TakerFeeMicros"/>
    public long MakerFeeMicros(long pricePpm, long sizeMicro) =>
        MakerPpm == 0
            ? 0
            : Micros.RoundUp(UpDivide((Int128)Raw(pricePpm, sizeMicro) * MakerPpm, Micros.One), Grain(GrainMicros));

    /// <summary>The most that a taker's order can cost in fees, however it is split into fills at prices that are no
    /// better
    /// than <paramref name="pricePpm"/> in the fee's sense: one grain for each possible fill, then the order's
    /// grain.</summary>
    /// <param name="pricePpm">The price whose fee is taken.</param>
    /// <param name="sizeMicro">The whole size in millionths of a share.</param>
    /// <param name="fills">Into how many fills it can be split.</param>
    public long MostTakerFeeMicros(long pricePpm, long sizeMicro, int fills) =>
        Kind == FeeKind.None
            ? 0
            : Micros.RoundUp(
                Raw(pricePpm, sizeMicro) + (fills * Grain(GrainMicros)),
                Math.Max(Grain(GrainMicros), Grain(OrderGrainMicros)));

    private static long Grain(long micros) => Math.Max(1, micros);

    private static long UpDivide(Int128 value, long by) => (long)((value + (by - 1)) / by);

    // Each step rounds up, so that what is planned is never below what is charged.
    private long Raw(long pricePpm, long sizeMicro)
    {
        switch (Kind)
        {
            case FeeKind.Flat:
                return UpDivide((Int128)Micros.WorthRoundedUp(pricePpm, sizeMicro) * RatePpm, Micros.One);
            case FeeKind.Curve:
                // In 10^-12: exact for exponent 1.
                var spread = (Int128)pricePpm * (Micros.One - pricePpm);
                const long Trillion = 1_000_000_000_000;
                for (var i = 1; i < Exponent; i++)
                {
                    spread = UpDivide(spread * pricePpm * (Micros.One - pricePpm), Trillion);
                }

                return UpDivide((Int128)sizeMicro * RatePpm * spread, Micros.One * Trillion);
            default:
                return 0;
        }
    }
}
