using System.Text.Json;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>The WebSocket's commands, channels and faults.</summary>
public sealed class KalshiStreamTests : IDisposable
{
    private readonly KalshiRig _rig = new KalshiRig().Seconds(2);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Each_channel_gets_its_own_sid_and_books_begin_with_a_snapshot()
    {
        var client = _rig.Connect().Subscribe(
            "\"orderbook_delta\",\"trade\"", _rig.Window.Ticker, _rig.Booth.Catalog.Markets[^1].Ticker);
        var messages = client.Read();
        Assert.Equal(
            ["subscribed", "orderbook_snapshot", "orderbook_snapshot", "subscribed"],
            messages.Select(message => message.GetProperty("type").GetString()));
        Assert.Equal(1, messages[0].GetProperty("id").GetInt32());
        Assert.Equal([1, 2], messages.Where(m => m.GetProperty("type").GetString() == "subscribed")
            .Select(m => m.GetProperty("msg").GetProperty("sid").GetInt32()));
        Assert.Equal([1, 2], messages.Where(m => m.TryGetProperty("seq", out _)).Select(m => m.GetProperty("seq").GetInt32()));
    }

    [Theory]
    [InlineData("nonsense", 1)]
    [InlineData("""{"id":7,"cmd":"dance"}""", 5)]
    [InlineData("""{"id":7,"cmd":"subscribe"}""", 2)]
    [InlineData("""{"id":7,"cmd":"subscribe","params":{}}""", 3)]
    [InlineData("""{"id":7,"cmd":"subscribe","params":{"channels":["gossip"]}}""", 8)]
    [InlineData("""{"id":7,"cmd":"subscribe","params":{"channels":["orderbook_delta"]}}""", 14)]
    [InlineData("""{"id":7,"cmd":"unsubscribe","params":{}}""", 4)]
    [InlineData("""{"id":7,"cmd":"unsubscribe","params":{"sids":[99]}}""", 7)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sids":[1,2],"action":"add_markets"}}""", 12)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sid":99,"action":"add_markets"}}""", 7)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sid":1,"market_tickers":["A"]}}""", 15)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sid":1,"action":"add_markets"}}""", 14)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sid":1,"market_tickers":["A"],"action":"hide"}}""", 13)]
    [InlineData("""{"id":7,"cmd":"update_subscription","params":{"sid":2,"action":"subscribe_indices"}}""", 24)]
    public void A_wrong_command_gets_the_documented_code(string command, int code)
    {
        var client = _rig.Connect().Subscribe("\"trade\",\"cfbenchmarks_value\"");
        client.Read();
        var error = Assert.Single(client.Say(command).Read());
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal(code, error.GetProperty("msg").GetProperty("code").GetInt32());
        Assert.Equal(command[0] == '{' ? 7 : 0, error.GetProperty("id").GetInt32());
    }

    [Fact]
    public void Sids_are_others_on_each_connection()
    {
        var sids = Enumerable.Range(0, 3).Select(_ => _rig.Connect().Subscribe("\"trade\"").Read()[0]
            .GetProperty("msg").GetProperty("sid").GetInt64());
        Assert.Equal(3, sids.Distinct().Count());
    }

    [Fact]
    public void Markets_are_added_and_taken_away_and_a_snapshot_comes_when_asked_for()
    {
        var (first, second) = (_rig.Window.Ticker, _rig.Booth.Catalog.Markets[^1].Ticker);
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", first);
        client.Read();
        client.Say($$$"""{"id":2,"cmd":"update_subscription","params":{"sids":[1],"market_tickers":["{{{second}}}"],"action":"add_markets"}}""");
        var added = client.Read();
        Assert.Equal(["ok", "orderbook_snapshot"], added.Select(message => message.GetProperty("type").GetString()));
        Assert.Equal([2, 3], added.Select(message => message.GetProperty("seq").GetInt32()));
        client.Say($$$"""{"id":3,"cmd":"update_subscription","params":{"sid":1,"market_tickers":["{{{first}}}"],"action":"get_snapshot"}}""");
        var again = Assert.Single(client.Read());
        Assert.Equal((first, 4), (
            again.GetProperty("msg").GetProperty("market_ticker").GetString(), again.GetProperty("seq").GetInt32()));
        client.Say($$$"""{"id":4,"cmd":"update_subscription","params":{"sid":1,"market_tickers":["{{{first}}}"],"action":"delete_markets"}}""");
        _rig.Seconds(5);
        var left = client.Read();
        Assert.True(left.Count > 1);
        Assert.All(left.Skip(1), message => Assert.Equal(
            second, message.GetProperty("msg").GetProperty("market_ticker").GetString()));
        client.Say("""{"id":5,"cmd":"list_subscriptions"}""");
        Assert.Equal("orderbook_delta", client.Read()[^1].GetProperty("msg")[0].GetProperty("channel").GetString());
        client.Say("""{"id":6,"cmd":"unsubscribe","params":{"sids":[1]}}""");
        client.Read();
        _rig.Seconds(5);
        Assert.Empty(client.Read());
    }

    [Fact]
    public void A_members_own_channels_tell_of_its_orders_alone()
    {
        var market = _rig.Window;
        var client = _rig.Connect().Subscribe("\"fill\",\"user_orders\",\"market_positions\",\"orderbook_delta\"", market.Ticker);
        client.Read();
        _rig.Seconds(3);
        Assert.All(client.Read(), message => Assert.Equal("orderbook_delta", message.GetProperty("type").GetString()));
        var (_, placed) = _rig.Place(_rig.Order(
            market, "bid", KalshiUnits.Price(market.YesAsk), "2.00", "immediate_or_cancel", name: "abc"));
        var messages = client.Read();
        var fill = messages.First(m => m.GetProperty("type").GetString() == "fill").GetProperty("msg");
        Assert.Equal(
            (placed.GetProperty("order_id").GetString(), "abc", "2.00", "yes", true),
            (fill.GetProperty("order_id").GetString(), fill.GetProperty("client_order_id").GetString(),
                fill.GetProperty("post_position_fp").GetString(), fill.GetProperty("outcome_side").GetString(),
                fill.GetProperty("is_taker").GetBoolean()));
        var order = messages.Single(m => m.GetProperty("type").GetString() == "user_order").GetProperty("msg");
        Assert.Equal("executed", order.GetProperty("status").GetString());
        var position = messages.Last(m => m.GetProperty("type").GetString() == "market_position").GetProperty("msg");
        Assert.Equal("2.00", position.GetProperty("position_fp").GetString());
        var own = messages.First(m => m.GetProperty("type").GetString() == "orderbook_delta").GetProperty("msg");
        Assert.Equal("abc", own.GetProperty("client_order_id").GetString());
        Assert.Equal("no", own.GetProperty("side").GetString());
    }

    [Fact]
    public void A_freeze_holds_everything_back_and_leaves_no_gap()
    {
        var market = _rig.Window;
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", market.Ticker);
        var books = new KalshiBooks();
        var last = Apply(client.Read(), books, 0);
        _rig.Fault("""{"venue":"kalshi","fault":"freeze","seconds":5}""");
        _rig.Steps(499);
        Assert.Empty(client.Texts());
        _rig.Seconds(2);
        var thawed = client.Read();
        Assert.True(thawed.Count > 10);
        Apply(thawed, books, last);
        Assert.Equal(
            _rig.Booth.Exchange.Core.Pipeline.Levels(market.Instrument).Sum(level => level.Lots),
            books.Levels(market.Ticker).Sum(level => level.Count));
    }

    [Theory]
    [InlineData("gap", 1, 0, 0)]
    [InlineData("duplicate", 0, 1, 0)]
    [InlineData("reorder", 2, 1, 0)]
    [InlineData("truncate", 1, 0, 1)]
    [InlineData("garbage", 0, 0, 1)]
    public void A_fault_spoils_one_delta(string fault, int ahead, int behind, int broken)
    {
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", _rig.Window.Ticker);
        _rig.Seconds(1);
        var numbers = client.Read().Where(m => m.TryGetProperty("seq", out _)).Select(m => m.GetProperty("seq").GetInt64()).ToList();
        _rig.Fault($$"""{"venue":"kalshi","fault":"{{fault}}","symbol":"KXBTC15M","seconds":60}""");
        _rig.Seconds(10);
        var unread = 0;
        foreach (var text in client.Texts())
        {
            try
            {
                numbers.Add(JsonDocument.Parse(text).RootElement.GetProperty("seq").GetInt64());
            }
            catch (JsonException)
            {
                unread++;
            }
        }

        var pairs = numbers.Zip(numbers.Skip(1)).ToArray();
        Assert.Equal((ahead, behind, broken), (
            pairs.Count(pair => pair.Second == pair.First + 2),
            pairs.Count(pair => pair.Second <= pair.First), unread));
        Assert.True(numbers.Count > 20);
    }

    [Fact]
    public void Numbers_come_instead_of_texts_where_a_fault_says_so()
    {
        _rig.Fault("""{"venue":"kalshi","fault":"numbers","seconds":600}""");
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", _rig.Window.Ticker);
        _rig.Seconds(5);
        var messages = client.Read().Where(message => message.TryGetProperty("seq", out _)).ToList();
        Assert.Equal(JsonValueKind.Number, messages[^1].GetProperty("msg").GetProperty("delta_fp").ValueKind);
        var books = new KalshiBooks();
        Apply(messages, books, 0);
    }

    [Fact]
    public void Unknown_fields_enumerations_and_fees_come_and_go()
    {
        var ticker = _rig.Window.Ticker;
        foreach (var fault in (string[])["unknown_field", "unknown_enum", "unknown_fee"])
        {
            _rig.Fault($$"""{"venue":"kalshi","fault":"{{fault}}","seconds":600}""");
        }

        var market = _rig.Get($"/markets/{ticker}").GetProperty("market");
        Assert.True(market.TryGetProperty("zz_added_yesterday", out _));
        Assert.Equal("suspended_by_moonlight", market.GetProperty("status").GetString());
        Assert.Equal("cubic_with_moonlight", Fee());
        Assert.Equal(3, _rig.Booth.ClearFaults());
        Assert.Equal("quadratic", Fee());
        Assert.Equal("active", _rig.Get($"/markets/{ticker}").GetProperty("market").GetProperty("status").GetString());

        string Fee() => _rig.Get("/series/KXBTC15M").GetProperty("series").GetProperty("fee_type").GetString()!;
    }

    [Fact]
    public void A_pause_makes_a_market_inactive_and_takes_the_orders_that_asked_for_it()
    {
        var market = _rig.Window;
        var client = _rig.Connect().Subscribe("\"market_lifecycle_v2\"");
        client.Read();
        var stays = _rig.Place(_rig.Order(market, "bid", "0.01", "1.00")).Body.GetProperty("order_id").GetString()!;
        var goes = _rig.Place(_rig.Order(market, "bid", "0.01", "1.00", more: ",\"cancel_order_on_pause\":true"))
            .Body.GetProperty("order_id").GetString()!;
        _rig.Fault($$"""{"venue":"kalshi","fault":"pause","symbol":"{{market.Ticker}}","seconds":3}""");
        Assert.Equal(("resting", "canceled"), (_rig.Member.Find(stays)!.Status, _rig.Member.Find(goes)!.Status));
        var (status, body) = _rig.Place(_rig.Order(market, "bid", "0.01", "1.00"));
        Assert.Equal((409, "market_inactive"), (status, KalshiRig.Code(body)));
        Assert.Equal(KalshiStatus.Inactive, market.Status);
        Assert.Equal(200, _rig.Ask("DELETE", $"/portfolio/events/orders/{stays}").Status);
        _rig.Seconds(4);
        Assert.Equal(KalshiStatus.Active, market.Status);
        Assert.Equal(["deactivated", "activated"], client.Read("market_lifecycle_v2")
            .Select(message => message.GetProperty("msg").GetProperty("event_type").GetString()));
    }

    [Fact]
    public void Maintenance_pauses_everything_and_says_so()
    {
        _rig.Fault("""{"venue":"kalshi","fault":"maintenance","seconds":3}""");
        Assert.False(_rig.Get("/exchange/status").GetProperty("trading_active").GetBoolean());
        Assert.Equal(409, _rig.Place(_rig.Order(_rig.Window, "bid", "0.01", "1.00")).Status);
        _rig.Seconds(4);
        Assert.True(_rig.Get("/exchange/status").GetProperty("trading_active").GetBoolean());
        Assert.Equal(201, _rig.Place(_rig.Order(_rig.Window, "bid", "0.01", "1.00")).Status);
    }

    [Fact]
    public void Price_ranges_change_while_the_market_lives()
    {
        var market = _rig.Window;
        var client = _rig.Connect().Subscribe("\"market_lifecycle_v2\"");
        client.Read();
        Assert.Equal(201, _rig.Place(_rig.Order(market, "bid", "0.011", "1.00")).Status);
        _rig.Fault($$"""{"venue":"kalshi","fault":"ranges","symbol":"{{market.Ticker}}","seconds":3}""");
        var change = Assert.Single(client.Read("market_lifecycle_v2")).GetProperty("msg");
        Assert.Equal("price_level_structure_updated", change.GetProperty("event_type").GetString());
        Assert.Equal("0.0100", change.GetProperty("price_ranges")[0].GetProperty("step").GetString());
        Assert.Equal("invalid_price", KalshiRig.Code(_rig.Place(_rig.Order(market, "bid", "0.011", "1.00")).Body));
        _rig.Seconds(4);
        Assert.Equal(201, _rig.Place(_rig.Order(market, "bid", "0.011", "1.00")).Status);
    }

    [Theory]
    [InlineData("""{"venue":"kalshi","fault":"explode"}""")]
    [InlineData("""{"venue":"kalshi","fault":"pause","symbol":"KXNOTHING"}""")]
    [InlineData("""{"venue":"kalshi","fault":"pause","seconds":-1}""")]
    [InlineData("""{"venue":"kalshi","fault":"pause","percent":1}""")]
    [InlineData("[]")]
    public void A_wrong_fault_is_refused(string body) =>
        Assert.Equal(422, _rig.Booth.SetFault(System.Text.Encoding.UTF8.GetBytes(body)).Status);

    private static long Apply(List<JsonElement> messages, KalshiBooks books, long last)
    {
        foreach (var message in messages.Where(message => message.TryGetProperty("seq", out _)))
        {
            Assert.Equal(++last, message.GetProperty("seq").GetInt64());
            books.Apply(message);
        }

        return last;
    }
}
