using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

public sealed class ClobTests
{
    private readonly World _world = new();

    [Fact]
    public void A_key_is_made_of_a_signature_once_and_derived_as_often_as_asked()
    {
        var user = new ClobUser(_world, "ada");
        Assert.Equal((400, "Could not derive api key!"), Error(user.LevelOne("GET", "/auth/derive-api-key")));
        user.Open();
        Assert.Equal((400, "Could not create api key"), Error(user.LevelOne("POST", "/auth/api-key")));
        var (status, derived) = user.LevelOne("GET", "/auth/derive-api-key");
        Assert.Equal((200, user.Key), (status, derived.GetProperty("apiKey").GetString()));
        Assert.Equal(user.Secret, derived.GetProperty("secret").GetString());
        var refused = (401, "Invalid L1 Request headers");
        Assert.Equal(refused, Error(user.LevelOne("POST", "/auth/api-key", 1, _world.Seconds - 1_000)));
        Assert.Equal(refused, Error(user.LevelOne("POST", "/auth/api-key", 1, address: EthAddress.Parse("0x" + new string('1', 40)).ToString())));
        Assert.Equal(200, user.LevelOne("POST", "/auth/api-key", 1).Status);
        Assert.Equal(2, user.Ask("GET", "/auth/api-keys").Body.GetProperty("apiKeys").GetArrayLength());
    }

