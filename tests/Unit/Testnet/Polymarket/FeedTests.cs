using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>Books, prices and markets as they are told to everybody.</summary>
public sealed class FeedTests
{
    private static readonly PolymarketOptions Lively = new();

    [Fact]
    public void A_book_that_is_followed_is_the_book_that_is_asked_for()
    {
        var world = new World(Lively);
        var markets = world.Booth.Catalog.Open.Where(market => market.IsTradable(world.Now)).ToArray();
        var line = new ClobLine(world, "/ws/market").Follow(custom: true, markets);
        var books = new Dictionary<string, SortedDictionary<string, string>>();
        var best = new Dictionary<string, string>();
        var changes = 0;
        for (var i = 0; i < 6; i++)
        {
            world.Run(100);
            foreach (var message in line.Read())
            {
                changes += Apply(message, books, best);
            }

            foreach (var market in markets.Where(market => market.IsTradable(world.Now)))
            {
                foreach (var token in market.TokenTexts)
                {
                    var (_, whole) = world.Get("/book", "token_id=" + token);
                    Assert.Equal(Levels(whole), books[token]);
                    var (bid, ask) = market.Best(market.TokenTexts[0] == token ? 0 : 1);
                    Assert.True(bid == 0 || ask == 0 || bid < ask, "a book is crossed");
                    Assert.True(!best.TryGetValue(token, out var said) || said == $"{Price(bid)} {Price(ask)}", $"{said} is {bid} {ask}");
                }
            }
        }

        Assert.True(changes > 500, $"{changes} changes");
        world.Audit();
    }

    [Fact]
    public void Equal_seeds_tell_the_same_to_the_letter()
    {
        string Told(long seed)
        {
            var world = new World(Lively, seed);
            var line = new ClobLine(world, "/ws/market").Follow(custom: true, [.. world.Booth.Catalog.Open]);
            world.Run(300);
            return string.Join('\n', line.Texts());
        }

        var told = Told(8);
        Assert.True(told.Length > 20_000);
        Assert.Equal(told, Told(8));
        Assert.NotEqual(told, Told(9));
    }

