using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Strikeline.Unit.Venues.Reference;

/// <summary>A book as the documents describe it: two sorted maps from price to quantity, decimal numbers
/// throughout.</summary>
internal sealed class PlainBook
{
    public SortedDictionary<decimal, decimal> Bids { get; } = new(Comparer<decimal>.Create((a, b) => b.CompareTo(a)));

    public SortedDictionary<decimal, decimal> Asks { get; } = [];

    /// <summary>True where the venue's rule accounts for every change so far.</summary>
    public bool Synced { get; set; }

    /// <summary>The venue's update id of the last change.</summary>
    public long Last { get; set; }

    public bool IsCrossed => Bids.Count > 0 && Asks.Count > 0 && Bids.First().Key >= Asks.First().Key;

    public void Clear()
    {
        Bids.Clear();
        Asks.Clear();
        Synced = false;
    }

    /// <summary>Sets levels written as arrays of texts or numbers, price first.</summary>
    public void SetPairs(bool bids, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            Set(bids, Number(level[0]), Number(level[1]));
        }
    }

    public void Set(bool bids, decimal price, decimal quantity)
    {
        var side = bids ? Bids : Asks;

        // Removed first, so that the key keeps the digits of the newest text.
        side.Remove(price);
        if (quantity != 0)
        {
            side.Add(price, quantity);
        }
    }

    public void Truncate(int depth)
    {
        foreach (var side in new[] { Bids, Asks })
        {
            foreach (var price in side.Keys.Skip(depth).ToArray())
            {
                side.Remove(price);
            }
        }
    }

    /// <summary>Kraken's checksum, by strings as its guide shows it; null decimals keep the digits as they were
    /// written.</summary>
    public uint Checksum(int? priceDecimals = null, int? quantityDecimals = null)
    {
        var text = new StringBuilder();
        foreach (var side in new[] { Asks, Bids })
        {
            foreach (var (price, quantity) in side.Take(10))
            {
                text.Append(Digits(price, priceDecimals)).Append(Digits(quantity, quantityDecimals));
            }
        }

        return PlainCrc(Encoding.ASCII.GetBytes(text.ToString()));
    }

    public static decimal Number(JsonElement value) => decimal.Parse(
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
        NumberStyles.Float,
        CultureInfo.InvariantCulture);

    private static string Digits(decimal number, int? decimals) => number
        .ToString(decimals is { } count ? $"F{count}" : null, CultureInfo.InvariantCulture)
        .Replace(".", string.Empty, StringComparison.Ordinal)
        .TrimStart('0');

    // Bit by bit, as the polynomial is defined.
    private static uint PlainCrc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
