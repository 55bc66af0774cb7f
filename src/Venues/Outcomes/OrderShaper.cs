using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>
/// Brings a wanted order onto a market's grid, always in the safe direction: the price never worse, the size never
/// larger.
/// </summary>
/// <remarks>
/// <para>A limit between two ticks goes to the better one: down for a buyer, up for a seller.</para>
/// <para>A buy that takes at once is two amounts where the venue counts dollars in cents: the dollars are rounded down
/// to
/// their step first, then the shares that they buy are rounded down. The venue derives the price from the amounts and
/// brings it down to its tick, which is exactly the limit then. Shares rounded up would make it a tick less, at which
/// nobody sells: such an order looks accepted and never trades.</para>
/// <para>Integers only, 128 bits wide; any thread, no allocation.</para>
/// </remarks>
public static class OrderShaper
{
    /// <summary>The market has no tick that could be used.</summary>
    public const string Tick = "TICK";

    /// <summary>Fewer shares than an order that rests must have.</summary>
    public const string MinSize = "MIN_SIZE";

    /// <summary>Worth less than an order that takes must be.</summary>
    public const string MinNotional = "MIN_NOTIONAL";

    /// <summary>No price of the market is as good as the limit.</summary>
    public const string PriceRange = "PRICE_RANGE";

    /// <summary>Nothing is left once the size is rounded down.</summary>
    public const string Zero = "ZERO";

    /// <summary>Shapes an order.</summary>
    /// <param name="rules">The market's rules of the moment.</param>
    /// <param name="side">Buy or sell.</param>
    /// <param name="limitPpm">The worst price that is acceptable, in parts per million.</param>
    /// <param name="sizeMicro">The largest size that is wanted, in millionths of a share.</param>
    /// <param name="life">Whether it may rest.</param>
    public static ShapedOrder Shape(
        MarketRules rules, Side side, long limitPpm, long sizeMicro, OrderLife life)
    {
        var refusal = TryPrice(rules, side, limitPpm, out var price);
        if (refusal is not null)
        {
            return Refused(refusal, side);
        }

        if (sizeMicro <= 0)
        {
            return Refused(Zero, side);
        }

        var takes = life != OrderLife.GoodTillCancelled;
        var inAmounts = takes && side == Side.Buy
            && (rules.TakingDollarStepMicros > 1 || rules.TakingShareStepMicro > 1);
        var (size, dollars) = inAmounts
            ? InAmounts(rules, price, sizeMicro)
            : Exactly(price, Micros.RoundDown(sizeMicro, Math.Max(1, rules.SizeStepMicro)), side);
        if (size == 0 || dollars == 0)
        {
            return Refused(Zero, side);
        }

        if (takes && dollars < rules.LeastTakingMicros)
        {
            return Refused(MinNotional, side);
        }

        if (!takes && size < rules.LeastRestingMicro)
        {
            return Refused(MinSize, side);
        }

        // So few dollars that the step of the shares is more than a tick: the derived price would not be the limit.
        var tick = rules.TickAt(price);
        if (inAmounts && (Int128)dollars * Micros.One >= (Int128)(price + tick) * size)
        {
            return Refused(MinNotional, side);
        }

        return new ShapedOrder(null, side, price, size, dollars);
    }

    /// <summary>The best price of a market that is not worse than a limit.</summary>
    /// <returns>Null, or the code of the refusal.</returns>
    public static string? TryPrice(MarketRules rules, Side side, long limitPpm, out long pricePpm)
    {
        pricePpm = 0;
        if (limitPpm is <= 0 or >= Micros.One)
        {
            return PriceRange;
        }

        var usable = false;
        var found = false;
        foreach (var band in rules.Bands)
        {
            if (band.TickPpm <= 0)
            {
                continue;
            }

            usable = true;
            var price = side == Side.Buy
                ? Micros.RoundDown(Math.Min(limitPpm, band.ToPpm), band.TickPpm)
                : Micros.RoundUp(Math.Max(limitPpm, band.FromPpm), band.TickPpm);
            if (price < band.FromPpm || price > band.ToPpm || price is <= 0 or >= Micros.One)
            {
                continue;
            }

            // Bands may touch: the price nearest to the limit is the one that trades most likely.
            pricePpm = !found ? price : side == Side.Buy ? Math.Max(pricePpm, price) : Math.Min(pricePpm, price);
            found = true;
        }

        return found ? null : usable ? PriceRange : Tick;
    }

    private static (long Size, long Dollars) InAmounts(MarketRules rules, long price, long size)
    {
        var dollars = Micros.RoundDown(
            Micros.WorthRoundedDown(price, size), Math.Max(1, rules.TakingDollarStepMicros));
        var shares = (long)((Int128)dollars * Micros.One / price);
        return (Micros.RoundDown(shares, Math.Max(1, rules.TakingShareStepMicro)), dollars);
    }

    // A buyer pays, and a seller asks, what the limit says; where a grid is so fine that the product has more than six
    // decimals, the buyer's rounded down and the seller's up is the side that is never worse.
    private static (long Size, long Dollars) Exactly(long price, long size, Side side) =>
        (size, side == Side.Buy ? Micros.WorthRoundedDown(price, size) : Micros.WorthRoundedUp(price, size));

    private static ShapedOrder Refused(string code, Side side) => new(code, side, 0, 0, 0);
}
