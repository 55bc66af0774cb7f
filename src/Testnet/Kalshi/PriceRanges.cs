namespace Strikeline.Testnet.Kalshi;

/// <summary>A part of the prices with its own tick.</summary>
internal readonly record struct PriceRange(int Start, int End, int Step);

/// <summary>Which prices a market takes; the venue may change it while the market lives.</summary>
/// <param name="Structure">The venue's name of it.</param>
/// <param name="Ranges">In order, without a hole.</param>
internal sealed record PriceRanges(string Structure, IReadOnlyList<PriceRange> Ranges)
{
    /// <summary>One cent everywhere.</summary>
    public static PriceRanges LinearCent { get; } = new("linear_cent", [new(0, 10_000, 100)]);

    /// <summary>A tenth of a cent everywhere.</summary>
    public static PriceRanges DeciCent { get; } = new("deci_cent", [new(0, 10_000, 10)]);

    /// <summary>A tenth of a cent at the tails, one cent between: crypto.</summary>
    public static PriceRanges TaperedDeciCent { get; } = new(
        "tapered_deci_cent", [new(0, 1_000, 10), new(1_000, 9_000, 100), new(9_000, 10_000, 10)]);

    /// <summary>True where an order may have the price.</summary>
    public bool Takes(int price)
    {
        if (price is <= 0 or >= KalshiUnits.Dollar)
        {
            return false;
        }

        foreach (var range in Ranges)
        {
            if (price >= range.Start && price <= range.End && (price - range.Start) % range.Step == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The nearest price not above a value, or not below it; within the prices that orders may have.</summary>
    public int Snap(int value, bool up)
    {
        var price = Math.Clamp(value, 1, KalshiUnits.Dollar - 1);
        foreach (var range in Ranges)
        {
            if (price >= range.Start && (up ? price <= range.End : price < range.End))
            {
                var over = (price - range.Start) % range.Step;
                price += over == 0 ? 0 : up ? range.Step - over : -over;
                break;
            }
        }

        var last = Ranges[^1];
        return Math.Clamp(price, Ranges[0].Step, last.End - last.Step);
    }
}
