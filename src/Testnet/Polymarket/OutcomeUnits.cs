using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The integers of this venue: prices in ten-thousandths of a dollar, sizes in ten-thousandths of a share
/// (lots), money in millionths of a dollar (micros).</summary>
/// <remarks>Every tick of the venue (0.1 to 0.0001) and every size that it takes (at most four decimals) is a whole
/// number of these.</remarks>
internal static class OutcomeUnits
{
    public const int Dollar = 10_000;
    public const int PriceDecimals = 4;
    public const int LotDecimals = 4;
    public const int MicroDecimals = 6;
    public const long LotsPerShare = 10_000;
    public const long MicrosPerDollar = 1_000_000;

    /// <summary>Lots of the largest order: a million shares.</summary>
    public const long LargestOrder = 1_000_000 * LotsPerShare;

    /// <summary>What a lot pays where its outcome wins.</summary>
    public const long MicrosPerLot = MicrosPerDollar / LotsPerShare;

    /// <summary>Price times size in micros, rounded down.</summary>
    public static long Value(int price, long lots) => price * lots / (Dollar / MicrosPerLot);

    /// <summary>The same rounded up: what an order binds.</summary>
    public static long Bound(int price, long lots) =>
        ((price * lots) + (Dollar / MicrosPerLot) - 1) / (Dollar / MicrosPerLot);

    public static string Price(int price) => DecimalText.ToShortText(price, PriceDecimals);

    public static string Size(long lots) => DecimalText.ToShortText(lots, LotDecimals);

    public static string Dollars(long micros) => DecimalText.ToShortText(micros, MicroDecimals);

    /// <summary>How many decimals an amount in millionths really uses.</summary>
    public static int DecimalsOf(long millionths)
    {
        var decimals = MicroDecimals;
        while (decimals > 0 && millionths % 10 == 0)
        {
            millionths /= 10;
            decimals--;
        }

        return decimals;
    }
}
