namespace Strikeline.Testnet.Kalshi;

/// <summary>What a fill costs: the fee of the model, and what brings the balance back to its precision.</summary>
/// <remarks>docs.kalshi.com "Fee Rounding", read in October 2026: fees of six decimals, balances of direct members of
/// four, an accumulator for each order over all of its fills.</remarks>
internal sealed class KalshiFees
{
    private const long RateScale = 100_000_000;

    private long _accumulated;

    /// <summary>The model's fee, rounded up to a millionth of a dollar: rate × C × P × (1 − P).</summary>
    /// <param name="rate">In ten-thousandths: 700 is 0.07.</param>
    /// <param name="price">Of YES.</param>
    /// <param name="count">Of the fill.</param>
    public static long Of(long rate, int price, long count)
    {
        var product = checked(rate * count * price * (KalshiUnits.Dollar - price));
        return (product + RateScale - 1) / RateScale;
    }

    /// <summary>The most that the fees of an order can come to, however it is filled at its price.</summary>
    public static long Most(long rate, int price, long count) =>
        Of(rate, price, count) + (rate == 0 ? 0 : count) + KalshiUnits.BalanceStep;

    /// <summary>The net fee of an order's next fill; the balance changes by the revenue less it.</summary>
    /// <param name="revenue">What the fill brings, or below zero what it costs, before fees.</param>
    /// <param name="tradeFee">The model's fee.</param>
    public long Charge(long revenue, long tradeFee)
    {
        var change = revenue - tradeFee;
        var rounding = change - KalshiUnits.FloorTo(change, KalshiUnits.BalanceStep);
        _accumulated += rounding;
        var rebate = KalshiUnits.FloorTo(
            Math.Min(_accumulated, tradeFee + rounding), KalshiUnits.BalanceStep);
        _accumulated -= rebate;
        return tradeFee + rounding - rebate;
    }
}
