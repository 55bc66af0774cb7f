using System.Globalization;
using System.Text.Json;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>
/// Kalshi's stream read the plain way: a document, decimals, and every message applied that can be read at all. It
/// never
/// doubts, so only a book that the feed calls proven can be held against it.
/// </summary>
internal sealed class PlainKalshi(IEnumerable<string> tickers)
{
    private const NumberStyles Lenient =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private readonly Dictionary<string, Market> _markets = tickers.ToDictionary(one => one, _ => new Market());
    private readonly Dictionary<long, long> _seqs = [];

    /// <summary>The number taken last of a subscription; -1 where it has not begun.</summary>
    public long LastOf(long sid) => _seqs.GetValueOrDefault(sid, -1);

    public string Line(string ticker)
    {
        var market = _markets[ticker];
        var bids = market.Yes.Reverse().Select(level => $"{Text(level.Key)}x{Text(level.Value)} ");
        var asks = market.No.Reverse().Select(level => $"{Text(1 - level.Key)}x{Text(level.Value)} ");
        return $"{string.Concat(bids)}| {string.Concat(asks)}".TrimEnd();
    }

    /// <summary>True where the book holds these levels and no others.</summary>
    public bool IsEqual(string ticker, OutcomeBook book)
    {
        var market = _markets[ticker];
        return IsEqual(market.Yes, book.Levels.Bids, mirrored: false) && IsEqual(market.No, book.Levels.Asks, mirrored: true);
    }

    /// <summary>Takes a message.</summary>
    /// <returns>False where nothing could be made of it.</returns>
    public bool Take(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Take(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsEqual(SortedDictionary<decimal, decimal> side, BookSide levels, bool mirrored)
    {
        if (side.Count != levels.Count)
        {
            return false;
        }

        // Ascending prices: the best bid is the last, and mirrored the best ask is.
        var at = levels.Count;
        foreach (var (price, size) in side)
        {
            var level = levels.FromBest(--at);
            if ((mirrored ? 1_000_000 - level.Price : level.Price) != price * 1_000_000 || level.Quantity != size * 1_000_000)
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(decimal value) => (value / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private bool Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var kind)
            || kind.ValueKind != JsonValueKind.String || !TryCount(root, "sid", out var sid) || !TryCount(root, "seq", out var seq))
        {
            return false;
        }

        var type = Word(kind);
        var known = _seqs.TryGetValue(sid, out var last);
        if (known && seq <= last)
        {
            return false;
        }

        if (known)
        {
            _seqs[sid] = seq;
        }

        if (!root.TryGetProperty("msg", out var message) || message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("market_ticker", out var name) || name.ValueKind != JsonValueKind.String
            || !_markets.TryGetValue(Word(name), out var market))
        {
            return false;
        }

        if (type == "orderbook_delta" && market.Sid == sid)
        {
            return Change(market, message);
        }

        if (type != "orderbook_snapshot" || !TrySide(message, "yes", out var yes) || !TrySide(message, "no", out var no))
        {
            return false;
        }

        _seqs[sid] = seq;
        (market.Sid, market.Yes, market.No) = (sid, yes, no);
        return true;
    }

    private static string Word(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\ufffd";
        }
    }

    private static bool Change(Market market, JsonElement message)
    {
        if (!message.TryGetProperty("side", out var word) || word.ValueKind != JsonValueKind.String
            || !TryNumber(message, "price_dollars", "price", 0.01m, out var price)
            || !TryNumber(message, "delta_fp", "delta", 1, out var delta))
        {
            return false;
        }

        var side = Word(word) == "yes" ? market.Yes : market.No;
        side[price] = side.GetValueOrDefault(price) + delta;
        if (side[price] == 0)
        {
            side.Remove(price);
        }

        return true;
    }

    private static bool TrySide(JsonElement message, string name, out SortedDictionary<decimal, decimal> side)
    {
        side = [];
        foreach (var suffix in (string[])["_dollars_fp", "_dollars", ""])
        {
            if (!message.TryGetProperty(name + suffix, out var list))
            {
                continue;
            }

            if (list.ValueKind == JsonValueKind.Null)
            {
                return true;
            }

            if (list.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            foreach (var level in list.EnumerateArray())
            {
                if (level.ValueKind != JsonValueKind.Array || level.GetArrayLength() < 2
                    || !TryNumber(level[0], out var price) || !TryNumber(level[1], out var size))
                {
                    return false;
                }

                if (size != 0)
                {
                    side[suffix.Length == 0 ? price / 100 : price] = size;
                }
            }

            return true;
        }

        return true;
    }

    private static bool TryNumber(JsonElement message, string name, string older, decimal unit, out decimal value)
    {
        if (message.TryGetProperty(name, out var newer))
        {
            return TryNumber(newer, out value);
        }

        value = 0;
        var isRead = message.TryGetProperty(older, out var old) && TryNumber(old, out value);
        value *= unit;
        return isRead;
    }

    private static bool TryNumber(JsonElement json, out decimal value)
    {
        value = 0;
        return json.ValueKind switch
        {
            JsonValueKind.String => decimal.TryParse(Word(json), Lenient, CultureInfo.InvariantCulture, out value),
            JsonValueKind.Number => decimal.TryParse(json.GetRawText(), Lenient, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
    }

    private static bool TryCount(JsonElement root, string name, out long value)
    {
        value = 0;
        if (!root.TryGetProperty(name, out var json))
        {
            return false;
        }

        var text = json.ValueKind switch
        {
            JsonValueKind.String => Word(json),
            JsonValueKind.Number => json.GetRawText(),
            _ => string.Empty,
        };
        if (text.Length == 0 || !char.IsAsciiDigit(text[0])
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number) || number > long.MaxValue)
        {
            return false;
        }

        value = (long)number;
        return true;
    }

    private sealed class Market
    {
        public long Sid { get; set; } = -1;

        public SortedDictionary<decimal, decimal> Yes { get; set; } = [];

        public SortedDictionary<decimal, decimal> No { get; set; } = [];
    }
}
