using System.Globalization;
using System.Text.Json;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>The market channel read a second time, with the platform's reader and decimals, into sorted
/// dictionaries.</summary>
internal sealed class PlainPolymarket
{
    private readonly Dictionary<string, (SortedDictionary<decimal, decimal> Bids, SortedDictionary<decimal, decimal> Asks)> _books = [];

    /// <summary>Tokens that are not among these are passed over.</summary>
    public required IReadOnlyCollection<string> Tokens { get; init; }

    public void Take(ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty)
        {
            return;
        }

        using var document = JsonDocument.Parse(frame);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in document.RootElement.EnumerateArray())
            {
                TakeOne(item);
            }
        }
        else
        {
            TakeOne(document.RootElement);
        }
    }

    /// <summary>The book's levels in millionths, best first, as one text.</summary>
    public string TextOf(string token)
    {
        if (!_books.TryGetValue(token, out var book))
        {
            return "none";
        }

        return Text(book.Bids.Reverse()) + "|" + Text(book.Asks);
    }

    private static string Text(IEnumerable<KeyValuePair<decimal, decimal>> levels) =>
        string.Join(' ', levels.Select(level => $"{(long)(level.Key * 1_000_000)}:{(long)(level.Value * 1_000_000)}"));

    private void TakeOne(JsonElement json)
    {
        var type = json.TryGetProperty("event_type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (json.TryGetProperty("price_changes", out var changes) && changes.ValueKind == JsonValueKind.Array && type is null or "price_change")
        {
            foreach (var change in changes.EnumerateArray())
            {
                if (BookOf(change) is { } book)
                {
                    var buy = change.GetProperty("side").GetString()!.Equals("BUY", StringComparison.OrdinalIgnoreCase);
                    Set(buy ? book.Bids : book.Asks, Number(change, "price"), Number(change, "size"));
                }
            }
        }
        else if (type is null or "book" && json.TryGetProperty("bids", out var bids) && json.TryGetProperty("asks", out var asks)
            && bids.ValueKind == JsonValueKind.Array && asks.ValueKind == JsonValueKind.Array && BookOf(json) is { } book)
        {
            book.Bids.Clear();
            book.Asks.Clear();
            foreach (var (list, side) in new[] { (bids, book.Bids), (asks, book.Asks) })
            {
                foreach (var level in list.EnumerateArray())
                {
                    Set(side, Number(level, "price"), Number(level, "size"));
                }
            }
        }
    }

    private (SortedDictionary<decimal, decimal> Bids, SortedDictionary<decimal, decimal> Asks)? BookOf(JsonElement json)
    {
        if (!json.TryGetProperty("asset_id", out var id) || id.ValueKind != JsonValueKind.String || !Tokens.Contains(id.GetString()!))
        {
            return null;
        }

        if (!_books.TryGetValue(id.GetString()!, out var book))
        {
            book = ([], []);
            _books.Add(id.GetString()!, book);
        }

        return book;
    }

    private static void Set(SortedDictionary<decimal, decimal> side, decimal price, decimal size)
    {
        if (size == 0)
        {
            side.Remove(price);
        }
        else
        {
            side[price] = size;
        }
    }

    private static decimal Number(JsonElement json, string name)
    {
        var value = json.GetProperty(name);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
