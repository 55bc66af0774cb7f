using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>Rates between quote currencies, from the stablecoin pairs that the venues trade.</summary>
/// <remarks>
/// A venue's price is converted by that venue's own pairs first: so a venue whose numbers are wrong can spoil its own
/// contribution and nobody else's. Only a venue without a usable pair of its own borrows the median of the others.
/// </remarks>
internal sealed class BasisTable
{
    /// <summary>The scale of a rate: 10^-12.</summary>
    public const long RateScale = 1_000_000_000_000;

    private static readonly string[] Bridges = ["USDC", "USD", "USDT"];

    private readonly HeldQuote[] _pairs;
    private readonly Venue[] _venues;
    private readonly CompositeOptions _options;
    private readonly long[] _scratch;

    public BasisTable(CompositeOptions options, HeldQuote[] pairs)
    {
        _options = options;
        _pairs = pairs;
        _venues = [.. pairs.Select(pair => pair.Venue).Distinct()];
        _scratch = new long[_venues.Length];
    }

    /// <summary>Units of <paramref name="to"/> for one unit of <paramref name="from"/>, in 10^-12.</summary>
    public bool TryRate(Venue venue, string from, string to, long nowNanos, out long rate)
    {
        rate = RateScale;
        if (from == to || TryOwn(venue, from, to, nowNanos, out rate) || TryMedian(from, to, nowNanos, out rate))
        {
            return true;
        }

        foreach (var bridge in Bridges)
        {
            if (bridge != from && bridge != to && TryMedian(from, bridge, nowNanos, out var first)
                && TryMedian(bridge, to, nowNanos, out var second))
            {
                return TryProduct(first, second, out rate);
            }
        }

        return false;
    }

    private bool TryOwn(Venue venue, string from, string to, long nowNanos, out long rate)
    {
        if (TryPair(venue, from, to, nowNanos, out rate))
        {
            return true;
        }

        foreach (var bridge in Bridges)
        {
            if (bridge != from && bridge != to && TryPair(venue, from, bridge, nowNanos, out var first)
                && TryPair(venue, bridge, to, nowNanos, out var second))
            {
                return TryProduct(first, second, out rate);
            }
        }

        return false;
    }

    private bool TryMedian(string from, string to, long nowNanos, out long rate)
    {
        var count = 0;
        foreach (var venue in _venues)
        {
            if (TryOwn(venue, from, to, nowNanos, out var own))
            {
                _scratch[count++] = own;
            }
        }

        rate = 0;
        if (count == 0)
        {
            return false;
        }

        var rates = _scratch.AsSpan(0, count);
        var median = RobustMedian.Of(rates);
        if (count == 2 && !RobustMedian.Near(rates[1], rates[0], _options.OutlierPpm))
        {
            return false;
        }

        rate = median;
        return true;
    }

    private bool TryPair(Venue venue, string from, string to, long nowNanos, out long rate)
    {
        foreach (var pair in _pairs)
        {
            if (pair.Venue != venue || pair.ReasonAt(nowNanos, _options.BasisStaleAfterNanos) != PriceReason.None)
            {
                continue;
            }

            var e8 = DecimalText.Scale(8);
            if (pair.Symbol.Base == from && pair.Symbol.Quote == to)
            {
                return TryNarrow((Int128)pair.MidE8 * RateScale / e8, out rate);
            }

            if (pair.Symbol.Base == to && pair.Symbol.Quote == from)
            {
                return TryNarrow((Int128)e8 * RateScale / pair.MidE8, out rate);
            }
        }

        rate = 0;
        return false;
    }

    private static bool TryProduct(long first, long second, out long rate) =>
        TryNarrow((Int128)first * second / RateScale, out rate);

    private static bool TryNarrow(Int128 value, out long rate)
    {
        var fits = value > 0 && value <= 1_000_000 * (Int128)RateScale;
        rate = fits ? (long)value : 0;
        return fits;
    }
}
