using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>An order in the numbers that its venue takes as they are, or the reason why there are none.</summary>
/// <param name="Refusal">Stable code of <see cref="OrderShaper"/>; null where the order may be sent.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="PricePpm">The limit on the venue's tick, in parts per million; never worse than what was
/// wanted.</param>
/// <param name="SizeMicro">Shares in millionths; never more than what was wanted.</param>
/// <param name="DollarsMicros">What the shares cost or bring at the limit, in millionths of a dollar.</param>
/// <remarks>Immutable: any thread. Kalshi takes price and size; Polymarket takes the two amounts.</remarks>
public readonly record struct ShapedOrder(
    string? Refusal, Side Side, long PricePpm, long SizeMicro, long DollarsMicros)
{
    /// <summary>True where the order may be sent.</summary>
    public bool IsSendable => Refusal is null;

    /// <summary>What this side gives: dollars of a buy, shares of a sale; in millionths.</summary>
    public long MakerMicros => Side == Side.Buy ? DollarsMicros : SizeMicro;

    /// <summary>What this side gets: shares of a buy, dollars of a sale; in millionths.</summary>
    public long TakerMicros => Side == Side.Buy ? SizeMicro : DollarsMicros;
}
