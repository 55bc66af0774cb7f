using System.Text;
using Strikeline.Host.Bridges;
using Strikeline.Lab;
using Strikeline.Testnet;
using Strikeline.Unit.Testnet;
using Strikeline.Venues;

namespace Strikeline.Unit.Host;

public sealed class TapeScriptTests : IDisposable
{
    private const long OpenNanos = 1_790_000_000 * Stamps.NanosPerSecond;
    private const long TapeNanos = 1_600_000_000 * Stamps.NanosPerSecond;

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-tape-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Books_at_the_end_are_those_of_the_decoder(int seed)
    {
        var files = Write(BinanceTape.Make(seed, frames: 2_000));
        using var script = new TapeScript(files);
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        Assert.False(script.Advance(OpenNanos + (3_600 * Stamps.NanosPerSecond), ear));
        var decoder = new FeedDecoder(Venue.Binance, [], discover: true, new NullSink());
        using var source = files.Open();
        while (source.MoveNext())
        {
            decoder.Accept(source.Payload, source.Context, source.ReceivedNanos);
        }

        Assert.Equal(2, script.Pairs.Count);
        for (var pair = 0; pair < script.Pairs.Count; pair++)
        {
            var expected = decoder.Instruments.Single(one => one.Symbol == script.Pairs[pair].Symbol);
            Assert.True(expected.IsProven);
            Assert.Equal(Texts(expected.Book.Bids, expected.Grid), ear.Book(pair, Side.Buy));
            Assert.Equal(Texts(expected.Book.Asks, expected.Grid), ear.Book(pair, Side.Sell));
        }

        Assert.Equal(decoder.Instruments.Sum(one => one.Trades), ear.Trades.Count);
    }

