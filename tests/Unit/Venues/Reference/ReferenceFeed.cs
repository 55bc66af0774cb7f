using System.Text.Json;

namespace Strikeline.Unit.Venues.Reference;

/// <summary>
/// A plain reconstruction of a venue's books, written from the venue's documents alone and without anything of the room
/// under test: whole JSON documents, decimals, sorted maps. Slow, obvious, one rule for each venue.
/// </summary>
internal abstract class ReferenceFeed
{
    /// <summary>Books by the venue's own spelling of the pair.</summary>
    public Dictionary<string, PlainBook> Books { get; } = [];

    /// <summary>Messages of trade and match channels.</summary>
    public long Trades { get; protected set; }

    public long ChecksumsMatched { get; protected set; }

    public long ChecksumsFailed { get; protected set; }

    public static ReferenceFeed Of(Venue venue) => venue switch
    {
        Venue.Binance => new ReferenceBinance(),
        Venue.Coinbase => new ReferenceCoinbase(),
        Venue.Kraken => new ReferenceKraken(),
        _ => new ReferenceBybit(),
    };

    /// <summary>Takes one message.</summary>
    /// <returns>The pair whose book it concerned; null where it concerned none.</returns>
    public string? Take(ReadOnlySpan<byte> frame, string context)
    {
        using var document = JsonDocument.Parse(frame.ToArray());
        return Take(document.RootElement, context);
    }

    protected abstract string? Take(JsonElement frame, string context);

    protected PlainBook BookOf(string pair)
    {
        if (!Books.TryGetValue(pair, out var book))
        {
            Books.Add(pair, book = new PlainBook());
        }

        return book;
    }
}

/// <summary>Binance, web-socket-streams.md: buffer, snapshot, drop u ≤ L, the first has U ≤ L + 1 ≤ u, then one after
/// another.</summary>
internal sealed class ReferenceBinance : ReferenceFeed
{
    private readonly Dictionary<string, List<JsonElement>> _buffers = [];
    private readonly HashSet<string> _applied = [];

    protected override string? Take(JsonElement frame, string context)
    {
        var data = frame.TryGetProperty("data", out var inner) ? inner : frame;
        if (data.TryGetProperty("lastUpdateId", out var id) && context.Length > 0)
        {
            var query = context[(context.IndexOf("symbol=", StringComparison.Ordinal) + 7)..];
            return Snapshot(query.Split('&')[0].ToUpperInvariant(), data, id.GetInt64());
        }

        var kind = data.TryGetProperty("e", out var e) ? e.GetString() : null;
        Trades += kind == "trade" ? 1 : 0;
        return kind == "depthUpdate" ? Update(data.GetProperty("s").GetString()!, data) : null;
    }

    private string Snapshot(string pair, JsonElement data, long last)
    {
        var book = BookOf(pair);
        var waiting = BufferOf(pair);
        waiting.RemoveAll(update => update.GetProperty("u").GetInt64() <= last);
        if (waiting.Count > 0 && !Continues(waiting[0], last, first: true))
        {
            return pair;
        }

        book.Clear();
        book.SetPairs(true, data.GetProperty("bids"));
        book.SetPairs(false, data.GetProperty("asks"));
        book.Last = last;
        book.Synced = true;
        _applied.Remove(pair);
        waiting.ForEach(update => Apply(pair, book, update));
        waiting.Clear();
        return pair;
    }

    private string Update(string pair, JsonElement data)
    {
        var book = BookOf(pair);
        if (!book.Synced)
        {
            BufferOf(pair).Add(data.Clone());
        }
        else if (Continues(data, book.Last, !_applied.Contains(pair)))
        {
            Apply(pair, book, data);
        }
        else if (data.GetProperty("u").GetInt64() > book.Last)
        {
            book.Clear();
            BufferOf(pair).Add(data.Clone());
        }

        return pair;
    }

    private void Apply(string pair, PlainBook book, JsonElement data)
    {
        book.SetPairs(true, data.GetProperty("b"));
        book.SetPairs(false, data.GetProperty("a"));
        book.Last = data.GetProperty("u").GetInt64();
        _applied.Add(pair);
    }

    // Futures (derivatives documents): the first has U ≤ L ≤ u, then each one's pu is the u before it.
    private static bool Continues(JsonElement update, long last, bool first)
    {
        var from = update.GetProperty("U").GetInt64();
        var to = update.GetProperty("u").GetInt64();
        if (update.TryGetProperty("pu", out var previous))
        {
            return previous.GetInt64() == last || (first && from <= last && to >= last);
        }

        return from <= last + 1 && to >= last + 1;
    }

    private List<JsonElement> BufferOf(string pair)
    {
        if (!_buffers.TryGetValue(pair, out var buffer))
        {
            _buffers.Add(pair, buffer = []);
        }

        return buffer;
    }
}

/// <summary>Bybit v5: a snapshot sets the book, u counts up by one, u = 1 replaces the book.</summary>
internal sealed class ReferenceBybit : ReferenceFeed
{
    protected override string? Take(JsonElement frame, string context)
    {
        var topic = frame.TryGetProperty("topic", out var t) ? t.GetString()! : string.Empty;
        Trades += topic.StartsWith("publicTrade.", StringComparison.Ordinal) ? 1 : 0;
        var parts = topic.Split('.');
        if (parts[0] != "orderbook" || parts[1] == "1")
        {
            return null;
        }

        var data = frame.GetProperty("data");
        var pair = data.GetProperty("s").GetString()!;
        var book = BookOf(pair);
        var u = data.GetProperty("u").GetInt64();
        if (frame.GetProperty("type").GetString() == "snapshot" || u == 1)
        {
            book.Clear();
            book.Synced = true;
        }
        else if (!book.Synced || u != book.Last + 1)
        {
            book.Clear();
            return pair;
        }

        book.Last = u;
        book.SetPairs(true, data.GetProperty("b"));
        book.SetPairs(false, data.GetProperty("a"));
        return pair;
    }
}
