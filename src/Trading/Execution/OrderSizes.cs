using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Sizes that a market takes.</summary>
/// <remarks>Any thread, no state. All in millionths of a share.</remarks>
internal static class OrderSizes
{
    /// <summary>The step of a taking order's size: a buy must also cost whole steps of dollars.</summary>
    public static long Step(MarketRules rules, Side side, long limitPpm)
    {
        var step = Math.Max(1, rules.SizeStepMicro);
        if (side == Side.Sell)
        {
            return step;
        }

        var dollars = Math.Max(1, rules.TakingDollarStepMicros) * Micros.One;
        return Common(
            Common(step, Math.Max(1, rules.TakingShareStepMicro)), dollars / GreatestDivisor(limitPpm, dollars));
    }

    /// <summary>The largest size up to a given one that a taking order may have; zero where there is none.</summary>
    public static long Largest(MarketRules rules, Side side, long limitPpm, long most)
    {
        var size = Micros.RoundDown(Math.Max(0, most), Step(rules, side, limitPpm));
        return size == 0 || IsTooSmall(rules, limitPpm, size) ? 0 : size;
    }

    /// <summary>True where a taking order is below the market's least worth.</summary>
    public static bool IsTooSmall(MarketRules rules, long limitPpm, long size) =>
        Micros.WorthRoundedDown(limitPpm, size) < rules.LeastTakingMicros;

    /// <summary>The smallest common multiple.</summary>
    public static long Common(long one, long other) => checked(one / GreatestDivisor(one, other) * other);

    private static long GreatestDivisor(long one, long other)
    {
        while (other != 0)
        {
            (one, other) = (other, one % other);
        }

        return one;
    }
}
