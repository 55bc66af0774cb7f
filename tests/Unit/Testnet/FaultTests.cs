using System.Text.Json;
using Strikeline.Testnet;

namespace Strikeline.Unit.Testnet;

/// <summary>Each fault that is applied to frames, seen on a line in virtual time.</summary>
public sealed class FaultTests
{
    private readonly MarketFloor _floor = FloorClient.NewFloor();

    [Fact]
    public void A_gap_loses_one_update_while_the_ids_go_on()
    {
        var client = Depth();
        var messages = client.Run(100);
        Set(FaultKind.Gap, Venue.Binance);
        messages.AddRange(client.Run(300));
        var ids = Chain(messages);
        Assert.Single(ids.Zip(ids.Skip(1)), pair => pair.Second.First != pair.First.Last + 1);
    }

    [Fact]
    public void A_duplicate_comes_twice()
    {
        var client = Depth();
        Set(FaultKind.Duplicate, Venue.Binance);
        var ids = Chain(client.Run(300));
        Assert.Single(ids.Zip(ids.Skip(1)), pair => pair.Second == pair.First);
    }

    [Fact]
    public void A_reordered_update_comes_after_the_next_one()
    {
        var client = Depth();
        Set(FaultKind.Reorder, Venue.Binance);
        var ids = Chain(client.Run(300));
        Assert.Single(ids.Zip(ids.Skip(1)), pair => pair.Second.First < pair.First.First);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(FaultKind.Garbage)]
    [InlineData(FaultKind.Truncate)]
    public void A_spoilt_frame_is_no_JSON(FaultKind kind)
    {
        var client = Depth();
        Set(kind, Venue.Binance);
        var broken = 0;
        for (var i = 0; i < 300; i++)
        {
            _floor.StepOnce();
            broken += client.Texts().Count(text => !IsJson(text));
        }

        Assert.Equal(1, broken);
    }

    [Fact]
    public void A_fault_on_one_symbol_spares_the_others()
    {
        var client = new FloorClient(_floor, Venue.Binance, "/ws/btcusdt@depth@100ms/ethusdt@depth@100ms");
        var messages = client.Run(100);
        Set(FaultKind.Gap, Venue.Binance, "ETH/USDT");
        messages.AddRange(client.Run(300));
        foreach (var (symbol, gaps) in ((string, int)[])[("BTCUSDT", 0), ("ETHUSDT", 1)])
        {
            var ids = Chain(messages.Where(m => m.GetProperty("s").GetString() == symbol));
            Assert.Equal(gaps, ids.Zip(ids.Skip(1)).Count(pair => pair.Second.First != pair.First.Last + 1));
        }
    }

    [Fact]
    public void Freeze_stops_data_but_not_heartbeats_and_leaves_no_gap()
    {
        var client = new FloorClient(_floor, Venue.Coinbase, "/")
            .Say("""{"type":"subscribe","channel":"level2","product_ids":["BTC-USD"]}""")
            .Say("""{"type":"subscribe","channel":"heartbeats"}""");
        client.Run(100);
        Set(FaultKind.Freeze, Venue.Coinbase, seconds: 5);
        var frozen = client.Run(490);
        Assert.All(frozen, message => Assert.Equal("heartbeats", message.GetProperty("channel").GetString()));
        Assert.InRange(frozen.Count, 4, 5);
        var thawed = client.Run(100);
        Assert.Contains(thawed, message => message.GetProperty("channel").GetString() == "l2_data");
        Assert.Equal(
            frozen[^1].GetProperty("sequence_num").GetInt64() + 1, thawed[0].GetProperty("sequence_num").GetInt64());
    }

    [Fact]
    public void Freeze_leaves_Binance_with_an_unbroken_chain()
    {
        var client = Depth();
        var messages = client.Run(100);
        Set(FaultKind.Freeze, Venue.Binance, seconds: 3);
        Assert.Empty(client.Run(290));
        messages.AddRange(client.Run(200));
        var ids = Chain(messages);
        Assert.All(ids.Zip(ids.Skip(1)), pair => Assert.Equal(pair.First.Last + 1, pair.Second.First));
    }

