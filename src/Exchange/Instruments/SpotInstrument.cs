namespace Strikeline.Exchange;

/// <summary>A spot pair as the core knows it: integers only.</summary>
/// <remarks>
/// A price of p ticks for q lots costs p × q × <see cref="QuoteAtomsPerTickLot"/> atoms of the quote asset. The bounds
/// are such that this product, for the largest price and quantity, stays below 2^62: no sum of one command can
/// overflow.
/// </remarks>
public sealed record SpotInstrument
{
    /// <summary>No order is worth more, in atoms.</summary>
    internal const long LargestNotional = 1L << 62;

    /// <summary>The number of the base asset.</summary>
    public required int BaseAsset { get; init; }

    /// <summary>The number of the quote asset.</summary>
    public required int QuoteAsset { get; init; }

    /// <summary>Atoms of the base asset in one lot.</summary>
    public required long BaseAtomsPerLot { get; init; }

    /// <summary>Atoms of the quote asset for one lot at a price of one tick.</summary>
    public required long QuoteAtomsPerTickLot { get; init; }

    /// <summary>The highest price in ticks; the lowest is one tick.</summary>
    public required int MaxPrice { get; init; }

    /// <summary>The largest quantity of an order in lots; the smallest is one lot.</summary>
    public required long MaxQuantity { get; init; }

    /// <summary>Fee of the resting side in parts per million of what it receives.</summary>
    public int MakerFeePpm { get; init; }

    /// <summary>Fee of the incoming side in parts per million of what it receives.</summary>
    public int TakerFeePpm { get; init; }

    /// <summary>How far a price may be from the reference, in parts per million of it; 0 for any.</summary>
    public int BandPpm { get; init; }

    /// <summary>What is impossible about the instrument as one line; null where it is sound.</summary>
    public string? Problem(int assets) =>
        BaseAsset < 0 || BaseAsset >= assets || QuoteAsset < 0 || QuoteAsset >= assets || BaseAsset == QuoteAsset
            ? "its assets are not two of the exchange's"
        : BaseAtomsPerLot <= 0 || QuoteAtomsPerTickLot <= 0 ? "a lot and a tick must be worth at least one atom"
        : MaxPrice is <= 0 or > PriceLadder.MaxPrice ? $"the highest price must be 1 to {PriceLadder.MaxPrice} ticks"
        : MaxQuantity <= 0 || MaxQuantity > (LargestNotional - 1) / MaxPrice / QuoteAtomsPerTickLot
            || MaxQuantity > (LargestNotional - 1) / BaseAtomsPerLot
            ? "the largest order is worth more atoms than can be counted"
        : MakerFeePpm is < 0 or > 100_000 || TakerFeePpm is < 0 or > 100_000 ? "fees must be 0 to 10 %"
        : BandPpm is < 0 or >= 1_000_000 ? "a price band must be below 100 %"
        : null;
}
