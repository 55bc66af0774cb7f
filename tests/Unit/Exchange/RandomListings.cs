using System.Security.Cryptography;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Seeded listings: new assets, instruments and keys, other terms for old ones, many of them impossible.</summary>
internal sealed class RandomListings(int seed)
{
    private const int MostAssets = 6;

    private readonly Random _random = new(seed);
    private int _assets;
    private int _keys;

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

    /// <summary>A key that is new, repeated, taken back, or wrong in one way.</summary>
    public KeyListing NextKey(NaiveExchange exchange)
    {
        var known = exchange.Keys.Count == 0 ? KeyBytes.Of(Hash(0)) : exchange.Keys[_random.Next(exchange.Keys.Count)].Hash;
        var key = new KeyListing
        {
            Account = _random.Next(exchange.Accounts.Count), Scopes = (KeyScopes)_random.Next(1, 8), Name = ListingName.Of($"key{_random.Next(9)}"),
            Hash = KeyBytes.Of(Hash(++_keys)), PublicKey = OneIn(2) ? default : KeyBytes.Of(Hash(-_keys)),
        };
        return _random.Next(20) switch
        {
            0 or 1 => key with { Hash = known },
            2 or 3 or 4 => new KeyListing { Hash = known, IsRevoked = 1 },
            5 => key with { IsRevoked = 1 },
            6 => key with { Hash = known, IsRevoked = 2 },
            7 => key with { IsRevoked = 2 },
            8 => key with { Hash = default },
            9 => key with { Account = OneIn(2) ? -1 : exchange.Accounts.Count },
            10 => key with { Scopes = KeyScopes.None },
            11 => key with { Scopes = key.Scopes | (KeyScopes)(8 << _random.Next(5)) },
            12 => key with { Name = default },
            _ => key,
        };
    }

    private static byte[] Hash(int number) => SHA256.HashData(BitConverter.GetBytes(number));

    private bool OneIn(int count) => _random.Next(count) == 0;
}
