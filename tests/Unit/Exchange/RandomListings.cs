using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Seeded listings: new assets and instruments, other terms for old ones, many of them impossible.</summary>
internal sealed class RandomListings(int seed)
{
    private const int MostAssets = 6;

    private readonly Random _random = new(seed);
    private int _assets;

    /// <summary>An instrument; null where it is an asset's turn.</summary>
    public InstrumentListing? Next(NaiveExchange exchange)
    {
        if (OneIn(8))
        {
            return null;
        }

        var isNew = exchange.Markets.Count < 4 ? OneIn(6) : OneIn(40);
        var old = exchange.Markets[_random.Next(exchange.Markets.Count)];
        var terms = isNew
            ? old.Terms with { BaseAsset = _random.Next(exchange.Assets + 1), BaseAtomsPerLot = 1 + _random.Next(20) }
            : old.Terms;
        terms = terms with
        {
            MakerFeePpm = OneIn(3) ? 0 : _random.Next(5_000),
            TakerFeePpm = OneIn(3) ? 0 : _random.Next(9_000),
            BandPpm = OneIn(2) ? 0 : _random.Next(300_000, 1_000_000),
            MaxQuantity = 30 + _random.Next(1_000),
        };
        terms = _random.Next(40) switch
        {
            0 => terms with { MakerFeePpm = 100_001 },
            1 => terms with { TakerFeePpm = -1 },
            2 => terms with { BandPpm = 1_000_000 },
            3 => terms with { MaxQuantity = long.MaxValue },
            4 => terms with { MaxPrice = terms.MaxPrice - 1 },
            5 => terms with { BaseAtomsPerLot = terms.BaseAtomsPerLot + 1 },
            6 => terms with { QuoteAtomsPerTickLot = 0 },
            7 => terms with { QuoteAsset = terms.BaseAsset },
            8 => terms with { MaxPrice = 0 },
            9 => terms with { MaxQuantity = 0 },
            _ => terms,
        };
        var number = OneIn(40) ? exchange.Markets.Count + 1 : isNew ? exchange.Markets.Count : old.Number;
        return InstrumentListing.Of(number, OneIn(40) ? "SOL/USDC" : isNew ? $"NEW{number}" : $"{old.Name}", terms);
    }

    public AssetListing NextAsset()
    {
        _assets += _assets < MostAssets ? 1 : 0;
        return new AssetListing
        {
            Name = OneIn(4) ? default : ListingName.Of($"A{_assets}"), Decimals = OneIn(4) ? _random.Next(-1, 20) : 6,
        };
    }

    private bool OneIn(int count) => _random.Next(count) == 0;
}
