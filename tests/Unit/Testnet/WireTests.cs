using System.Text;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Kraken;

namespace Strikeline.Unit.Testnet;

public sealed class WireTests
{
    private const string KrakenBook =
        """{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":1}""";

    private const string CoinbaseBook = """{"type":"subscribe","channel":"level2","product_ids":["BTC-USD"]}""";

    [Fact]
    public void Equal_seeds_send_equal_bytes()
    {
        Assert.Equal(Everything(seed: 4), Everything(seed: 4));
        Assert.NotEqual(Everything(seed: 4), Everything(seed: 5));
    }

    [Fact]
    public void Binance_ids_form_one_chain_and_the_snapshot_lies_inside_it()
    {
        var floor = FloorClient.NewFloor();
        var client = new FloorClient(floor, Venue.Binance, "/ws/btcusdt@depth@100ms");
        var messages = client.Run(55);
        var answer = floor.Booth(Venue.Binance).Answer(
            "/api/v3/depth", FloorClient.Query(("symbol", "BTCUSDT"), ("limit", "5000")), floor.NowNanos);
        var snapshot = JsonDocument.Parse(answer.Body).RootElement;
        // Both counts end at a flush: an even number of steps, as one is 50 ms.
        messages.AddRange(client.Run(Counts.Of(100_005, 2_005)));

        var book = new TextBook();
        book.ApplyPairs(snapshot.GetProperty("bids"), snapshot.GetProperty("asks"));
        var last = snapshot.GetProperty("lastUpdateId").GetInt64();
        long previous = 0;
        foreach (var message in messages)
        {
            var (first, final) = (message.GetProperty("U").GetInt64(), message.GetProperty("u").GetInt64());
            Assert.True(previous == 0 || first == previous + 1);
            previous = final;
            if (final > last)
            {
                Assert.True(first <= last + 1);
                book.ApplyPairs(message.GetProperty("b"), message.GetProperty("a"));
                last = final;
            }
        }

        Assert.True(messages.Count > 150);
        book.AssertEquals(Of(Pair(floor, Venue.Binance, "BTC/USDT")));
    }

    [Fact]
    public void Binance_best_prices_carry_an_id_of_the_chain()
    {
        var floor = FloorClient.NewFloor();
        var quotes = new FloorClient(floor, Venue.Binance, "/ws/ethusdt@bookTicker").Run(1_000);
        var ids = quotes.Select(quote => quote.GetProperty("u").GetInt64()).ToArray();
        Assert.True(ids.Length > 50);
        Assert.Equal(ids.Order().Distinct(), ids);
        Assert.Equal(
            Pair(floor, Venue.Binance, "ETH/USDT").Book.Best(Side.Buy).Price,
            (long)(decimal.Parse(quotes[^1].GetProperty("b").GetString()!) * 100));
    }

    [Fact]
    public void Coinbase_numbers_every_frame_of_a_connection_from_zero()
    {
        var floor = FloorClient.NewFloor();
        var client = new FloorClient(floor, Venue.Coinbase, "/").Say(CoinbaseBook)
            .Say("""{"type":"subscribe","channel":"heartbeats"}""")
            .Say("""{"type":"subscribe","channel":"market_trades","product_ids":["BTC-USD","ETH-USD"]}""");
        var messages = client.Run(1_000);
        Assert.Equal(
            Enumerable.Range(0, messages.Count).Select(i => (long)i),
            messages.Select(message => message.GetProperty("sequence_num").GetInt64()));
        Assert.Equal(10, messages.Count(message => message.GetProperty("channel").GetString() == "heartbeats"));

        var book = new TextBook();
        foreach (var level in messages.Where(message => message.GetProperty("channel").GetString() == "l2_data")
            .SelectMany(message => message.GetProperty("events").EnumerateArray()))
        {
            book.ApplyUpdates(level.GetProperty("updates"));
        }

        book.AssertEquals(Of(Pair(floor, Venue.Coinbase, "BTC/USD")));
    }