    [Fact]
    public void A_request_is_let_in_by_its_own_signature_alone()
    {
        var user = new ClobUser(_world, "ada").Open();
        var refused = (401, "Unauthorized/Invalid api key");
        Assert.Equal(200, user.Ask("GET", "/data/orders").Status);
        foreach (var header in (string[])["POLY_ADDRESS", "POLY_SIGNATURE", "POLY_TIMESTAMP", "POLY_API_KEY", "POLY_PASSPHRASE"])
        {
            var headers = user.Headers("GET", "/data/orders", "");
            headers.Remove(header);
            Assert.Equal(refused, Error(_world.Ask("GET", "/data/orders", "", "", headers)));
            headers[header] = header == "POLY_TIMESTAMP" ? (_world.Seconds + 1).ToString() : user.Secret;
            Assert.Equal(refused, Error(_world.Ask("GET", "/data/orders", "", "", headers)));
        }

        var old = user.Headers("GET", "/data/orders", "", _world.Seconds - 1_000);
        Assert.Equal(refused, Error(_world.Ask("GET", "/data/orders", "", "", old)));
        var other = user.Headers("POST", "/order", "{}");
        Assert.Equal(refused, Error(_world.Ask("POST", "/order", "", "{ }", other)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Orders_of_every_kind_of_wallet_are_taken_and_forged_ones_are_not(int type)
    {
        var user = new ClobUser(_world, "ada").Open();
        var wallet = type == 0 ? user.Address : EthAddress.Parse("0x" + new string('1', 36) + $"{type:d4}");
        foreach (var market in (OutcomeMarket[])[_world.Free, _world.Plain, _world.Booth.Catalog.Open.First(one => one.Version == "v2")])
        {
            var draft = new Draft(market, 0, true, 4_000, 100_000) { SignatureType = type, Maker = wallet };
            var id = user.Placed(draft, "live");
            Assert.Equal(66, id.Length);
            Assert.Equal("invalid signature", user.Refused(draft with { IsForged = true }));
            Assert.Equal("order_version_mismatch", user.Refused(draft with { Version = market.Version == "v2" ? "2" : "3" }));
            var (_, order) = user.Ask("GET", "/data/order/" + id);
            Assert.Equal(wallet.ToString(), order.GetProperty("maker_address").GetString());
        }
    }

    [Fact]
    public void An_order_of_somebody_else_is_refused_with_the_venues_words()
    {
        var (user, other) = (new ClobUser(_world, "ada").Open(), new ClobUser(_world, "grace").Open());
        var draft = new Draft(_world.Free, 0, true, 4_000, 100_000);
        Assert.Equal("the order owner has to be the owner of the API KEY", user.Refused(draft with { Owner = other.Key }));
        Assert.Equal(
            "the order signer address has to be the address of the API KEY",
            user.Refused(draft with { Signer = other.Address, SignatureType = 2 }));
        user.Placed(draft with { SignatureType = 2, Maker = EthAddress.Parse("0x" + new string('2', 40)) }, "live");
        Assert.Contains("maker address not allowed", other.Refused(draft with
        {
            SignatureType = 2, Maker = EthAddress.Parse("0x" + new string('2', 40)),
        }), StringComparison.Ordinal);
        var body = user.Body(draft);
        Assert.Equal(200, user.Ask("POST", "/order", body).Status);
        Assert.Contains("Duplicated", user.Ask("POST", "/order", body).Body.GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.Equal(400, user.Ask("POST", "/order", "{").Status);
        Assert.Equal(400, user.Ask("POST", "/order", "{}").Status);
        Assert.Equal("order_version_mismatch", user.Ask(
            "POST", "/order", "{\"order\":{\"feeRateBps\":\"0\"},\"owner\":\"x\"}").Body.GetProperty("error").GetString());
    }

    [Fact]
    public void An_order_stands_in_both_books_and_leaves_both()
    {
        var (market, user) = (_world.Plain, new ClobUser(_world, "ada").Open());
        var line = new ClobLine(_world, "/ws/market").Follow(custom: true, market);
        Assert.Equal(2, ClobLine.Of(line.Read(), "book").Count);
        var id = user.Placed(new Draft(market, 1, true, 3_700, 250_000), "live");
        Assert.Equal([("0.37", "25")], Levels(market, 1, "bids"));
        Assert.Equal([("0.63", "25")], Levels(market, 0, "asks"));
        _world.Run(1);
        var messages = line.Read();
        var changes = Assert.Single(ClobLine.Of(messages, "price_change")).GetProperty("price_changes");
        Assert.Equal(["0.63 SELL 25  0.63", "0.37 BUY 25 0.37 "], changes.EnumerateArray().Select(Row));
        Assert.Equal(2, ClobLine.Of(messages, "best_bid_ask").Count);
        Assert.Equal("0.63", Text(_world.Get("/price", $"token_id={market.TokenTexts[0]}&side=SELL").Body, "price"));
        Assert.Equal("0.37", Text(_world.Get("/price", $"token_id={market.TokenTexts[1]}&side=buy").Body, "price"));
        var (_, canceled) = user.Cancel(id);
        Assert.Equal(id, canceled.GetProperty("canceled")[0].GetString());
        Assert.Empty(Levels(market, 0, "asks"));
        var (_, again) = user.Cancel(id);
        Assert.Contains("already canceled or matched", Text(again.GetProperty("not_canceled"), id), StringComparison.Ordinal);
        _world.Run(1);
        changes = Assert.Single(ClobLine.Of(line.Read(), "price_change")).GetProperty("price_changes");
        Assert.Equal(["0.63 SELL 0  ", "0.37 BUY 0  "], changes.EnumerateArray().Select(Row));
    }

    [Fact]
    public void Two_buyers_make_sets_two_sellers_take_them_apart_and_the_money_is_exact()
    {
        var market = _world.Plain;
        var (ada, bob, eve) = (new ClobUser(_world, "ada").Open(), new ClobUser(_world, "bob").Open(), new ClobUser(_world, "eve").Open());
        var bid = ada.Placed(new Draft(market, 0, true, 6_000, 1_000_000), "live");
        bob.Placed(new Draft(market, 1, true, 4_500, 400_000), "matched");
        _world.Audit();
        Assert.Equal(10_000_000_000 - 24_000_000, ada.Wallet.Micros);

        // Bob pays 40 cents, not 45, and a fee of 40 × 0.04 × 0.4 × 0.6.
        Assert.Equal(10_000_000_000 - 16_000_000 - 384_000, bob.Wallet.Micros);
        Assert.Equal(40_000_000, market.CollateralMicros);
        Assert.Equal(0, bob.Wallet.FreeLots(market.Tokens[1]));
        Assert.Contains("not enough balance", bob.Refused(new Draft(market, 1, false, 3_000, 100_000)), StringComparison.Ordinal);
        _world.Run(500);
        Assert.Equal(400_000, bob.Wallet.FreeLots(market.Tokens[1]));

        // Eve buys Bob's tokens; then Ada and Eve sell both sides at once.
        ada.Cancel(bid);
        bob.Placed(new Draft(market, 1, false, 4_100, 400_000), "live");
        eve.Placed(new Draft(market, 1, true, 4_100, 400_000), "matched");
        _world.Run(500);
        ada.Placed(new Draft(market, 0, false, 6_200, 300_000), "live");
        eve.Placed(new Draft(market, 1, false, 3_800, 300_000), "matched");
        _world.Run(500);
        _world.Audit();
        Assert.Equal(10_000_000, market.CollateralMicros);
        Assert.True(_world.Booth.Exchange.FeeMicros > 0);
    }

    [Fact]
    public void A_market_buyer_spends_dollars_and_a_rounded_up_size_is_silently_unmatchable()
    {
        var (market, ada, bob) = (_world.Free, new ClobUser(_world, "ada").Open(), new ClobUser(_world, "bob").Open());
        ada.Placed(new Draft(market, 1, true, 6_700, 1_000_000), "live");

        // Ten dollars at 33 cents: 30.3030 shares rounded down may pay 33 cents, 30.3031 may not.
        var draft = new Draft(market, 0, true, 3_300, 0) { Type = "FAK", Dollars = 10_000_000, Shares = 30_303_100 };
        Assert.StartsWith("no orders found to match with FAK order", bob.Refused(draft), StringComparison.Ordinal);
        var (_, body) = bob.Place(draft with { Shares = 30_303_000 });
        Assert.Equal("matched", Text(body, "status"));
        Assert.Equal("30.303", Text(body, "takingAmount"));
        Assert.Equal("9.99999", Text(body, "makingAmount"));
        Assert.Equal(
            "invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals",
            bob.Refused(draft with { Dollars = 10_001_000 }));
        Assert.StartsWith("order couldn't be fully filled", bob.Refused(draft with
        {
            Type = "FOK", Dollars = 40_000_000, Shares = 121_212_100,
        }), StringComparison.Ordinal);
        Assert.Equal(200, bob.Place(draft with { Type = "FOK", Dollars = 20_000_000, Shares = 60_606_000 }).Status);
        _world.Audit();
    }

    [Fact]
    public void Small_and_expired_and_crossing_orders_are_refused_with_the_venues_words()
    {
        var (market, ada, bob) = (_world.Free, new ClobUser(_world, "ada").Open(), new ClobUser(_world, "bob").Open());
        ada.Placed(new Draft(market, 0, true, 500, 10_000_000), "live");
        ada.Placed(new Draft(market, 1, true, 9_000, 1_000_000), "live");
        Assert.Contains("lower than the minimum: 5", bob.Refused(new Draft(market, 0, true, 500, 49_900)), StringComparison.Ordinal);
        Assert.Contains("min size: $1", bob.Refused(new Draft(market, 0, true, 1_000, 90_000)), StringComparison.Ordinal);
        Assert.Equal("invalid post-only order: order crosses book", bob.Refused(new Draft(market, 0, true, 1_000, 990_000) { PostOnly = true }));
        Assert.Contains("post-only order", bob.Refused(new Draft(market, 0, true, 1_000, 990_000) { PostOnly = true, Type = "FAK" }), StringComparison.Ordinal);
        Assert.Contains("breaks minimum tick size rule: 0.01", bob.Refused(new Draft(market, 0, true, 550, 100_000)), StringComparison.Ordinal);
        Assert.Contains("not enough balance / allowance", bob.Refused(new Draft(market, 0, true, 9_000, 1_000_000_000)), StringComparison.Ordinal);
        Assert.Equal("invalid expiration", bob.Refused(new Draft(market, 0, true, 500, 100_000) { Expiration = _world.Seconds + 500 }));
        var draft = new Draft(market, 0, true, 500, 100_000) { Type = "GTD" };
        Assert.Equal("invalid expiration", bob.Refused(draft with { Expiration = _world.Seconds + 60 }));
        var id = bob.Placed(draft with { Expiration = _world.Seconds + 63 }, "live");
        _world.Run(200);
        Assert.Equal("LIVE", Text(bob.Ask("GET", "/data/order/" + id).Body, "status"));
        _world.Run(101);

        // A minute early.
        Assert.Equal(JsonValueKind.Null, bob.Ask("GET", "/data/order/" + id).Body.ValueKind);
    }

    [Fact]
    public void A_batch_says_of_each_leg_what_came_of_it()
    {
        var user = new ClobUser(_world, "ada").Open();
        string[] legs =
        [
            user.Body(new Draft(_world.Free, 0, true, 4_000, 100_000)), user.Body(new Draft(_world.Free, 0, true, 4_050, 100_000)),
        ];
        var (status, body) = user.Ask("POST", "/orders", $"[{legs[0]},{legs[1]}]");
        Assert.Equal(200, status);
        Assert.Equal("live", Text(body[0], "status"));
        Assert.True(body[1].GetProperty("success").GetBoolean());
        Assert.Equal("", Text(body[1], "orderID"));
        Assert.Contains("tick size", Text(body[1], "errorMsg"), StringComparison.Ordinal);
        var many = "[" + string.Join(',', Enumerable.Repeat(legs[0], 16)) + "]";
        Assert.Equal("Too many orders in payload: 16, max allowed: 15", Text(user.Ask("POST", "/orders", many).Body, "error"));
        var (_, all) = user.Ask("DELETE", "/cancel-all");
        Assert.Equal(1, all.GetProperty("canceled").GetArrayLength());
    }

    [Fact]
    public void Every_amount_is_taken_or_refused_by_the_rule_of_its_tick()
    {
        var (market, random) = (_world.Free, new Random(3));
        var taken = 0;
        for (var i = 0; i < Counts.Of(1_000_000, 20_000); i++)
        {
            int[] ticks = [1_000, 100, 50, 25, 10, 1];
            int[] decimals = [3, 4, 5, 6, 5, 6];
            var at = random.Next(ticks.Length);
            market.SetTick(ticks[at]);
            var isBuy = random.Next(2) == 0;
            var size = random.Next(1, 2_000) * (random.Next(3) == 0 ? 1_000L : random.Next(2) == 0 ? 10_000 : 1_000_000);
            var price = random.Next(1, 10_000 / ticks[at]) * ticks[at] + (random.Next(4) == 0 ? random.Next(3) : 0);
            var dollars = (long)((Int128)price * size / 10_000) + (random.Next(5) == 0 ? random.Next(-2, 3) : 0);
            var ticket = new OrderTicket
            {
                Salt = 1,
                Maker = EthAddress.Zero,
                Signer = EthAddress.Zero,
                Token = market.Tokens[0],
                MakerAmount = isBuy ? dollars : size,
                TakerAmount = isBuy ? size : dollars,
                IsBuy = isBuy,
                SignatureType = 0,
                Timestamp = 1,
                Metadata = [],
                Builder = [],
                Signature = [],
                Expiration = 0,
                Owner = "",
                Type = "GTC",
                PostOnly = false,
            };
            var refusal = OrderRules.Read(ticket, market, "0x0", _world.Now, out var read);

            // The rule in decimals, as people write it down.
            var (shares, usd, tick) = (size / 1_000_000m, dollars / 1_000_000m, ticks[at] / 10_000m);
            var isSound = usd > 0 && decimal.Round(shares, 2) == shares && decimal.Round(usd, decimals[at]) == usd
                && shares >= 5 && (usd / shares) is var p && p * shares == usd && p % tick == 0 && p >= tick && p <= 1 - tick
                && (Int128)dollars * 10_000 % size == 0;
            Assert.True(isSound == (refusal is null), $"tick {tick} {(isBuy ? "buy" : "sell")} {shares} for {usd}: {refusal}");
            if (isSound)
            {
                taken++;
                Assert.Equal(usd / shares, read.Price / 10_000m);
                Assert.Equal(shares, read.Lots / 10_000m);
            }
        }

        market.SetTick(100);
        Assert.True(taken > 1_000);
    }

    [Theory]
    [InlineData(5_000, 1_000_000, 1_750_000)]
    [InlineData(100, 1_000_000, 69_300)]
    [InlineData(9_900, 1_000_000, 69_300)]
    [InlineData(3_300, 70_000, 108_330)]
    public void A_fee_is_the_curve_rounded_down_to_five_decimals(int price, long lots, long micros) =>
        Assert.Equal(micros, FeeSchedule.Crypto.Of(price, lots));

    internal static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static (int Status, string Error) Error((int Status, JsonElement Body) answer) =>
        (answer.Status, Text(answer.Body, "error"));

    private static string Row(JsonElement row) =>
        $"{Text(row, "price")} {Text(row, "side")} {Text(row, "size")} {Text(row, "best_bid")} {Text(row, "best_ask")}";

    private (string Price, string Size)[] Levels(OutcomeMarket market, int token, string side) =>
        [.. _world.Get("/book", $"token_id={market.TokenTexts[token]}").Body.GetProperty(side).EnumerateArray()
            .Select(level => (Text(level, "price"), Text(level, "size")))];
}