    [Fact]
    public void A_frozen_token_is_silent_while_the_rest_and_the_pings_go_on()
    {
        var world = new World(Lively);
        var market = world.Window();
        var other = world.Window("ETH");
        var line = new ClobLine(world, "/ws/market").Follow(custom: false, market, other);
        line.Read();
        world.Fault($"{{\"venue\":\"polymarket\",\"fault\":\"freeze\",\"symbol\":\"{market.TokenTexts[0]}\",\"seconds\":5}}");
        world.Run(300);
        var text = string.Concat(line.Texts());
        Assert.DoesNotContain(market.TokenTexts[0], text, StringComparison.Ordinal);
        Assert.Contains(market.TokenTexts[1], text, StringComparison.Ordinal);
        Assert.Contains(other.TokenTexts[0], text, StringComparison.Ordinal);
        world.Fault("{\"venue\":\"polymarket\",\"fault\":\"freeze\",\"seconds\":5}");
        world.Run(300);
        Assert.Empty(line.Texts());
        Assert.Equal(["PONG"], line.Say("PING").Texts());
        world.Run(500);
        Assert.Contains(market.TokenTexts[0], string.Concat(line.Texts()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tick_changes_with_the_price_and_on_command_and_a_book_follows()
    {
        var world = new World();
        var (market, user) = (world.Free, new ClobUser(world, "ada").Open());
        var line = new ClobLine(world, "/ws/market").Follow(custom: false, market);
        line.Read();
        user.Placed(new Draft(market, 0, true, 9_700, 100_000), "live");
        user.Placed(new Draft(market, 1, true, 100, 100_000), "live");
        world.Run(1);
        var messages = line.Read();
        var change = ClobLine.Of(messages, "tick_size_change");
        Assert.Equal(2, change.Count);
        Assert.Equal(("0.01", "0.001"), (ClobTests.Text(change[0], "old_tick_size"), ClobTests.Text(change[0], "new_tick_size")));
        Assert.Equal(2, ClobLine.Of(messages, "book").Count);
        Assert.Equal(0.001m, world.Get("/tick-size", "token_id=" + market.TokenTexts[0]).Body.GetProperty("minimum_tick_size").GetDecimal());
        user.Placed(new Draft(market, 0, true, 9_690, 100_000) { PostOnly = true }, "live");
        world.Fault($"{{\"venue\":\"polymarket\",\"fault\":\"tick\",\"symbol\":\"{market.Slug}\"}}");
        Assert.Contains("0.01", user.Refused(new Draft(market, 0, true, 9_685, 100_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void Beyond_five_hundred_tokens_a_socket_gets_no_snapshots()
    {
        var world = new World();
        var line = new ClobLine(world, "/ws/market").Follow(custom: false, world.Free);
        Assert.Equal(2, ClobLine.Of(line.Read(), "book").Count);
        line.Say("{\"operation\":\"subscribe\",\"assets_ids\":[" + string.Join(',', Enumerable.Range(1, 499).Select(i => $"\"{i}\"")) + "]}");
        line.Follow(custom: false, world.Plain);
        Assert.Empty(line.Read());
        Assert.Equal(["INVALID OPERATION"], line.Say("{}").Texts());
        new ClobUser(world, "ada").Open().Placed(new Draft(world.Plain, 0, true, 4_000, 100_000), "live");
        world.Run(1);
        Assert.Single(line.Read());
    }

    [Fact]
    [SuppressMessage("Security", "CA5350", Justification = "The venue's own hash of a book.")]
    public void A_hash_is_that_of_the_book_with_an_empty_one()
    {
        var world = new World(Lively).Run(200);
        var (_, book) = world.Get("/book", "token_id=" + world.Window().TokenTexts[0]);
        var bare = book.GetRawText().Replace(ClobTests.Text(book, "hash"), "", StringComparison.Ordinal);
        var hash = System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(bare));
        Assert.Equal(Convert.ToHexStringLower(hash), ClobTests.Text(book, "hash"));
    }

    [Fact]
    public void Arbitrages_are_laid_out_and_are_worth_taking()
    {
        var world = new World(Lively, rate: 0.02);
        var crumbs = world.Booth.Crumbs!;
        var (seen, best) = (new HashSet<string>(), new Dictionary<string, double>());
        for (var second = 0; second < 900 && (seen.Count < 4 || best.Count < 4); second++)
        {
            world.Run(100);
            if (crumbs.Now.Length > 0)
            {
                seen.Add(crumbs.Now);
                var gain = Gain(world, crumbs.Now);
                if (gain > 0)
                {
                    best[crumbs.Now] = Math.Max(gain, best.GetValueOrDefault(crumbs.Now));
                }
            }
        }

        Assert.Equal(["asks_below_one", "bids_above_one", "ladder", "neg_risk"], best.Keys.Order(StringComparer.Ordinal));
        world.Audit();
    }

    [Fact]
    public void The_price_feed_of_old_has_its_traps()
    {
        var world = new World().Run(6_500);
        string Subscribe(string topic, string filters) =>
            $"{{\"action\":\"subscribe\",\"subscriptions\":[{{\"topic\":\"{topic}\",\"type\":\"*\",\"filters\":{JsonSerializer.Serialize(filters)}}}]}}";

        var line = new ClobLine(world, "/").Say(Subscribe("crypto_prices_twap_sixty", "{\"symbol\":\"btc/usd\"}"));
        Assert.Equal("", line.Texts()[0]);
        world.Run(100);
        var update = Assert.Single(line.Read());
        var payload = update.GetProperty("payload");
        var exact = Int128.Parse(ClobTests.Text(payload, "full_accuracy_value"));
        Assert.Equal(world.Booth.Oracle.Mean("BTC", 60), (long)(exact / 10_000_000_000));
        Assert.Equal(60, payload.GetProperty("window_s").GetInt32());
        line.Say(Subscribe("crypto_prices_chainlink", "{\"symbol\": \"eth/usd\"}"));
        var snapshot = Assert.Single(line.Read());
        Assert.Equal(("crypto_prices", "subscribe"), (ClobTests.Text(snapshot, "topic"), ClobTests.Text(snapshot, "type")));
        world.Run(100);
        Assert.Single(line.Read());
        line.Say("{\"action\":\"subscribe\",\"subscriptions\":[{\"topic\":\"crypto_prices\",\"filters\":\"\"},{\"topic\":\"none\"}]}");
        Assert.Equal(401, Assert.Single(line.Read()).GetProperty("statusCode").GetInt32());
        Assert.Empty(line.Say("PING").Texts());
    }

    [Fact]
    public void The_newer_price_feed_wants_credentials_and_counts()
    {
        var world = new World().Run(300);
        var user = new ClobUser(world, "ada").Open();
        var line = new ClobLine(world, "/ws");
        const string Ask = "{\"op\":\"subscribe\",\"rid\":\"r\",\"subscriptions\":[{\"channel\":\"price.crypto.twap\",\"filter\":{\"symbol\":\"btcusd\",\"window_seconds\":60}}]}";
        Assert.Equal("auth_required", ClobTests.Text(Assert.Single(line.Say(Ask).Read()), "code"));
        string Auth(string secret) =>
            $"{{\"op\":\"auth\",\"auth\":{{\"apiKey\":\"{user.Key}\",\"secret\":\"{secret}\",\"passphrase\":\"{user.Passphrase}\"}}}}";

        Assert.Equal("auth_invalid", ClobTests.Text(Assert.Single(line.Say(Auth("x")).Read()), "code"));
        Assert.Equal("authed", ClobTests.Text(Assert.Single(line.Say(Auth(user.Secret)).Read()), "op"));
        var answers = line.Say(Ask).Read();
        Assert.Equal("subscribed", ClobTests.Text(answers[0], "op"));
        Assert.True(answers[1].GetProperty("snapshot").GetBoolean());
        Assert.Equal(1, answers[1].GetProperty("seq").GetInt64());
        Assert.Single(line.Say(Ask).Read());
        world.Run(300);
        Assert.Equal([2L, 3, 4], line.Read().Select(one => one.GetProperty("seq").GetInt64()));
        world.Fault("{\"venue\":\"polymarket\",\"fault\":\"gap\",\"seconds\":3,\"times\":2}");
        world.Run(300);
        var late = Assert.Single(line.Read());
        Assert.Equal((5L, 2L), (late.GetProperty("seq").GetInt64(), late.GetProperty("dropped").GetInt64()));
        Assert.Equal("bad_filter", ClobTests.Text(Assert.Single(line.Say(Ask.Replace("60", "30", StringComparison.Ordinal)).Read()), "code"));
        Assert.Equal("pong", ClobTests.Text(Assert.Single(line.Say("{\"op\":\"ping\"}").Read()), "op"));
        for (var i = 0; i < 25; i++)
        {
            line.Say(Ask);
        }

        Assert.Contains("close 4008", line.Texts());
    }

    // What one share of everything brings for sure, after fees.
    private static double Gain(World world, string kind)
    {
        var gain = double.MinValue;
        if (kind is "asks_below_one" or "bids_above_one")
        {
            foreach (var market in world.Booth.Catalog.Open.Where(market => market.IsSplit))
            {
                var (first, second) = (market.Best(0), market.Best(1));
                var asks = first.Ask == 0 || second.Ask == 0 ? -1
                    : 1 - Cost(market, first.Ask, 1) - Cost(market, second.Ask, 1);
                var bids = Cost(market, first.Bid, -1) + Cost(market, second.Bid, -1) - 1;
                gain = Math.Max(gain, kind == "asks_below_one" ? asks : bids);
            }

            return gain;
        }

        if (kind == "neg_risk")
        {
            var markets = world.Booth.Catalog.Events.First(one => one.Kind == EventKind.NegRisk).Markets;
            return Math.Max(
                1 - markets.Sum(market => Cost(market, market.Best(0).Ask, 1)),
                markets.Sum(market => Cost(market, market.Best(0).Bid, -1)) - 1);
        }

        var rungs = world.Booth.Catalog.Open.Where(market => market.Event.Kind == EventKind.Ladder).OrderBy(market => market.Strike).ToList();
        foreach (var (lower, upper) in rungs.Zip(rungs.Skip(1)))
        {
            if (lower.Best(0).Ask != 0 && upper.Best(1).Ask != 0)
            {
                gain = Math.Max(gain, 1 - Cost(lower, lower.Best(0).Ask, 1) - Cost(upper, upper.Best(1).Ask, 1));
            }
        }

        return gain;
    }

    private static double Cost(OutcomeMarket market, int price, int sign) =>
        (price / 10_000.0) + (sign * market.Fees.Of(price, 1_000_000) / 100_000_000.0);

    private static int Apply(
        JsonElement message, Dictionary<string, SortedDictionary<string, string>> books, Dictionary<string, string> best)
    {
        switch (ClobTests.Text(message, "event_type"))
        {
            case "book":
                books[ClobTests.Text(message, "asset_id")] = Levels(message);
                return 0;
            case "price_change":
                var rows = message.GetProperty("price_changes").EnumerateArray().ToArray();
                foreach (var row in rows)
                {
                    var (book, key) = (books[ClobTests.Text(row, "asset_id")], ClobTests.Text(row, "side") + ClobTests.Text(row, "price"));
                    book.Remove(key);
                    if (ClobTests.Text(row, "size") != "0")
                    {
                        book[key] = ClobTests.Text(row, "size");
                    }

                    best[ClobTests.Text(row, "asset_id")] = $"{ClobTests.Text(row, "best_bid")} {ClobTests.Text(row, "best_ask")}";
                }

                return rows.Length;
            default:
                return 0;
        }
    }

    private static SortedDictionary<string, string> Levels(JsonElement book)
    {
        var levels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (side, name) in ((string, string)[])[("BUY", "bids"), ("SELL", "asks")])
        {
            foreach (var level in book.GetProperty(name).EnumerateArray())
            {
                levels[side + ClobTests.Text(level, "price")] = ClobTests.Text(level, "size");
            }
        }

        return levels;
    }

    private static string Price(int price) => price == 0 ? "" : OutcomeUnits.Price(price);
}
