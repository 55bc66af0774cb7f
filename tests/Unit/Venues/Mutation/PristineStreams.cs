using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Venues.Reference;

namespace Strikeline.Unit.Venues.Mutation;

/// <summary>
/// Unharmed streams made of recorded messages, with a correct snapshot every so often, as a venue would send it when
/// asked again.
/// </summary>
internal static class PristineStreams
{
    private const int SnapshotEvery = 40;
    private const string DepthPath = "/api/v3/depth?symbol=BTCUSDT&limit=5000";

    private static readonly string[] KrakenPairs = ["XMR/USD", "ETH/CHF", "WAVES/EUR"];

    public static IReadOnlyList<Symbol> Symbols(Venue venue) => venue switch
    {
        Venue.Binance => [Symbol.Parse("BTC/USDT")],
        Venue.Coinbase => [.. new[] { "NMR/EUR", "SKL/BTC", "SKL/GBP", "SKL/USD", "YFI/BTC" }.Select(Symbol.Parse)],
        Venue.Kraken => [.. KrakenPairs.Select(Symbol.Parse)],
        _ => [Symbol.Parse("XRP/USDT")],
    };

    /// <summary>Recording 1 of Binance from its REST snapshot on; quotes and trades are left out where asked.</summary>
    public static List<PristineFrame> Binance(bool depthOnly)
    {
        var recorded = RecordedFrames.Load("binance/spot-recording-1.txt.gz");
        var start = Make(Venue.Binance, recorded.Single(f => f.Context.Length > 0).Payload, DepthPath);
        var stream = new List<PristineFrame> { start };
        var truth = new TruthBook();
        truth.Load(start.Parts[0].Bids, start.Parts[0].Asks);
        var updates = 0;
        foreach (var frame in recorded.Where(f => f.Context.Length == 0))
        {
            var made = Make(Venue.Binance, frame.Payload, string.Empty);
            if (made.Parts.Count == 0 ? depthOnly : made.Parts[0].Id <= start.Parts[0].Id)
            {
                continue;
            }

            stream.Add(made);
            foreach (var part in made.Parts)
            {
                truth.Apply(part.Bids, part.Asks);
                if (++updates % SnapshotEvery == 0)
                {
                    var bids = Pairs(truth.Levels(Side.Buy));
                    var asks = Pairs(truth.Levels(Side.Sell));
                    var text = $"{{\"lastUpdateId\":{part.Id},\"bids\":{bids},\"asks\":{asks}}}";
                    stream.Add(Make(Venue.Binance, Encoding.UTF8.GetBytes(text), DepthPath));
                }
            }
        }

        return stream;
    }

    /// <summary>The recorded Bybit messages, then a random walk in their shape with u counting on.</summary>
    public static List<PristineFrame> Bybit(int seed, int count)
    {
        var random = new Random(seed);
        var stream = RecordedFrames.Load("bybit/v5-orderbook500-recording-1.jsonl.gz")
            .ConvertAll(f => Make(Venue.Bybit, f.Payload, string.Empty));
        var truth = new TruthBook();
        truth.Load(stream[0].Parts[0].Bids, stream[0].Parts[0].Asks);
        foreach (var part in stream.Skip(1).SelectMany(f => f.Parts))
        {
            truth.Apply(part.Bids, part.Asks);
        }

        for (var id = stream[^1].Parts[0].Id + 1; stream.Count < count; id++)
        {
            var bids = Walk(truth.Levels(Side.Buy), random);
            var asks = Walk(truth.Levels(Side.Sell), random);
            truth.Apply(bids, asks);
            stream.Add(BybitFrame("delta", id, bids, asks));
            if (id % SnapshotEvery == 0)
            {
                stream.Add(BybitFrame("snapshot", id, truth.Levels(Side.Buy), truth.Levels(Side.Sell)));
            }
        }

        return stream;
    }

    /// <summary>The Coinbase Exchange session in the words of Advanced Trade, sequence_num counting every
    /// message.</summary>
    public static List<PristineFrame> Coinbase()
    {
        var stream = new List<PristineFrame>();
        var truths = new Dictionary<string, TruthBook>();
        var updates = 0;
        foreach (var frame in RecordedFrames.Load("coinbase/exchange-session-1.txt.gz"))
        {
            using var document = JsonDocument.Parse(frame.Payload);
            var root = document.RootElement;
            var type = root.GetProperty("type").GetString();
            var pair = root.TryGetProperty("product_id", out var id) ? id.GetString()! : string.Empty;
            if (type == "match")
            {
                Add(stream, "market_trades", Trade(root));
            }
            else if (type is "snapshot" or "l2update")
            {
                Add(stream, "l2_data", L2(type == "snapshot" ? "snapshot" : "update", pair, ExchangeLevels(root, type)));
                var truth = truths.TryGetValue(pair, out var known) ? known : truths[pair] = new TruthBook();
                truth.Apply(stream[^1].Parts[0].Bids, stream[^1].Parts[0].Asks);
                if (++updates % (SnapshotEvery / 2) == 0)
                {
                    var (again, book) = truths.ElementAt(updates / (SnapshotEvery / 2) % truths.Count);
                    Add(stream, "l2_data", L2("snapshot", again, Sides(book)));
                }
            }
            else
            {
                Add(stream, "heartbeats", "{\"current_time\":\"2021-04-17 16:43:37\",\"heartbeat_counter\":7}");
            }
        }

        return stream;
    }