    [Fact]
    public void Coinbase_dollar_twins_carry_the_dollar_product()
    {
        var floor = FloorClient.NewFloor();
        var messages = new FloorClient(floor, Venue.Coinbase, "/")
            .Say(CoinbaseBook.Replace("BTC-USD", "BTC-USDC")).Read();
        Assert.Equal("BTC-USD", messages[0].GetProperty("events")[0].GetProperty("product_id").GetString());
        var refused = new FloorClient(floor, Venue.Coinbase, "/")
            .Say(CoinbaseBook.Replace("BTC-USD", "DOGE-USD")).Read();
        Assert.Equal("error", refused.Single().GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(100)]
    public void Kraken_checksums_hold_for_a_client_that_truncates(int depth)
    {
        var floor = FloorClient.NewFloor(seed: 9, rate: 3);
        var client = new FloorClient(floor, Venue.Kraken, "/v2");
        client.Texts();
        client.Say(KrakenBook.Replace("\"depth\":10", $"\"depth\":{depth}"));
        var book = new TextBook();
        var checkedCount = 0;
        foreach (var message in client.Run(Counts.Of(100_000, 2_000)))
        {
            if (!message.TryGetProperty("data", out var list))
            {
                continue;
            }

            book.ApplyNumbers(list[0], depth);
            Assert.Equal(list[0].GetProperty("checksum").GetUInt32(), book.KrakenChecksum());
            checkedCount++;
        }

        Assert.True(checkedCount > 300);
        book.AssertEquals(Of(Pair(floor, Venue.Kraken, "BTC/USD")), depth);
    }

    [Fact]
    public void Kraken_checksum_agrees_with_the_published_vectors()
    {
        var file = RecordedData.File("kraken/checksum-vectors-1.json");
        var vectors = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        foreach (var vector in vectors.EnumerateArray())
        {
            var sum = KrakenChecksum.Of(Levels(vector.GetProperty("asks")), Levels(vector.GetProperty("bids")));
            Assert.Equal(vector.GetProperty("checksum").GetUInt32(), sum);
        }

        Assert.True(vectors.GetArrayLength() > 0);

        // A vector has one precision throughout, so a level is its digits.
        static Level[] Levels(JsonElement list) =>
            [.. list.EnumerateArray().Select(level => new Level(Digits(level[0]), Digits(level[1])))];

        static long Digits(JsonElement text) => long.Parse(text.GetString()!.Replace(".", ""));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(200)]
    public void Bybit_ids_rise_by_one_and_windows_stay_full(int depth)
    {
        var floor = FloorClient.NewFloor(seed: 2, depth: 300);
        var client = new FloorClient(floor, Venue.Bybit, "/v5/public/spot");
        client.Say($$"""{"op":"subscribe","args":["orderbook.{{depth}}.BTCUSDT"],"req_id":"r"}""");
        var book = new TextBook();
        long last = 0;
        var count = 0;
        foreach (var message in client.Run(Counts.Of(100_000, 2_000)))
        {
            if (!message.TryGetProperty("data", out var data))
            {
                continue;
            }

            var id = data.GetProperty("u").GetInt64();
            var whole = message.GetProperty("type").GetString() == "snapshot";
            Assert.True(last == 0 || id == last + 1 || (depth == 1 && id == last), $"{last} then {id}");
            Assert.Equal(depth == 1 || last == 0, whole);
            last = id;
            if (whole)
            {
                book.Clear();
            }

            book.ApplyPairs(data.GetProperty("b"), data.GetProperty("a"));
            Assert.Equal(depth, book.Bids.Count);
            Assert.Equal(depth, book.Asks.Count);
            count++;
        }

        Assert.True(count > 80);
        book.AssertEquals(Of(Pair(floor, Venue.Bybit, "BTC/USDT")), depth);
    }

    [Fact]
    public void A_subscriber_that_comes_later_holds_the_same_book()
    {
        var floor = FloorClient.NewFloor();
        var early = new FloorClient(floor, Venue.Bybit, "/v5/public/spot")
            .Say("""{"op":"subscribe","args":["orderbook.200.ETHUSDT"]}""");
        var first = early.Run(1_003);
        var late = new FloorClient(floor, Venue.Bybit, "/v5/public/spot")
            .Say("""{"op":"subscribe","args":["orderbook.200.ETHUSDT"]}""");
        var second = late.Run(500);
        first.AddRange(early.Read());
        Build(second).AssertEquals(Build(first));

        static TextBook Build(List<JsonElement> messages)
        {
            var book = new TextBook();
            foreach (var data in
                messages.Where(m => m.TryGetProperty("data", out _)).Select(m => m.GetProperty("data")))
            {
                book.ApplyPairs(data.GetProperty("b"), data.GetProperty("a"));
            }

            return book;
        }
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_off()
    {
        var floor = FloorClient.NewFloor(rate: 5);
        var client = new FloorClient(floor, Venue.Coinbase, "/").Say(CoinbaseBook);
        var line = client.Line;
        for (var i = 0; i < 60_000 && !line.Outgoing.Completion.IsCompleted && !line.Cut.IsCancellationRequested; i++)
        {
            floor.StepOnce();
        }

        Assert.True(SpinWait.SpinUntil(() => client.Line.Cut.IsCancellationRequested, 5_000));
        Assert.True(client.Texts().Count <= 4_096);
    }

    internal static PairState Pair(MarketFloor floor, Venue venue, string symbol) =>
        floor.Pairs.Single(pair => pair.Pair.Venue == venue && pair.Pair.Symbol.ToString() == symbol);

    internal static TextBook Of(PairState pair)
    {
        var book = new TextBook();
        foreach (var (side, levels) in ((Side, SortedDictionary<decimal, decimal>)[])
            [(Side.Buy, book.Bids), (Side.Sell, book.Asks)])
        {
            for (var rank = 0; rank < pair.Book.Count(side); rank++)
            {
                var level = pair.Book.At(side, rank);
                levels[Decimal(level.Price, pair.PriceDecimals)] = Decimal(level.Quantity, pair.QuantityDecimals);
            }
        }

        return book;
    }

    private static decimal Decimal(long value, int decimals) => (decimal)value / DecimalText.Scale(decimals);

    private static string Everything(long seed)
    {
        var floor = FloorClient.NewFloor(seed);
        FloorClient[] clients =
        [
            new FloorClient(
                floor, Venue.Binance, "/ws/btcusdt@depth@100ms/solusdt@trade/btcusdt@bookTicker/ethusdt@ticker"),
            new FloorClient(floor, Venue.Coinbase, "/").Say(CoinbaseBook),
            new FloorClient(floor, Venue.Kraken, "/v2").Say(KrakenBook),
            new FloorClient(floor, Venue.Bybit, "/v5/public/spot")
                .Say("""{"op":"subscribe","args":["orderbook.50.SOLUSDT","publicTrade.BTCUSDT","tickers.ETHUSDT"]}"""),
        ];
        var all = new StringBuilder();
        for (var i = 0; i < 600; i++)
        {
            floor.StepOnce();
            foreach (var client in clients)
            {
                all.AppendJoin('\n', client.Texts());
            }
        }

        return all.ToString();
    }
}
