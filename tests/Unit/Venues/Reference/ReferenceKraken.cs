using System.Globalization;
using System.Text.Json;

namespace Strikeline.Unit.Venues.Reference;

/// <summary>
/// Kraken v1 and v2: apply, keep the subscribed depth, compare the CRC32 of the ten best levels in the pair's precision
/// (v1 texts carry it in their digits, v2 in the instrument channel or in <see cref="Precision"/>).
/// </summary>
internal sealed class ReferenceKraken : ReferenceFeed
{
    /// <summary>Decimals of price and quantity of v2 pairs.</summary>
    public Dictionary<string, (int Price, int Quantity)> Precision { get; } = [];

    protected override string? Take(JsonElement frame, string context)
    {
        if (frame.ValueKind == JsonValueKind.Array)
        {
            return V1(frame);
        }

        var channel = frame.TryGetProperty("channel", out var c) ? c.GetString() : null;
        Trades += channel == "trade" ? 1 : 0;
        if (channel == "instrument")
        {
            foreach (var pair in frame.GetProperty("data").GetProperty("pairs").EnumerateArray())
            {
                Precision[pair.GetProperty("symbol").GetString()!] =
                    (pair.GetProperty("price_precision").GetInt32(), pair.GetProperty("qty_precision").GetInt32());
            }
        }

        return channel == "book" ? V2(frame) : null;
    }

    private string? V1(JsonElement frame)
    {
        var count = frame.GetArrayLength();
        var channel = frame[count - 2].GetString()!;
        var pair = frame[count - 1].GetString()!;
        Trades += channel == "trade" ? 1 : 0;
        if (!channel.StartsWith("book-", StringComparison.Ordinal))
        {
            return null;
        }

        var book = BookOf(pair);
        uint? expected = null;
        for (var i = 1; i < count - 2; i++)
        {
            var part = frame[i];
            if (part.TryGetProperty("as", out var asks))
            {
                book.Clear();
                book.Synced = true;
                book.SetPairs(false, asks);
                book.SetPairs(true, part.GetProperty("bs"));
            }

            if (part.TryGetProperty("a", out var changedAsks))
            {
                book.SetPairs(false, changedAsks);
            }

            if (part.TryGetProperty("b", out var changedBids))
            {
                book.SetPairs(true, changedBids);
            }

            expected = part.TryGetProperty("c", out var c)
                ? uint.Parse(c.GetString()!, CultureInfo.InvariantCulture)
                : expected;
        }

        book.Truncate(int.Parse(channel[5..], CultureInfo.InvariantCulture));
        Check(book, expected, book.Checksum());
        return pair;
    }

    private string V2(JsonElement frame)
    {
        var data = frame.GetProperty("data")[0];
        var pair = data.GetProperty("symbol").GetString()!;
        var book = BookOf(pair);
        if (frame.GetProperty("type").GetString() == "snapshot")
        {
            book.Clear();
            book.Synced = true;
        }

        if (book.Synced)
        {
            Levels(book, true, data.GetProperty("bids"));
            Levels(book, false, data.GetProperty("asks"));
            var (price, quantity) = Precision.GetValueOrDefault(pair, (8, 8));
            Check(book, data.GetProperty("checksum").GetUInt32(), book.Checksum(price, quantity));
        }

        return pair;
    }

    private static void Levels(PlainBook book, bool bids, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            var pair = level.ValueKind == JsonValueKind.Array;
            book.Set(
                bids,
                PlainBook.Number(pair ? level[0] : level.GetProperty("price")),
                PlainBook.Number(pair ? level[1] : level.GetProperty("qty")));
        }
    }

    private void Check(PlainBook book, uint? expected, uint actual)
    {
        if (expected is null)
        {
            return;
        }

        ChecksumsMatched += actual == expected ? 1 : 0;
        ChecksumsFailed += actual == expected ? 0 : 1;
        if (actual != expected)
        {
            book.Clear();
        }
    }
}
