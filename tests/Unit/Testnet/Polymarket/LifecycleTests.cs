using System.Text.Json;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>What happens to orders and trades after they were taken.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public void A_taker_is_held_where_the_market_says_so_and_makers_may_leave_meanwhile()
    {
        var world = new World();
        var market = world.Window();
        var (maker, taker) = (new ClobUser(world, "maker").Open(), new ClobUser(world, "taker").Open());
        var line = new ClobLine(world, "/ws/user").Say(Login(taker));
        var offer = maker.Placed(new Draft(market, 1, true, 5_000, 1_000_000), "live");
        var first = taker.Placed(new Draft(market, 0, true, 5_000, 100_000) { Type = "FAK" }, "delayed");
        Assert.Contains(
            "delayed", taker.Cancel(first).Body.GetProperty("not_canceled").GetProperty(first).GetString()!, StringComparison.Ordinal);
        world.Run(14);
        Assert.Empty(taker.Wallet.Holdings);
        world.Run(1);
        Assert.Equal(100_000, taker.Wallet.Of(market.Tokens[0]).Pending);

        // The maker leaves during the hold: an order that may rest rests, one that must trade is killed.
        var second = taker.Placed(new Draft(market, 0, true, 5_000, 100_000) { Type = "FAK" }, "delayed");
        var third = taker.Placed(new Draft(market, 0, true, 5_000, 200_000), "delayed");
        maker.Cancel(offer);
        world.Run(15);
        Assert.Equal(JsonValueKind.Null, taker.Ask("GET", "/data/order/" + second).Body.ValueKind);
        Assert.Equal("LIVE", ClobTests.Text(taker.Ask("GET", "/data/order/" + third).Body, "status"));
        var orders = ClobLine.Of(line.Read(), "order");
        Assert.Equal(
            ["PLACEMENT DELAYED", "UPDATE MATCHED"],
            orders.FindAll(order => ClobTests.Text(order, "id") == first).ConvertAll(Said));
        Assert.Equal(
            ["PLACEMENT DELAYED", "CANCELLATION CANCELED"],
            orders.FindAll(order => ClobTests.Text(order, "id") == second).ConvertAll(Said));
        Assert.Equal(
            ["PLACEMENT DELAYED", "PLACEMENT LIVE"],
            orders.FindAll(order => ClobTests.Text(order, "id") == third).ConvertAll(Said));
        world.Audit();
    }

    [Fact]
    public void A_trade_is_mined_and_confirmed_and_both_sides_are_told()
    {
        var world = new World();
        var (market, maker, taker) = (world.Free, new ClobUser(world, "maker").Open(), new ClobUser(world, "taker").Open());
        var (makers, takers) = (new ClobLine(world, "/ws/user").Say(Login(maker)), new ClobLine(world, "/ws/user").Say(Login(taker)));
        var offer = maker.Placed(new Draft(market, 1, true, 6_000, 1_000_000), "live");
        var (_, receipt) = taker.Place(new Draft(market, 0, true, 4_200, 250_000));
        Assert.Equal(0, receipt.GetProperty("transactionsHashes").GetArrayLength());
        var id = receipt.GetProperty("tradeIDs")[0].GetString()!;
        var (_, early) = taker.Ask("GET", "/data/trades", query: "id=" + id);
        Assert.Equal("MATCHED", ClobTests.Text(early.GetProperty("data")[0], "status"));
        Assert.Equal("", ClobTests.Text(early.GetProperty("data")[0], "transaction_hash"));
        world.Run(450);
        foreach (var (line, side) in ((ClobLine, string)[])[(makers, "MAKER"), (takers, "TAKER")])
        {
            var trades = ClobLine.Of(line.Read(), "trade");
            Assert.Equal(["MATCHED", "MINED", "CONFIRMED"], trades.Select(trade => ClobTests.Text(trade, "status")));
            Assert.All(trades, trade => Assert.Equal(side, ClobTests.Text(trade, "trader_side")));
            var part = trades[0].GetProperty("maker_orders")[0];
            Assert.Equal((offer, "0.6", "25", market.TokenTexts[1]), (ClobTests.Text(part, "order_id"),
                ClobTests.Text(part, "price"), ClobTests.Text(part, "matched_amount"), ClobTests.Text(part, "asset_id")));
        }

        var (_, late) = maker.Ask("GET", "/data/trades", query: "id=" + id);
        Assert.Equal(66, ClobTests.Text(late.GetProperty("data")[0], "transaction_hash").Length);
        Assert.Equal(10_000_000_000 - 10_000_000, taker.Wallet.Micros);
        Assert.Equal(250_000, taker.Wallet.FreeLots(market.Tokens[0]));
        world.Audit();
    }

    [Fact]
    public void A_ghost_is_matched_and_then_void()
    {
        var world = new World();
        var (market, maker, taker) = (world.Plain, new ClobUser(world, "maker").Open(), new ClobUser(world, "taker").Open());
        var line = new ClobLine(world, "/ws/user").Say(Login(taker));
        maker.Placed(new Draft(market, 1, true, 6_000, 1_000_000), "live");
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"ghost\",\"times\":1}"));
        taker.Placed(new Draft(market, 0, true, 4_200, 250_000), "matched");
        taker.Placed(new Draft(market, 0, true, 4_200, 250_000), "matched");
        Assert.True(taker.Wallet.Micros < 10_000_000_000 - 20_000_000);
        world.Audit();
        world.Run(450);
        var said = ClobLine.Of(line.Read(), "trade").GroupBy(trade => ClobTests.Text(trade, "id"))
            .Select(trade => string.Join(' ', trade.Select(one => ClobTests.Text(one, "status")))).ToArray();
        Assert.Equal(["MATCHED RETRYING FAILED", "MATCHED MINED CONFIRMED"], said);
        Assert.Equal(250_000, taker.Wallet.FreeLots(market.Tokens[0]));
        Assert.Equal(0, taker.Wallet.Of(market.Tokens[0]).Pending);
        Assert.Equal(25_000_000, market.CollateralMicros);
        world.Audit();
    }

    [Fact]
    public void Without_heartbeats_the_orders_of_a_key_that_has_sent_one_are_gone_within_fifteen_seconds()
    {
        var world = new World();
        var (beating, silent) = (new ClobUser(world, "beating").Open(), new ClobUser(world, "silent").Open());
        beating.Placed(new Draft(world.Free, 0, true, 4_000, 100_000), "live");
        silent.Placed(new Draft(world.Free, 0, true, 4_000, 100_000), "live");
        var beat = "";
        for (var i = 0; i < 6; i++)
        {
            var (status, answer) = beating.Ask("POST", "/v1/heartbeats", $"{{\"heartbeat_id\":\"{beat}\"}}");
            Assert.Equal(200, status);
            beat = ClobTests.Text(answer, "heartbeat_id");
            world.Run(500);
            Assert.Equal(2, world.Booth.Exchange.Core.Pipeline.OpenOrders);
        }

        var (wrong, expected) = beating.Ask("POST", "/v1/heartbeats", "{\"heartbeat_id\":\"else\"}");
        Assert.Equal((400, beat), (wrong, ClobTests.Text(expected, "heartbeat_id")));
        world.Run(490);
        Assert.Equal(2, world.Booth.Exchange.Core.Pipeline.OpenOrders);
        world.Run(510);
        Assert.Equal(1, world.Booth.Exchange.Core.Pipeline.OpenOrders);
        Assert.Empty(beating.Wallet.Orders);
    }

    [Fact]
    public void A_restart_answers_425_and_takes_post_only_orders_alone_for_a_while()
    {
        var world = new World(World.Quiet with { PostOnlyAfterRestart = TimeSpan.FromSeconds(3) });
        var user = new ClobUser(world, "ada").Open();
        var draft = new Draft(world.Free, 0, true, 4_000, 100_000);
        var id = user.Placed(draft, "live");
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"restart\",\"seconds\":2}"));
        Assert.Equal(425, user.Place(draft).Status);
        Assert.Equal(425, user.Cancel(id).Status);
        Assert.Equal(425, world.Get("/book", "token_id=" + world.Free.TokenTexts[0]).Status);
        Assert.Equal(425, world.Get("/clob-markets/" + world.Free.ConditionId).Status);
        Assert.Equal(200, world.Get("/time").Status);
        Assert.Equal(200, world.Gamma("/markets/slug/" + world.Free.Slug).Status);
        world.Run(202);
        Assert.Equal(200, world.Get("/book", "token_id=" + world.Free.TokenTexts[0]).Status);
        Assert.Equal(503, user.Place(draft).Status);
        Assert.Equal(200, user.Place(draft with { PostOnly = true }).Status);
        Assert.Equal(id, user.Cancel(id).Body.GetProperty("canceled")[0].GetString());
        world.Run(300);
        Assert.Equal(200, user.Place(draft).Status);
    }

    [Fact]
    public void What_happens_on_the_way_loses_requests_or_answers_and_the_id_tells_which()
    {
        var world = new World();
        var user = new ClobUser(world, "ada").Open();
        var draft = new Draft(world.Free, 0, true, 4_000, 100_000);
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"drop_request\",\"times\":1}"));
        Assert.True(user.AskWhole("POST", "/order", user.Body(draft)).IsLost);
        Assert.Empty(user.Wallet.Orders);
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"drop_response\",\"times\":1}"));
        Assert.True(user.AskWhole("POST", "/order", user.Body(draft)).IsLost);
        Assert.Single(user.Wallet.Orders);
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"error_after\",\"times\":1}"));
        Assert.Equal(500, user.Place(draft).Status);
        Assert.Equal(2, user.Ask("GET", "/data/orders").Body.GetProperty("data").GetArrayLength());
        Assert.Equal(200, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"cancel_only\",\"seconds\":1}"));
        Assert.Equal(503, user.Place(draft).Status);
        Assert.Equal(2, user.Ask("DELETE", "/cancel-all").Body.GetProperty("canceled").GetArrayLength());
        Assert.Equal(422, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"earthquake\"}"));
        Assert.Equal(422, world.Fault("{\"venue\":\"polymarket\",\"fault\":\"ghost\",\"much\":1}"));
    }

    [Fact]
    public void A_signer_has_buckets_of_orders_and_cancellations()
    {
        var world = new World();
        var user = new ClobUser(world, "ada").Open();
        var draft = new Draft(world.Free, 0, true, 1_000, 50_000);
        for (var i = 0; i < ClobLimits.OrderBurst; i++)
        {
            Assert.Equal(200, user.Place(draft).Status);
        }

        var refused = user.AskWhole("POST", "/order", user.Body(draft));
        Assert.Equal(429, refused.Answer.Status);
        Assert.Contains(refused.Headers, header => header is { Name: "Retry-After", Value: "1" });
        world.Run(3);
        Assert.Equal(200, user.Place(draft).Status);
        Assert.Equal(61, user.Ask("DELETE", "/cancel-all").Body.GetProperty("canceled").GetArrayLength());
        Assert.Equal(429, user.Ask("DELETE", "/orders", "[" + string.Join(',', Enumerable.Repeat("\"0x" + new string('a', 64) + "\"", 100)) + "]").Status);
        Assert.Equal(200, user.Cancel("0x" + new string('a', 64)).Status);
        Assert.Equal(400, user.Cancel("0x12").Status);
    }

    [Fact]
    public void A_channel_of_a_user_opens_to_its_own_credentials_alone()
    {
        var world = new World();
        var (ada, bob) = (new ClobUser(world, "ada").Open(), new ClobUser(world, "bob").Open());
        Assert.Equal(["close 1008"], new ClobLine(world, "/ws/user").Say(Login(ada).Replace(ada.Passphrase, bob.Passphrase, StringComparison.Ordinal)).Texts());
        var line = new ClobLine(world, "/ws/user").Say(Login(ada, world.Plain.ConditionId));
        ada.Placed(new Draft(world.Free, 0, true, 4_000, 100_000), "live");
        bob.Placed(new Draft(world.Plain, 0, true, 4_000, 100_000), "live");
        Assert.Empty(line.Texts());
        ada.Placed(new Draft(world.Plain, 0, true, 4_000, 100_000), "live");
        Assert.Single(line.Texts());
        Assert.Equal(["PONG"], line.Say("PING").Texts());
    }

    [Fact]
    public void Frames_have_the_fields_of_those_that_were_recorded()
    {
        var world = new World();
        var (market, maker, taker) = (world.Plain, new ClobUser(world, "maker").Open(), new ClobUser(world, "taker").Open());
        var line = new ClobLine(world, "/ws/market").Follow(custom: true, market);
        var mine = new ClobLine(world, "/ws/user").Say(Login(taker));
        maker.Placed(new Draft(market, 1, true, 6_000, 1_000_000), "live");
        taker.Placed(new Draft(market, 0, true, 4_200, 250_000), "matched");
        world.Fault($"{{\"venue\":\"polymarket\",\"fault\":\"tick\",\"symbol\":\"{market.Slug}\"}}");
        world.Run(1);
        List<JsonElement> said = [.. line.Read(), .. mine.Read()];
        foreach (var (type, file) in ((string, string)[])
        [
            ("book", "ws-book-1.jsonl"), ("price_change", "ws-price-change-1.json"), ("last_trade_price", "ws-last-trade-price-1.jsonl"),
            ("tick_size_change", "ws-tick-size-change-1.json"), ("order", "ws-user-order-1.json"), ("trade", "ws-user-trade-1.json"),
        ])
        {
            var text = File.ReadAllText(RecordedData.File("polymarket/" + file));
            using var recorded = JsonDocument.Parse(file.EndsWith('l') ? text.Split('\n')[0] : text);
            var ours = ClobLine.Of(said, type)[^1];
            foreach (var field in recorded.RootElement.EnumerateObject())
            {
                Assert.True(ours.TryGetProperty(field.Name, out var value), $"{type} has no {field.Name}");
                Assert.True(value.ValueKind == field.Value.ValueKind || field.Value.ValueKind == JsonValueKind.Null, $"{type} {field.Name}");
            }
        }

        var row = ClobLine.Of(said, "price_change")[0].GetProperty("price_changes")[0];
        Assert.Equal(["asset_id", "best_ask", "best_bid", "hash", "price", "side", "size"], row.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    internal static string Login(ClobUser user, params string[] markets) =>
        $"{{\"type\":\"user\",\"auth\":{{\"apiKey\":\"{user.Key}\",\"secret\":\"{user.Secret}\",\"passphrase\":\"{user.Passphrase}\"}},"
        + $"\"markets\":[{string.Join(',', markets.Select(market => $"\"{market}\""))}]}}";

    private static string Said(JsonElement order) => $"{ClobTests.Text(order, "type")} {ClobTests.Text(order, "status")}";
}