    [Fact]
    public void A_bad_checksum_ends_with_its_time()
    {
        var client = new FloorClient(_floor, Venue.Kraken, "/v2");
        client.Texts();
        client.Say("""{"method":"subscribe","params":{"channel":"book","symbol":["ETH/USD"]}}""");
        var book = new TextBook();
        Assert.Equal(0, Wrong(client.Run(100), book));
        Set(FaultKind.Checksum, Venue.Kraken, "ETH/USD", seconds: 2);
        Assert.True(Wrong(client.Run(150), book) > 5);
        client.Run(100).ForEach(message => Wrong([message], book));
        Assert.Equal(0, Wrong(client.Run(200), book));

        static int Wrong(List<JsonElement> messages, TextBook book)
        {
            var wrong = 0;
            foreach (var message in messages)
            {
                if (message.TryGetProperty("data", out var data))
                {
                    book.ApplyNumbers(data[0], 10);
                    wrong += data[0].GetProperty("checksum").GetUInt32() == book.KrakenChecksum() ? 0 : 1;
                }
            }

            return wrong;
        }
    }

    [Fact]
    public void An_offset_moves_one_venue_and_its_end_brings_it_back()
    {
        var kraken = WireTests.Pair(_floor, Venue.Kraken, "BTC/USD");
        var binance = WireTests.Pair(_floor, Venue.Binance, "BTC/USDT");
        SeededMarketTests.Steps(_floor, 100);
        Command("""{"venue":"kraken","fault":"offset","symbol":"BTC/USD","seconds":4,"percent":5}""");
        SeededMarketTests.Steps(_floor, 200);
        Assert.InRange(SeededMarketTests.Mid(kraken) / SeededMarketTests.Mid(binance), 1.045, 1.055);
        SeededMarketTests.Steps(_floor, 500);
        Assert.InRange(SeededMarketTests.Mid(kraken) / SeededMarketTests.Mid(binance), 0.997, 1.003);
    }

    [Fact]
    public void Slow_delays_what_is_sent()
    {
        var client = Depth();
        Command("""{"venue":"binance","fault":"slow","seconds":5,"delay_ms":700}""");
        SeededMarketTests.Steps(_floor, 30);
        Assert.True(client.Line.Outgoing.TryRead(out var frame));
        Assert.InRange(frame.ReleaseNanos, _floor.NowNanos + (400 * Stamps.NanosPerMilli), long.MaxValue);
    }

    [Fact]
    public void A_restart_of_Bybit_sends_snapshots_with_id_one()
    {
        var client = new FloorClient(_floor, Venue.Bybit, "/v5/public/spot")
            .Say("""{"op":"subscribe","args":["orderbook.50.BTCUSDT"]}""");
        client.Run(100);
        Command("""{"venue":"bybit","fault":"restart"}""");
        var messages = client.Run(100);
        Assert.Equal("snapshot", messages[0].GetProperty("type").GetString());
        Assert.Equal(
            Enumerable.Range(1, messages.Count).Select(i => (long)i),
            messages.Select(message => message.GetProperty("data").GetProperty("u").GetInt64()));
    }

    [Fact]
    public void A_shutdown_of_Binance_is_announced_and_then_happens()
    {
        var client = new FloorClient(_floor, Venue.Binance, "/ws");
        Command("""{"venue":"binance","fault":"shutdown","seconds":2}""");
        Assert.Equal("serverShutdown", client.Read().Single().GetProperty("e").GetString());
        SeededMarketTests.Steps(_floor, 150);
        Assert.Empty(client.Texts());
        SeededMarketTests.Steps(_floor, 100);
        Assert.Equal("close 1001", client.Texts().Single());
    }

    [Fact]
    public void Binance_ends_a_connection_after_its_life()
    {
        var floor = new MarketFloor(new SeededMarket(1, 1, 60), 1, TimeSpan.FromSeconds(3), 1_760_000_000_000_000_000);
        var client = new FloorClient(floor, Venue.Binance, "/ws");
        SeededMarketTests.Steps(floor, 290);
        Assert.Empty(client.Texts());
        SeededMarketTests.Steps(floor, 20);
        Assert.Equal("close 1001", client.Texts().Single());
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<(long First, long Last)> Chain(IEnumerable<JsonElement> messages) =>
        [.. messages.Select(m => (m.GetProperty("U").GetInt64(), m.GetProperty("u").GetInt64()))];

    private FloorClient Depth() => new(_floor, Venue.Binance, "/ws/btcusdt@depth@100ms");

    private void Set(FaultKind kind, Venue venue, string? symbol = null, int seconds = 10) => Command(
        $"{{\"venue\":\"{venue.Name()}\",\"fault\":\"{kind}\",\"seconds\":{seconds},"
        + $"\"symbol\":{(symbol is null ? "null" : $"\"{symbol}\"")}}}");

    private void Command(string body)
    {
        var answer = new ControlBooth(_floor).SetFault(System.Text.Encoding.UTF8.GetBytes(body));
        Assert.Equal(201, answer.Status);
    }
}
