using System.Text;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>What must hold whatever is asked for.</summary>
public sealed class MoneyTests
{
    [Fact]
    public void Whatever_three_users_and_a_crowd_do_money_and_tokens_are_neither_made_nor_lost()
    {
        var world = new World(new PolymarketOptions { TakerHold = TimeSpan.FromMilliseconds(50) }, rate: 0.02);
        var random = new Random(11);
        var users = ((string[])["ada", "bob", "eve"]).Select(name => new ClobUser(world, name).Open()).ToArray();
        var (taken, refused) = (0, 0);
        for (var i = 0; i < Counts.Of(100_000, 2_500); i++)
        {
            world.Run(random.Next(4));
            var user = users[random.Next(3)];
            OutcomeMarket[] markets = [world.Plain, world.Free, world.Window("SOL"), world.Window()];
            var market = markets[random.Next(4)];
            if (!market.IsTradable(world.Now))
            {
                continue;
            }

            switch (random.Next(12))
            {
                case 0:
                    world.Fault("{\"venue\":\"polymarket\",\"fault\":\"ghost\",\"times\":2,\"seconds\":2}");
                    break;
                case 1:
                    user.Ask("DELETE", "/cancel-market-orders", $"{{\"market\":\"{market.ConditionId}\"}}");
                    break;
                default:
                    string[] types = ["GTC", "GTC", "GTC", "FAK", "FOK"];
                    var draft = new Draft(
                        market, random.Next(2), random.Next(3) != 0, random.Next(1, 100) * 100, random.Next(5, 60) * 10_000L)
                    {
                        Type = types[random.Next(types.Length)],
                    };
                    var (status, _) = user.Place(draft with { PostOnly = draft.Type == "GTC" && random.Next(4) == 0 });
                    taken += status == 200 ? 1 : 0;
                    refused += status == 400 ? 1 : 0;
                    break;
            }

            if (i % 50 == 0)
            {
                world.Audit();
            }
        }

        Assert.True(taken > 200 && refused > 100, $"{taken} taken, {refused} refused");

        // The windows end and pay; what their markets held is all paid out.
        var window = world.Window("SOL");
        world.RunUntil(window.EndNanos + (10 * Stamps.NanosPerSecond));
        Assert.NotNull(window.Winner);
        Assert.Equal(0, window.CollateralMicros);
        world.Audit();
    }

    [Fact]
    public void Mutated_requests_and_frames_are_refused_and_nothing_breaks()
    {
        var world = new World();
        var (user, random) = (new ClobUser(world, "ada").Open(), new Random(12));
        var login = LifecycleTests.Login(user);
        string[] bodies =
        [
            user.Body(new Draft(world.Free, 0, true, 4_000, 100_000)), "{\"orderID\":\"0x" + new string('a', 64) + "\"}",
            "{\"heartbeat_id\":\"\"}", "[\"0x" + new string('b', 64) + "\"]", "[{\"token_id\":\"" + world.Free.TokenTexts[0] + "\",\"side\":\"BUY\"}]",
            "{\"market\":\"" + world.Free.ConditionId + "\"}", login,
            "{\"type\":\"market\",\"assets_ids\":[\"" + world.Free.TokenTexts[0] + "\"],\"custom_feature_enabled\":true}",
            "{\"action\":\"subscribe\",\"subscriptions\":[{\"topic\":\"crypto_prices\",\"filters\":\"{\\\"symbol\\\":\\\"btcusdt\\\"}\"}]}",
            "{\"op\":\"subscribe\",\"subscriptions\":[{\"channel\":\"price.polymarket\",\"filter\":{\"asset_id\":\"1\",\"window_seconds\":60}}]}",
        ];
        (string, string)[] routes =
        [
            ("POST", "/order"), ("POST", "/orders"), ("DELETE", "/order"), ("DELETE", "/orders"), ("DELETE", "/cancel-market-orders"),
            ("POST", "/v1/heartbeats"), ("POST", "/books"), ("POST", "/prices"), ("POST", "/midpoints"), ("POST", "/last-trades-prices"),
        ];
        for (var i = 0; i < Counts.Of(1_000_000, 6_000); i++)
        {
            var body = Mutated(bodies[random.Next(bodies.Length)], random);
            if (i % 2 == 0)
            {
                var (method, path) = routes[random.Next(routes.Length)];
                var (status, _) = user.Ask(method, path, body);
                Assert.True(status is 200 or 400 or 429, $"{method} {path} {status}: {body}");
            }
            else
            {
                string[] paths = ["/ws/market", "/ws/user", "/", "/ws"];
                var line = new ClobLine(world, paths[random.Next(4)]).Say(body);
                line.Texts();
                line.Leave();
            }

            if (i % 20 == 0)
            {
                world.Run(1);
            }
        }

        world.Audit();
    }

    [Fact]
    public void Orders_of_any_size_and_time_are_answered()
    {
        var world = new World();
        var user = new ClobUser(world, "ada").Open();
        world.Booth.Exchange.Give(user.Wallet, 1_000_000_000_000);
        foreach (var amount in (long[])[0, 1, 999_999, 1_000_000, 999_999_000_000, 1_000_000_000_000, long.MaxValue / 10_000, long.MaxValue])
        {
            foreach (var other in (long[])[0, 1, 10_000, 1_000_000, 500_000_000_000, long.MaxValue])
            {
                foreach (var isBuy in (bool[])[true, false])
                {
                    foreach (var type in (string[])["GTC", "FAK"])
                    {
                        var draft = new Draft(world.Free, 0, isBuy, 1, 1) { Dollars = amount, Shares = other, Type = type };
                        var (status, body) = user.Place(draft);
                        Assert.True(status is 200 or 400 or 429, body.ToString());
                        world.Run(4);
                    }
                }
            }
        }

        foreach (var expiration in (long[])[0, 1, world.Seconds, long.MaxValue / 1_000_000_000, long.MaxValue])
        {
            Assert.Equal("invalid expiration", user.Refused(new Draft(world.Free, 0, true, 4_000, 100_000) { Type = "GTD", Expiration = expiration }));
        }

        world.Audit();
    }

    private static string Mutated(string text, Random random)
    {
        var letters = new StringBuilder(text);
        for (var changes = random.Next(1, 4); changes > 0 && letters.Length > 1; changes--)
        {
            var at = random.Next(letters.Length);
            switch (random.Next(5))
            {
                case 0:
                    letters.Remove(at, Math.Min(random.Next(1, 20), letters.Length - at));
                    break;
                case 1:
                    letters[at] = (char)random.Next(32, 127);
                    break;
                case 2:
                    letters.Insert(at, ((string[])["null", "{}", "[]", "-1", "1e400", "\"\"", "true", new string('9', 90), "\\ud800"])[random.Next(9)]);
                    break;
                case 3:
                    var value = letters.ToString().IndexOf(':', at);
                    if (value > 0)
                    {
                        letters.Insert(value + 1, ((string[])["null,\"x\":", "[],\"x\":", "7,\"x\":", "{},\"x\":"])[random.Next(4)]);
                    }

                    break;
                default:
                    letters.Length = at;
                    break;
            }
        }

        return letters.ToString();
    }
}
