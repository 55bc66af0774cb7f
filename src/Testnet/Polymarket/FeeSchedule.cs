using System.Numerics;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What takers of a market pay: shares × rate × (p × (1 − p))^exponent, in dollars.</summary>
/// <param name="Type">The venue's name for it, such as <c>crypto_fees_v2</c>; null where there is no fee.</param>
/// <param name="RatePpm">The rate in millionths.</param>
/// <param name="Exponent">The exponent.</param>
/// <param name="RebatePpm">The makers' part of it in millionths.</param>
internal sealed record FeeSchedule(string? Type, int RatePpm, int Exponent, int RebatePpm)
{
    // Hundred-thousandths of a dollar are the smallest fee.
    private const long MicrosPerStep = 10;

    public static FeeSchedule None { get; } = new(null, 0, 1, 0);

    public static FeeSchedule Crypto { get; } = new("crypto_fees_v2", 70_000, 1, 200_000);

    public static FeeSchedule Politics { get; } = new("politics_fees", 40_000, 1, 250_000);

    public bool IsFree => RatePpm == 0;

    /// <summary>The fee of a fill in micros: rounded down to five decimals of a dollar.</summary>
    public long Of(int price, long lots)
    {
        if (IsFree)
        {
            return 0;
        }

        var curve = BigInteger.Pow((BigInteger)price * (OutcomeUnits.Dollar - price), Exponent);
        var scale = BigInteger.Pow((BigInteger)OutcomeUnits.Dollar * OutcomeUnits.Dollar, Exponent);
        var micros = lots * (BigInteger)RatePpm * curve / (scale * OutcomeUnits.LotsPerShare);
        return (long)(micros / MicrosPerStep) * MicrosPerStep;
    }

    /// <summary>No fill at or below the price (of a buyer) or above it (of a seller) costs more than this.</summary>
    public long Most(int price, long lots, bool isBuy)
    {
        var half = OutcomeUnits.Dollar / 2;
        return Of(isBuy ? Math.Min(price, half) : Math.Max(price, half), lots);
    }
}