    /// <summary>The Kraken v1 session as it is, or in the words of v2, with its own checksums.</summary>
    public static List<PristineFrame> Kraken(bool v2)
    {
        var stream = new List<PristineFrame>();
        var reference = new ReferenceKraken();
        var updates = 0;
        if (v2)
        {
            var pairs = "XMR/USD:8:8,ETH/CHF:5:8,WAVES/EUR:6:8".Split(',').Select(p => p.Split(':')).Select(p =>
                $"{{\"symbol\":\"{p[0]}\",\"price_precision\":{p[1]},\"qty_precision\":{p[2]}}}");
            var text = "{\"channel\":\"instrument\",\"type\":\"snapshot\",\"data\":"
                + $"{{\"assets\":[],\"pairs\":[{string.Join(',', pairs)}]}}}}";
            stream.Add(Make(Venue.Kraken, Encoding.UTF8.GetBytes(text), string.Empty));
            stream.AddRange(KrakenPairs
                .Select(pair => "{\"method\":\"subscribe\",\"result\":{\"channel\":\"book\",\"depth\":1000,\"snapshot\":true,"
                    + $"\"symbol\":\"{pair}\"}},\"success\":true}}")
                .Select(ack => Make(Venue.Kraken, Encoding.UTF8.GetBytes(ack), string.Empty)));
        }

        foreach (var frame in RecordedFrames.Load("kraken/v1-book-session-1.txt.gz"))
        {
            var pair = KrakenPairs.FirstOrDefault(p => frame.Text.EndsWith($"\"{p}\"]", StringComparison.Ordinal));
            if (pair is null)
            {
                continue;
            }

            reference.Take(frame.Payload, string.Empty);
            var book = reference.Books[pair];
            stream.Add(Make(Venue.Kraken, v2 ? InV2(frame.Payload, book) : frame.Payload, string.Empty, Top(book), pair));
            if (++updates % (SnapshotEvery / 2) == 0)
            {
                var again = KrakenPairs[updates / (SnapshotEvery / 2) % 3];
                if (reference.Books.TryGetValue(again, out book))
                {
                    var snapshot = v2 ? V2Snapshot(again, book) : V1Snapshot(again, book);
                    stream.Add(Make(Venue.Kraken, snapshot, string.Empty, Top(book), again));
                }
            }
        }

        return stream;
    }

    /// <summary>The signature of the ten best levels of each side.</summary>
    public static ulong Top(IEnumerable<Level> bids, IEnumerable<Level> asks) =>
        unchecked(TruthBook.Of(bids.Take(10), Side.Buy) + TruthBook.Of(asks.Take(10), Side.Sell));

    private static ulong Top(PlainBook book) => Top(Eight(book.Bids), Eight(book.Asks));

    private static IEnumerable<Level> Eight(SortedDictionary<decimal, decimal> levels) =>
        levels.Take(10).Select(level => new Level((long)(level.Key * 1e8m), (long)(level.Value * 1e8m)));

    private static PristineFrame Make(
        Venue venue, byte[] payload, string context, ulong top = 0, string? pair = null) =>
        new(payload, context, PlainReading.Read(venue, payload, context) ?? [], top, pair);

    private static PristineFrame BybitFrame(string type, long id, Level[] bids, Level[] asks)
    {
        var text = $"{{\"topic\":\"orderbook.500.XRPUSDT\",\"type\":\"{type}\",\"ts\":1733011203000,\"data\":{{\"s\":\"XRPUSDT\","
            + $"\"b\":{Pairs(bids)},\"a\":{Pairs(asks)},\"u\":{id},\"seq\":{id * 7}}},\"cts\":1733011202998}}";
        return Make(Venue.Bybit, Encoding.UTF8.GetBytes(text), string.Empty);
    }

    // Changes near the best price that keep at least a hundred levels and never cross.
    private static Level[] Walk(Level[] levels, Random random)
    {
        var changes = Enumerable.Range(0, random.Next(6))
            .Select(_ => levels[Math.Min(random.Next(40), random.Next(levels.Length))].Price)
            .Distinct()
            .Select(price => new Level(
                price, random.Next(5) == 0 && levels.Length > 100 ? 0 : random.Next(1, 90_000) * 100_000_000L))
            .ToList();
        if (random.Next(2) == 0)
        {
            var outwards = levels[^1].Price > levels[0].Price ? 10_000 : -10_000;
            changes.Add(new Level(levels[^1].Price + outwards, 500_000_000));
        }

        return [.. changes];
    }

