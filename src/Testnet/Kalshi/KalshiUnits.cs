using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>
/// The venue's numbers as integers: prices in ten-thousandths of a dollar, counts in hundredths of a contract, money in
/// millionths of a dollar. A price times a count is money.
/// </summary>
internal static class KalshiUnits
{
    /// <summary>What a contract pays that is right, as a price.</summary>
    public const int Dollar = 10_000;

    /// <summary>One contract, as a count.</summary>
    public const int Contract = 100;

    /// <summary>One dollar, as money.</summary>
    public const long MoneyDollar = 1_000_000;

    /// <summary>What balances of direct members are multiples of: $0.0001, as money.</summary>
    public const long BalanceStep = 100;

    /// <summary>Decimals of a contract that a count has.</summary>
    public const int CountDecimals = 2;

    /// <summary>The most contracts of one order, as a count.</summary>
    public const long LargestCount = 1_000_000L * Contract;

    private const int PriceDecimals = 4;
    private const int MoneyDecimals = 6;

    public static string Price(long price) => DecimalText.ToText(price, PriceDecimals);

    public static string Count(long count) => DecimalText.ToText(count, CountDecimals);

    public static string Money(long money) => DecimalText.ToText(money, MoneyDecimals);

    /// <summary>Money of four decimals, rounded down.</summary>
    public static string Dollars(long money) => DecimalText.ToText(FloorTo(money, BalanceStep) / BalanceStep, 4);

    public static int Cents(long price) => (int)(price / 100);

    /// <summary>Reads a price of up to six decimals; those behind the fourth must be zero.</summary>
    public static bool TryPrice(string text, out int price)
    {
        price = 0;
        if (!DecimalText.TryParse(Encoding.UTF8.GetBytes(text), MoneyDecimals, out var money)
            || money % BalanceStep != 0 || money > MoneyDollar)
        {
            return false;
        }

        price = (int)(money / BalanceStep);
        return true;
    }

    /// <summary>Reads a count of up to two decimals.</summary>
    public static bool TryCount(string text, out long count) =>
        DecimalText.TryParse(Encoding.UTF8.GetBytes(text), CountDecimals, out count) && count <= LargestCount;

    /// <summary>The largest multiple of a step that is not above a value, below zero too.</summary>
    public static long FloorTo(long value, long step) => (value - (((value % step) + step) % step)) / step * step;
}
