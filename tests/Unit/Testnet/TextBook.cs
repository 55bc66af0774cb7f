using System.Text.Json;

namespace Strikeline.Unit.Testnet;

/// <summary>A plain book over decimals, kept as a client would keep it.</summary>
internal sealed class TextBook
{
    public SortedDictionary<decimal, decimal> Bids { get; } = new(Comparer<decimal>.Create((a, b) => b.CompareTo(a)));

    public SortedDictionary<decimal, decimal> Asks { get; } = [];

    public void Clear()
    {
        Bids.Clear();
        Asks.Clear();
    }

    /// <summary>Applies levels of the form <c>["price","quantity"]</c>.</summary>
    public void ApplyPairs(JsonElement bids, JsonElement asks)
    {
        foreach (var (side, levels) in
            ((SortedDictionary<decimal, decimal>, JsonElement)[])[(Bids, bids), (Asks, asks)])
        {
            foreach (var level in levels.EnumerateArray())
            {
                Set(side, decimal.Parse(level[0].GetString()!), decimal.Parse(level[1].GetString()!));
            }
        }
    }

    /// <summary>Applies levels of the form <c>{"price":1.0,"qty":2.0}</c>, then cuts to the depth.</summary>
    public void ApplyNumbers(JsonElement data, int depth)
    {
        foreach (var (side, name) in ((SortedDictionary<decimal, decimal>, string)[])[(Bids, "bids"), (Asks, "asks")])
        {
            foreach (var level in data.GetProperty(name).EnumerateArray())
            {
                // Through the text, so that 1.50 keeps its zero: a decimal remembers its scale.
                Set(side, decimal.Parse(level.GetProperty("price").GetRawText()),
                    decimal.Parse(level.GetProperty("qty").GetRawText()));
            }

            foreach (var fallen in side.Keys.Skip(depth).ToArray())
            {
                side.Remove(fallen);
            }
        }
    }

    /// <summary>Applies Coinbase's updates.</summary>
    public void ApplyUpdates(JsonElement updates)
    {
        foreach (var update in updates.EnumerateArray())
        {
            Set(update.GetProperty("side").GetString() == "bid" ? Bids : Asks,
                decimal.Parse(update.GetProperty("price_level").GetString()!),
                decimal.Parse(update.GetProperty("new_quantity").GetString()!));
        }
    }

    public void AssertEquals(TextBook other, int depth = int.MaxValue)
    {
        Assert.Equal(other.Bids.Take(depth), Bids.Take(depth));
        Assert.Equal(other.Asks.Take(depth), Asks.Take(depth));
    }

    /// <summary>Kraken's checksum written down once more, over text, bit by bit.</summary>
    public uint KrakenChecksum()
    {
        var text = string.Concat(Asks.Take(10).Concat(Bids.Take(10)).SelectMany(level =>
            (string[])[Digits(level.Key), Digits(level.Value)]));
        var sum = uint.MaxValue;
        foreach (var character in text)
        {
            sum ^= character;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
            }
        }

        return ~sum;
    }

    private static string Digits(decimal value) => value.ToString().Replace(".", "").TrimStart('0');

    private static void Set(SortedDictionary<decimal, decimal> side, decimal price, decimal quantity)
    {
        if (quantity == 0)
        {
            side.Remove(price);
        }
        else
        {
            // Removed first: a key that is equal but has another scale would stay.
            side.Remove(price);
            side[price] = quantity;
        }
    }
}