    [Fact]
    public void Equal_tapes_give_equal_events_whatever_the_steps()
    {
        var files = Write(BinanceTape.Make(5, frames: 600));
        var coarse = Play(files, stepNanos: Stamps.NanosPerSecond);
        var fine = Play(files, stepNanos: 7 * Stamps.NanosPerMilli);
        Assert.True(coarse.Count > 1_000);
        Assert.Equal(coarse, fine);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0.5)]
    public void The_first_moment_of_the_tape_is_now_and_the_rest_follows_at_its_speed(double speed)
    {
        var tape = BinanceTape.Make(6, frames: 50);
        tape.Add((TapeNanos + (8 * Stamps.NanosPerSecond), BinanceTape.Trade("BTCUSDT", 77, "101.5")));
        using var script = new TapeScript(Write(tape), speed);
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        Assert.All(ear.Events, text => Assert.StartsWith($"{OpenNanos} ", text));
        var due = OpenNanos + (long)(8 * Stamps.NanosPerSecond / speed);
        Assert.True(script.Advance(due - 1, ear));
        var before = ear.Trades.Count;
        Assert.False(script.Advance(due, ear));
        Assert.Equal(before + 1, ear.Trades.Count);
        Assert.Equal(due, ear.Trades[^1]);
    }

    [Fact]
    public void At_its_end_a_tape_stands_still()
    {
        using var script = new TapeScript(Write(BinanceTape.Make(7, frames: 100)));
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        Assert.False(script.Advance(OpenNanos + (60 * Stamps.NanosPerSecond), ear));
        var events = ear.Events.Count;
        Assert.False(script.Advance(OpenNanos + (600 * Stamps.NanosPerSecond), ear));
        Assert.Equal(events, ear.Events.Count);
    }

    [Fact]
    public void A_loop_leads_back_to_the_first_books_and_time_moves_on()
    {
        using var script = new TapeScript(Write(BinanceTape.Make(8, frames: 200)), loop: true);
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        var first = ear.Book(0, Side.Buy);
        var round = BinanceTape.SpanNanos(200) + (100 * Stamps.NanosPerMilli);
        Assert.True(script.Advance(OpenNanos + round - 1, ear));
        var last = ear.Book(0, Side.Buy);
        var trades = ear.Trades.Count;
        Assert.NotEqual(first, last);
        Assert.True(script.Advance(OpenNanos + round, ear));
        Assert.Equal(first, ear.Book(0, Side.Buy));
        Assert.True(script.Advance(OpenNanos + (2 * round) - 1, ear));
        Assert.Equal(last, ear.Book(0, Side.Buy));
        Assert.Equal(2 * trades, ear.Trades.Count);
        Assert.Equal(ear.Trades.Take(trades).Select(at => at + round), ear.Trades.Skip(trades));
        Assert.Equal(ear.Trades.Order(), ear.Trades);
    }

    [Fact]
    public void A_gap_in_the_tape_leaves_the_market_standing_until_the_next_snapshot()
    {
        var tape = BinanceTape.Make(9, frames: 200);
        var lost = tape.FindIndex(120, line => line.Json.Contains("btcusdt@depth"));
        tape.RemoveAt(lost);
        using var script = new TapeScript(Write(tape));
        var btc = script.Pairs.ToList().FindIndex(pair => pair.Symbol.Base == "BTC");
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        Assert.False(script.Advance(OpenNanos + (60 * Stamps.NanosPerSecond), ear));
        Assert.NotEmpty(ear.Book(btc, Side.Buy));
        Assert.NotEmpty(ear.Book(btc, Side.Sell));
        var ends = ear.Events.Where(text => text.Contains($" level {btc} ")).Select(text => long.Parse(text[..19]));
        Assert.True(ends.Max() <= OpenNanos + tape[lost].Nanos - TapeNanos);
    }

    [Fact]
    public void A_known_pair_keeps_the_grid_of_its_venue_and_another_gets_the_coarsest_that_holds_it()
    {
        using var script = new TapeScript(Write(BinanceTape.Make(10, frames: 100)));
        Assert.Equal(["BTC/USDT", "XYZ/USDT"], script.Pairs.Select(pair => pair.Symbol.ToString()));
        Assert.Equal(new Grid(2, 5), script.Pairs[0].Grid);
        Assert.Equal(new Grid(4, 1), script.Pairs[1].Grid);
    }

    [Fact]
    public void The_floor_lists_what_the_tape_holds_and_nothing_else()
    {
        using var script = new TapeScript(Write(BinanceTape.Make(11, frames: 300)));
        var floor = new MarketFloor(script, 1, TimeSpan.FromHours(24), OpenNanos);
        Assert.Equal(["BTCUSDT", "XYZUSDT"], Listed(Rest("/api/v3/exchangeInfo")));
        Assert.Contains("-1121", Rest("/api/v3/depth", ("symbol", "ETHUSDT")));
        Assert.DoesNotContain("-1121", Rest("/api/v3/depth", ("symbol", "BTCUSDT")));
        var kraken = new FloorClient(floor, Venue.Kraken, "/v2");
        kraken.Say("""{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}""");
        Assert.Contains(kraken.Texts(), text => text.Contains("Currency pair not supported BTC/USD"));
        for (var step = 0; step < 3_000; step++)
        {
            floor.StepOnce();
        }

        Assert.True(floor.Ended);
        Assert.Equal(0, floor.Failures);

        string Rest(string path, params (string, string)[] query) => Encoding.UTF8.GetString(
            floor.Booth(Venue.Binance).Answer(path, FloorClient.Query(query), floor.NowNanos).Body);
    }

    [Fact]
    public void Tickers_of_a_pair_that_has_not_traded_yet_hold_zeros()
    {
        var silent = BinanceTape.Make(12, frames: 60).Where(line => !line.Json.Contains("@trade")).ToList();
        using var script = new TapeScript(Write(silent));
        var floor = new MarketFloor(script, 1, TimeSpan.FromHours(24), OpenNanos);
        foreach (var path in (string[])["/api/v3/ticker/24hr", "/api/v3/ticker/price", "/api/v3/ticker/bookTicker"])
        {
            var answer = floor.Booth(Venue.Binance).Answer(path, FloorClient.Query(), floor.NowNanos);
            Assert.Equal(200, answer.Status);
            Assert.DoesNotContain("NaN", Encoding.UTF8.GetString(answer.Body));
        }
    }

    [Fact]
    public void A_tape_cannot_be_moved()
    {
        using var script = new TapeScript(Write(BinanceTape.Make(13, frames: 60)));
        Assert.Equal((false, false, false), (script.CanBeMoved, script.TryJump("BTC", 1), script.TrySkew(0, 1)));
        var floor = new MarketFloor(script, 1, TimeSpan.FromHours(24), OpenNanos);
        var answer = new ControlBooth(floor).SetFault("""{"venue":"binance","fault":"offset"}"""u8.ToArray());
        Assert.Equal(409, answer.Status);
        Assert.Contains("a tape, which cannot be moved", Encoding.UTF8.GetString(answer.Body));
    }

    [Fact]
    public void A_tape_without_a_whole_book_is_refused_in_one_line()
    {
        var bookless = BinanceTape.Make(14, frames: 60).Where(line => !line.Json.Contains("lastUpdateId")).ToList();
        var failure = Assert.Throws<RecordingException>(() => new TapeScript(Write(bookless)));
        Assert.Contains("no pair with a whole book in", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        var missing = new TapeFiles([Path.Combine(_folder, "none.tape")]);
        Assert.Contains("no such file", Assert.Throws<RecordingException>(() => new TapeScript(missing)).Message);
    }

    [Theory]
    [InlineData(Venue.Binance, "binance/spot-recording-1.txt.gz")]
    [InlineData(Venue.Coinbase, "coinbase/exchange-session-1.txt.gz")]
    [InlineData(Venue.Kraken, "kraken/v1-book-session-1.txt.gz")]
    [InlineData(Venue.Bybit, "bybit/v5-orderbook500-recording-1.jsonl.gz")]
    public void A_real_recording_plays_to_the_books_of_its_replay(Venue venue, string file)
    {
        var files = new TapeFiles([RecordedData.File(file)]);
        using var script = new TapeScript(files);
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        script.Advance(OpenNanos + (3_600 * Stamps.NanosPerSecond), ear);
        var replay = new FeedDecoder(venue, [], discover: true, new NullSink());
        using var source = files.Open();
        while (source.MoveNext())
        {
            replay.Accept(source.Payload, source.Context, source.ReceivedNanos);
        }

        Assert.NotEmpty(script.Pairs);
        for (var pair = 0; pair < script.Pairs.Count; pair++)
        {
            var expected = replay.Instruments.Single(one => one.Symbol == script.Pairs[pair].Symbol);
            Assert.Equal(Texts(expected.Book.Bids, expected.Grid), ear.Book(pair, Side.Buy));
            Assert.Equal(Texts(expected.Book.Asks, expected.Grid), ear.Book(pair, Side.Sell));
        }
    }

    private static IEnumerable<string> Listed(string exchangeInfo) =>
        System.Text.Json.JsonDocument.Parse(exchangeInfo).RootElement.GetProperty("symbols").EnumerateArray()
            .Select(one => one.GetProperty("symbol").GetString()!);

    private static List<string> Texts(BookSide side, Grid grid) =>
        [.. Enumerable.Range(0, side.Count).Select(i => Ear.Text(side.FromBest(i), grid))];

    private static List<string> Play(TapeFiles files, long stepNanos)
    {
        using var script = new TapeScript(files);
        var ear = new Ear(script.Pairs);
        script.Open(OpenNanos, ear);
        var now = OpenNanos;
        while (script.Advance(now, ear))
        {
            now += stepNanos;
        }

        return ear.Events;
    }

    private TapeFiles Write(List<(long Nanos, string Json)> lines)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.txt");
        File.WriteAllLines(path, lines.Select(line => $"{line.Nanos} {line.Json}"));
        return new TapeFiles([path]);
    }

    /// <summary>Hears a script and keeps its books.</summary>
    private sealed class Ear(IReadOnlyList<MarketPair> pairs) : IMarketSink
    {
        private readonly Dictionary<(int, Side), SortedDictionary<long, long>> _books = [];

        public List<string> Events { get; } = [];

        public List<long> Trades { get; } = [];

        public static string Text(Level level, Grid grid) =>
            $"{DecimalText.ToShortText(level.Quantity, grid.QuantityDecimals)} at "
            + DecimalText.ToShortText(level.Price, grid.PriceDecimals);

        public List<string> Book(int pair, Side side)
        {
            var grid = pairs[pair].Grid;
            var levels = _books[(pair, side)].Select(level => Text(new Level(level.Key, level.Value), grid));
            return [.. side == Side.Buy ? levels.Reverse() : levels];
        }

        public void SetLevel(int pair, Side side, Level level, long atNanos)
        {
            Events.Add($"{atNanos} level {pair} {side} {level.Price} {level.Quantity}");
            if (!_books.TryGetValue((pair, side), out var book))
            {
                _books[(pair, side)] = book = [];
            }

            if (level.Quantity == 0)
            {
                Assert.True(book.Remove(level.Price));
            }
            else
            {
                book[level.Price] = level.Quantity;
            }
        }

        public void Trade(int pair, Side taker, Level fill, long atNanos)
        {
            Events.Add($"{atNanos} trade {pair} {taker} {fill.Price} {fill.Quantity}");
            Trades.Add(atNanos);
        }

        public void History(int pair, MinuteBar bar) => Assert.Fail("a tape has no history");
    }

    /// <summary>A synthetic Binance recording of two pairs: differences, a snapshot each, trades.</summary>
    private static class BinanceTape
    {
        private const long GapNanos = 10 * Stamps.NanosPerMilli;

        public static long SpanNanos(int frames) => (frames - 1) * GapNanos;

        public static List<(long Nanos, string Json)> Make(int seed, int frames)
        {
            var random = new Random(seed);
            var lines = new List<(long, string)>();
            long[] ids = [1_000, 5_000];
            for (var i = 0; i < frames; i++)
            {
                // A snapshot belongs to the stream around it, as in recordings that do not keep the request.
                var pair = i % 2;
                var name = pair == 0 ? "BTCUSDT" : "XYZUSDT";
                var json = i is 11 or 14 ? Snapshot(1 - pair, ids[1 - pair] - 1)
                    : i > 20 && random.Next(5) == 0 ? Trade(name, i, Price(pair, random.Next(-3, 4)))
                    : Difference(pair, name, ids, random);
                lines.Add((TapeNanos + (i * GapNanos), json));
            }

            return lines;
        }

        public static string Trade(string name, int id, string price) =>
            $$$"""{"stream":"{{{name.ToLowerInvariant()}}}@trade","data":{"e":"trade","E":1"""
            + $$$""","s":"{{{name}}}","t":{{{id}}},"p":"{{{price}}}","q":"0.50000000","T":1"""
            + $$$""","m":{{{IsEven(id)}}},"M":true}}""";

        private static string IsEven(int id) => id % 2 == 0 ? "true" : "false";

        private static string Difference(int pair, string name, long[] ids, Random random)
        {
            var first = ids[pair];
            ids[pair] += random.Next(1, 4);
            return $$$"""{"stream":"{{{name.ToLowerInvariant()}}}@depth@100ms","data":{"e":"depthUpdate","E":1"""
                + $$$""","s":"{{{name}}}","U":{{{first}}},"u":{{{ids[pair] - 1}}}"""
                + $$$""","b":[{{{Levels(pair, random, -1)}}}],"a":[{{{Levels(pair, random, 1)}}}]}}""";
        }

        private static string Levels(int pair, Random random, int sign) => string.Join(',', Enumerable
            .Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 40)).Distinct()
            .Select(away => $"[\"{Price(pair, sign * away)}\",\"{random.Next(0, 3)}.50000000\"]")
            .Select(text => text.Replace("\"0.50000000\"", "\"0.00000000\"")));

        private static string Snapshot(int pair, long id) =>
            $$$"""{"lastUpdateId":{{{id}}},"bids":[{{{Whole(pair, -1)}}}],"asks":[{{{Whole(pair, 1)}}}]}""";

        private static string Whole(int pair, int sign) => string.Join(',', Enumerable.Range(1, 30)
            .Select(away => $"[\"{Price(pair, sign * away)}\",\"1.50000000\"]"));

        private static string Price(int pair, int ticks) => pair == 0
            ? DecimalText.ToText(10_000 + ticks, 2) + "000000"
            : DecimalText.ToText(25_000 + ticks, 4) + "0000";
    }
}