    private static void Add(List<PristineFrame> stream, string channel, string part)
    {
        var text = $"{{\"channel\":\"{channel}\",\"client_id\":\"\",\"timestamp\":\"2021-04-17T16:43:37.075687Z\","
            + $"\"sequence_num\":{stream.Count},\"events\":[{part}]}}";
        stream.Add(Make(Venue.Coinbase, Encoding.UTF8.GetBytes(text), string.Empty));
    }

    private static string L2(string type, string pair, IEnumerable<(string Side, string Price, string Quantity)> levels)
    {
        var updates = levels.Select(level => $"{{\"side\":\"{level.Side}\",\"event_time\":\"2021-04-17T16:43:37.075687Z\","
            + $"\"price_level\":\"{level.Price}\",\"new_quantity\":\"{level.Quantity}\"}}");
        return $"{{\"type\":\"{type}\",\"product_id\":\"{pair}\",\"updates\":[{string.Join(',', updates)}]}}";
    }

    private static IEnumerable<(string Side, string Price, string Quantity)> ExchangeLevels(JsonElement root, string type) =>
        type == "l2update"
            ? root.GetProperty("changes").EnumerateArray().Select(c =>
                (c[0].GetString() == "buy" ? "bid" : "offer", c[1].GetString()!, c[2].GetString()!))
            : root.GetProperty("bids").EnumerateArray().Select(c => ("bid", c[0].GetString()!, c[1].GetString()!))
                .Concat(root.GetProperty("asks").EnumerateArray().Select(c => ("offer", c[0].GetString()!, c[1].GetString()!)));

    private static IEnumerable<(string Side, string Price, string Quantity)> Sides(TruthBook book) =>
        book.Levels(Side.Buy).Select(level => ("bid", level))
            .Concat(book.Levels(Side.Sell).Select(level => ("offer", level)))
            .Select(one => (one.Item1, DecimalText.ToText(one.level.Price, 8), DecimalText.ToText(one.level.Quantity, 8)));

    private static string Trade(JsonElement match) =>
        $"{{\"type\":\"update\",\"trades\":[{{\"product_id\":\"{match.GetProperty("product_id").GetString()}\","
        + $"\"trade_id\":\"{match.GetProperty("trade_id").GetRawText()}\",\"price\":\"{match.GetProperty("price").GetString()}\","
        + $"\"size\":\"{match.GetProperty("size").GetString()}\",\"time\":\"{match.GetProperty("time").GetString()}\","
        + $"\"side\":\"{match.GetProperty("side").GetString()!.ToUpperInvariant()}\"}}]}}";

    private static byte[] InV2(byte[] v1, PlainBook after)
    {
        using var document = JsonDocument.Parse(v1);
        var root = document.RootElement;
        var pair = root[root.GetArrayLength() - 1].GetString()!;
        var part = root[1];
        if (part.TryGetProperty("as", out _))
        {
            return V2Snapshot(pair, after);
        }

        var sides = new[] { "b", "a" }.Select(name => part.TryGetProperty(name, out var levels)
            ? levels.EnumerateArray().Select(l => (PlainBook.Number(l[0]), PlainBook.Number(l[1])))
            : []).ToArray();
        return V2("update", pair, sides[0], sides[1], part.GetProperty("c").GetString()!);
    }

    private static byte[] V2Snapshot(string pair, PlainBook book) => V2(
        "snapshot",
        pair,
        book.Bids.Select(level => (level.Key, level.Value)),
        book.Asks.Select(level => (level.Key, level.Value)),
        book.Checksum().ToString(CultureInfo.InvariantCulture));

    private static byte[] V2(
        string type, string pair, IEnumerable<(decimal, decimal)> bids, IEnumerable<(decimal, decimal)> asks, string checksum)
    {
        static string Levels(IEnumerable<(decimal Price, decimal Quantity)> levels) => string.Join(',', levels.Select(l =>
            $"{{\"price\":{l.Price.ToString("0.0##########", CultureInfo.InvariantCulture)},"
            + $"\"qty\":{l.Quantity.ToString("0.0##########", CultureInfo.InvariantCulture)}}}"));

        return Encoding.UTF8.GetBytes(
            $"{{\"channel\":\"book\",\"type\":\"{type}\",\"data\":[{{\"symbol\":\"{pair}\",\"bids\":[{Levels(bids)}],"
            + $"\"asks\":[{Levels(asks)}],\"checksum\":{checksum},\"timestamp\":\"2021-04-17T16:48:53.366461Z\"}}]}}");
    }

    private static byte[] V1Snapshot(string pair, PlainBook book)
    {
        static string Levels(SortedDictionary<decimal, decimal> levels) =>
            string.Join(',', levels.Select(l => $"[\"{l.Key}\",\"{l.Value}\",\"1618678133.366461\"]"));

        return Encoding.UTF8.GetBytes(
            $"[992,{{\"as\":[{Levels(book.Asks)}],\"bs\":[{Levels(book.Bids)}]}},\"book-1000\",\"{pair}\"]");
    }

    private static string Pairs(Level[] levels) => "[" + string.Join(',', levels.Select(level =>
        $"[\"{DecimalText.ToText(level.Price, 8)}\",\"{DecimalText.ToText(level.Quantity, 8)}\"]")) + "]";
}
