using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Strikeline.Testnet;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Testnet;

/// <summary>The simulated traders in virtual time, against a small exchange that speaks the API.</summary>
public sealed class TraderTests
{
    private static readonly string[] Markets = ["SOL/USDC", "BTC/USDC", "ETH/USDC"];

    [Fact]
    public async Task There_is_a_two_sided_book_around_the_price_and_trades_happen()
    {
        await using var scene = new Scene();
        scene.Pass(20);
        foreach (var market in Markets)
        {
            var price = (decimal)scene.Prices[market[..3]];
            var (bid, ask) = (scene.Exchange.BestBid(market), scene.Exchange.BestAsk(market));
            Assert.InRange(bid, price * 0.999m, price);
            Assert.InRange(ask, price, price * 1.001m);
            Assert.True(scene.Exchange.Side(market, true).Count() >= 14, "bids");
            Assert.True(scene.Exchange.Side(market, false).Count() >= 14, "asks");
        }

        scene.Pass(100);
        Assert.All(Markets, market => Assert.InRange(scene.Exchange.Trades.Count(trade => trade.Market == market), 40, 400));
        scene.MoneyIsWhole();
        Assert.Empty(scene.Failures);
    }

    [Fact]
    public async Task The_book_follows_the_price_in_drifts_and_jumps()
    {
        await using var scene = new Scene();
        scene.Pass(20);
        for (var minute = 0; minute < 4; minute++)
        {
            for (var i = 0; i < 60; i++)
            {
                // A basis point a second, as a lively hour has it; the last minute back again.
                scene.Move(minute == 3 ? -1e-4 : 1e-4);
                scene.Pass(1);
            }

            scene.BookIsNear(0.0015m);
        }

        foreach (var jump in (double[])[0.05, -0.12, 0.3])
        {
            scene.Move(jump);
            scene.Pass(30);
            scene.BookIsNear(0.0015m);
        }

        Assert.All(Markets, market => Assert.True(scene.Exchange.Side(market, true).Count() >= 14));
        scene.MoneyIsWhole();
        Assert.Empty(scene.Failures);
    }

    [Fact]
    public async Task A_quiet_price_moves_few_orders()
    {
        await using var scene = new Scene(takers: false);
        scene.Pass(60);
        var before = scene.Exchange.Requests.Count(request => !request.What.StartsWith("GET", StringComparison.Ordinal));
        scene.Pass(120);
        Assert.Equal(before, scene.Exchange.Requests.Count(request => !request.What.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Requests_stay_below_twenty_a_second_and_market()
    {
        await using var scene = new Scene();
        for (var i = 0; i < 600; i++)
        {
            scene.Move(i % 2 == 0 ? 4e-4 : -3e-4);
            scene.Pass(1);
        }

        Assert.InRange(scene.Exchange.Requests.Count / 600.0 / Markets.Length, 3, 20);
        scene.MoneyIsWhole();
    }

    [Fact]
    public async Task Who_has_little_orders_little_and_never_more()
    {
        await using var scene = new Scene(share: 0.00002m);
        scene.Pass(300);
        Assert.NotEmpty(scene.Exchange.Trades);
        scene.MoneyIsWhole();
        var refused = scene.Exchange.Requests.Count(request => request.Code == "insufficient_funds");
        Assert.InRange(refused, 0, scene.Exchange.Requests.Count / 30);
    }

    [Theory]
    [InlineData("503")]
    [InlineData("500")]
    [InlineData("429")]
    [InlineData("401")]
    [InlineData("cut")]
    [InlineData("html")]
    public async Task While_the_exchange_is_away_they_ask_less_and_less_and_then_go_on(string fault)
    {
        await using var scene = new Scene();
        scene.Pass(20);
        scene.Exchange.Fault = () => fault switch
        {
            "cut" => throw new HttpRequestException("connection refused"),
            "html" => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("<html>")) },
            _ => new HttpResponseMessage((HttpStatusCode)int.Parse(fault, null)) { Content = new ByteArrayContent([]) },
        };
        var before = scene.Exchange.Requests.Count;
        scene.Move(0.02);
        scene.Pass(300);
        var traders = Markets.Length * 4;
        Assert.InRange(scene.Exchange.Requests.Count - before, traders * 20, traders * 70);
        Assert.Equal(scene.Exchange.Requests.Count - before, scene.Tally.Away);
        Assert.Equal(scene.Exchange.Requests.Count, scene.Tally.Requests);

        scene.Exchange.Fault = null;
        scene.Pass(40);
        scene.BookIsNear(0.0015m);
        var trades = scene.Exchange.Trades.Count;
        scene.Pass(20);
        Assert.True(scene.Exchange.Trades.Count > trades);
        scene.MoneyIsWhole();
        Assert.Empty(scene.Failures);
    }

    [Fact]
    public async Task They_wait_as_long_as_the_exchange_asks_them_to()
    {
        await using var scene = new Scene();
        scene.Pass(20);
        scene.Exchange.Fault = () => new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Content = new ByteArrayContent([]), Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(2)) },
        };
        scene.Pass(60);
        var before = scene.Exchange.Requests.Count;
        scene.Pass(55);
        Assert.Equal(before, scene.Exchange.Requests.Count);
    }

    [Fact]
    public async Task An_exchange_that_has_lost_all_orders_gets_new_ones()
    {
        await using var scene = new Scene();
        scene.Pass(20);
        scene.Exchange.Orders.Clear();
        scene.Pass(20);
        scene.BookIsNear(0.0015m);
        Assert.True(scene.Exchange.Side("SOL/USDC", true).Count() >= 14);
    }

    [Fact]
    public async Task A_closed_market_or_a_lost_price_gets_no_orders()
    {
        await using var scene = new Scene();
        scene.Exchange.IsHalted = true;
        scene.Pass(60);
        Assert.Empty(scene.Exchange.Orders);
        scene.Exchange.IsHalted = false;
        scene.Prices.Remove("BTC");
        scene.Pass(60);
        Assert.NotEmpty(scene.Exchange.Side("SOL/USDC", true));
        Assert.Empty(scene.Exchange.Side("BTC/USDC", true));
    }

    [Fact]
    public async Task Once_told_to_stop_they_take_their_orders_back_and_are_silent()
    {
        var scene = new Scene();
        scene.Pass(20);
        Assert.NotEmpty(scene.Exchange.Orders);
        await scene.DisposeAsync();
        Assert.Empty(scene.Exchange.Orders);
        var before = scene.Exchange.Requests.Count;
        scene.Time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(before, scene.Exchange.Requests.Count);
    }

    [Fact]
    public async Task Equal_seeds_give_equal_requests()
    {
        await using var one = new Scene();
        await using var two = new Scene();
        await using var other = new Scene(seed: 2);
        foreach (var scene in (Scene[])[one, two, other])
        {
            scene.Pass(60);
        }

        Assert.Equal(one.Exchange.Trades, two.Exchange.Trades);
        Assert.Equal(one.Exchange.Requests, two.Exchange.Requests);
        Assert.NotEqual(one.Exchange.Trades, other.Exchange.Trades);
    }

    [Fact]
    public void A_plan_survives_its_JSON_and_shows_no_key()
    {
        var plan = new TraderPlan(
            new Uri("http://127.0.0.1:8080/"), [new TraderSeat("near-SOL", "SOL/USDC", TraderRole.NearMaker, "slk_secret")]);
        var read = TraderPlan.Parse(plan.ToJson());
        Assert.Equal(plan.Url, read.Url);
        Assert.Equal(plan.Seats, read.Seats);
        Assert.DoesNotContain("slk_", plan.Seats[0].ToString());
        Assert.DoesNotContain("slk_", plan.ToString());
        Assert.DoesNotContain('\n', plan.ToJson());
        foreach (var bad in (string[])["", "{}", "slk_secret", "{\"url\":\"x\",\"traders\":[]}", "{\"url\":\"http://a\",\"traders\":[{\"key\":\"slk_secret\"}]}"])
        {
            Assert.DoesNotContain("slk_", Assert.Throws<TestnetException>(() => TraderPlan.Parse(bad)).ToString());
        }
    }

    [Fact]
    public void The_price_of_an_asset_is_the_middle_of_its_markets()
    {
        var floor = FloorClient.NewFloor();
        var mids = floor.Pairs.Where(state => state.Pair.Symbol.Base == "BTC").Select(
            state => (state.Book.Best(Side.Buy).Price + state.Book.Best(Side.Sell).Price) / 2.0 / Math.Pow(10, state.PriceDecimals)).ToArray();
        Assert.InRange(floor.Price("BTC")!.Value, mids.Min(), mids.Max());
        Assert.NotNull(floor.Price("SOL"));
        Assert.Null(floor.Price("DOGE"));
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly Dictionary<string, decimal> _totals = [];
        private readonly TraderCrowd _crowd;

        public Scene(long seed = 1, bool takers = true, decimal share = 1)
        {
            Exchange = new FakeExchange(Time);
            var seats = new List<TraderSeat>();
            foreach (var market in Markets)
            {
                TraderRole[] roles = takers
                    ? [TraderRole.NearMaker, TraderRole.FarMaker, TraderRole.Taker, TraderRole.Taker]
                    : [TraderRole.NearMaker, TraderRole.FarMaker];
                foreach (var role in roles)
                {
                    var key = $"key-{seats.Count}";
                    Exchange.Give(key, "USDC", 50_000_000 * share);
                    Exchange.Give(key, market[..3], Math.Round(50_000_000 * share / (decimal)Prices[market[..3]], 8));
                    seats.Add(new TraderSeat(key, market, role, key));
                }
            }

            foreach (var asset in (string[])["USDC", "SOL", "BTC", "ETH"])
            {
                _totals[asset] = Exchange.Total(asset);
            }

            TraderCrowd? crowd = null;
            var started = Time.Start(() =>
            {
                crowd = TraderCrowd.Start(
                    new TraderPlan(new Uri("http://exchange.test/"), seats), seed,
                    asset => Prices.TryGetValue(asset, out var price) ? price : null, Tally, Failures.Add, Time, Exchange);
                return Task.CompletedTask;
            });
            Assert.True(started.IsCompletedSuccessfully);
            _crowd = crowd!;
        }

        public VirtualTime Time { get; } = new();

        public TraderTally Tally { get; } = new();

        public FakeExchange Exchange { get; }

        public Dictionary<string, double> Prices { get; } = new() { ["SOL"] = 178.9, ["BTC"] = 88_150, ["ETH"] = 3_241 };

        public List<Exception> Failures { get; } = [];

        public void Pass(double seconds) => Time.Pass(TimeSpan.FromSeconds(seconds));

        public void Move(double share)
        {
            foreach (var asset in Prices.Keys.ToArray())
            {
                Prices[asset] *= 1 + share;
            }
        }

        public void BookIsNear(decimal share) => Assert.All(Markets, market =>
        {
            var price = (decimal)Prices[market[..3]];
            Assert.InRange(Exchange.BestBid(market), price * (1 - share), price);
            Assert.InRange(Exchange.BestAsk(market), price, price * (1 + share));
        });

        public void MoneyIsWhole()
        {
            Assert.All(Exchange.Balances, balance => Assert.True(balance >= 0));
            Assert.All(_totals, total => Assert.Equal(total.Value, Exchange.Total(total.Key)));
        }

        public async ValueTask DisposeAsync()
        {
            var left = Time.Start(() => _crowd.DisposeAsync().AsTask());
            Time.Pass(TimeSpan.FromSeconds(2));
            Assert.True(left.IsCompleted, "the traders do not stop");
            await left;
        }
    }
}
