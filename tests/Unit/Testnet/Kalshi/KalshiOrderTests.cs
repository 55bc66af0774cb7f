using System.Text.Json;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Orders, their refusals, their money.</summary>
public sealed class KalshiOrderTests : IDisposable
{
    private readonly KalshiRig _rig = new KalshiRig().Seconds(3);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_order_takes_what_is_there_and_pays_the_fee_of_the_model()
    {
        var market = _rig.Window;
        var ask = market.Book.Best(Side.Sell);
        var (status, placed) = _rig.Place(_rig.Order(
            market, "bid", Price(ask.Price), "1.00", "immediate_or_cancel"));
        Assert.Equal(201, status);
        Assert.Equal("1.00", placed.GetProperty("fill_count").GetString());
        Assert.Equal("0.00", placed.GetProperty("remaining_count").GetString());
        Assert.Equal(Dollars(ask.Price), decimal.Parse(placed.GetProperty("average_fill_price").GetString()!));
        var cost = Dollars(ask.Price);
        var fee = Math.Ceiling((cost + (0.07m * cost * (1 - cost))) * 10_000) / 10_000 - cost;
        Assert.Equal(fee, decimal.Parse(placed.GetProperty("average_fee_paid").GetString()!));
        Assert.Equal(10_000 - cost - fee, Balance());
        var fill = _rig.Get("/portfolio/fills").GetProperty("fills")[0];
        Assert.Equal(fee, decimal.Parse(fill.GetProperty("fee_cost").GetString()!));
        Assert.Equal(("yes", "bid", true), (
            fill.GetProperty("outcome_side").GetString(), fill.GetProperty("book_side").GetString(),
            fill.GetProperty("is_taker").GetBoolean()));
    }

    [Fact]
    public void A_fee_rounds_as_the_documents_say()
    {
        // 0.52 × 1: 0.017472, and the balance moves to a multiple of 0.0001: 0.017500, as a real fill paid.
        Assert.Equal(17_472, KalshiFees.Of(700, 5_200, 100));
        Assert.Equal(17_500, new KalshiFees().Charge(-520_000, 17_472));
        Assert.Equal(175, KalshiFees.Of(700, 5_000, 1));
        Assert.Equal(1, KalshiFees.Of(700, 10, 1));

        // Many small fills of one order converge to what one fill would cost.
        var many = new KalshiFees();
        var paid = Enumerable.Range(0, 1_000).Sum(_ => many.Charge(-5_200, KalshiFees.Of(700, 5_200, 1)));
        Assert.InRange(paid, KalshiFees.Of(700, 5_200, 1_000), KalshiFees.Of(700, 5_200, 1_000) + 1_100);
        Assert.Equal(0, paid % 100);
    }

    [Fact]
    public void An_order_that_rests_is_there_and_can_be_cancelled_once()
    {
        var market = _rig.Window;
        var price = Price(market.Ranges.Snap(market.YesBid - 1_000, up: false));
        var id = _rig.Place(_rig.Order(market, "bid", price, "2.50")).Body.GetProperty("order_id").GetString();
        Assert.Equal(10_000 - (2.5m * decimal.Parse(price)), Balance());
        var order = _rig.Get($"/portfolio/orders/{id}").GetProperty("order");
        Assert.Equal("resting", order.GetProperty("status").GetString());
        Assert.Equal("2.50", order.GetProperty("remaining_count_fp").GetString());
        var (status, gone) = _rig.Ask("DELETE", $"/portfolio/events/orders/{id}");
        Assert.Equal((200, "2.50"), (status, gone.GetProperty("reduced_by").GetString()));
        Assert.Equal(404, _rig.Ask("DELETE", $"/portfolio/events/orders/{id}").Status);
        Assert.Equal(404, _rig.Ask("DELETE", "/portfolio/events/orders/nonsense").Status);
        Assert.Equal(10_000, Balance());
    }

    [Fact]
    public void A_client_order_id_is_used_once_and_for_ever()
    {
        var order = _rig.Order(_rig.Window, "bid", "0.01", "1.00", name: "one");
        var id = _rig.Place(order).Body.GetProperty("order_id").GetString();
        var (status, refused) = _rig.Place(order);
        Assert.Equal((409, "order_already_exists"), (status, KalshiRig.Code(refused)));
        Assert.Equal(200, _rig.Ask("DELETE", $"/portfolio/events/orders/{id}").Status);
        Assert.Equal(409, _rig.Place(order).Status);
        Assert.Single(_rig.Member.Orders);
    }

    [Theory]
    [InlineData("\"side\":\"yes\"", "invalid_parameters")]
    [InlineData("\"count\":1", "invalid_parameters")]
    [InlineData("\"count\":\"0\"", "invalid_parameters")]
    [InlineData("\"count\":\"0.001\"", "invalid_parameters")]
    [InlineData("\"count\":\"-1\"", "invalid_parameters")]
    [InlineData("\"price\":0.5", "invalid_parameters")]
    [InlineData("\"price\":\"0.505\"", "invalid_price")]
    [InlineData("\"price\":\"1.00\"", "invalid_price")]
    [InlineData("\"price\":\"1.01\"", "invalid_parameters")]
    [InlineData("\"time_in_force\":\"gtc\"", "invalid_parameters")]
    [InlineData("\"self_trade_prevention_type\":null", "invalid_parameters")]
    [InlineData("\"self_trade_prevention_type\":\"both\"", "invalid_parameters")]
    [InlineData("\"post_only\":\"yes\"", "invalid_parameters")]
    [InlineData("\"ticker\":\"\"", "invalid_parameters")]
    [InlineData("\"ticker\":\"KXNOTHING\"", "market_not_found")]
    [InlineData("\"expiration_time\":1", "invalid_order")]
    public void A_wrong_field_is_refused(string field, string code)
    {
        var fields = JsonDocument.Parse(_rig.Order(_rig.Window, "bid", "0.02", "1.00")).RootElement
            .EnumerateObject().Where(one => one.Name != field.Split('"')[1]).Select(one => $"\"{one.Name}\":{one.Value.GetRawText()}");
        var (status, body) = _rig.Place("{" + string.Join(',', fields.Append(field)) + "}");
        Assert.True(status is 400 or 404, $"{status}");
        Assert.Equal(code, KalshiRig.Code(body));
        Assert.Empty(_rig.Member.Orders);
        Assert.Equal(400, _rig.Place("no json").Status);
    }

    [Fact]
    public void Fill_or_kill_and_post_only_are_refused_where_they_cannot_be()
    {
        var market = _rig.Window;
        var ask = Price(market.YesAsk);
        var (status, body) = _rig.Place(_rig.Order(market, "bid", ask, "100000.00", "fill_or_kill"));
        Assert.Equal(400, status);
        Assert.Equal("insufficient_balance", KalshiRig.Code(body));
        (status, body) = _rig.Place(_rig.Order(market, "bid", Price(market.Ranges.Snap(50, up: true)), "5000.00", "fill_or_kill"));
        Assert.Equal((409, "fill_or_kill_insufficient_resting_volume"), (status, KalshiRig.Code(body)));
        (status, body) = _rig.Place(_rig.Order(market, "bid", ask, "1.00", more: ",\"post_only\":true"));
        Assert.Equal((400, "invalid_order"), (status, KalshiRig.Code(body)));
        Assert.Equal("post only cross", body.GetProperty("error").GetProperty("details").GetString());
        (status, body) = _rig.Place(_rig.Order(
            market, "ask", Price(market.YesBid), "1.00", "immediate_or_cancel", ",\"reduce_only\":true"));
        Assert.Equal((400, "invalid_order"), (status, KalshiRig.Code(body)));
        Assert.Empty(_rig.Member.Orders);
    }

    [Fact]
    public void YES_and_NO_net_and_reduce_only_goes_no_further_than_flat()
    {
        var market = _rig.Window;
        Assert.Equal("3.00", Filled(_rig.Order(market, "bid", Price(market.YesAsk), "3.00", "immediate_or_cancel")));
        var spent = 10_000 - Balance();
        var sell = _rig.Order(
            market, "ask", Price(market.YesBid), "5.00", "immediate_or_cancel", ",\"reduce_only\":true");
        Assert.Equal("3.00", Filled(sell));
        Assert.Equal(0, _rig.Member.PositionIn(market));
        Assert.InRange(10_000 - Balance(), 0.0001m, spent / 2);

        // Selling what one has not is buying NO: it costs one dollar less the price.
        var before = Balance();
        var bid = market.YesBid;
        Assert.Equal("2.00", Filled(_rig.Order(market, "ask", Price(bid), "2.00", "immediate_or_cancel")));
        Assert.Equal(-200, _rig.Member.PositionIn(market));
        Assert.InRange(before - Balance(), 2 * (1 - Dollars(bid)), (2 * (1 - Dollars(bid))) + 0.04m);
        var fill = _rig.Get("/portfolio/fills?limit=1").GetProperty("fills")[0];
        Assert.Equal(("no", "ask"), (
            fill.GetProperty("outcome_side").GetString(), fill.GetProperty("book_side").GetString()));
    }

    [Fact]
    public void Positions_are_told_a_second_later_than_fills()
    {
        var market = _rig.Window;
        Filled(_rig.Order(market, "bid", Price(market.YesAsk), "1.00", "immediate_or_cancel"));
        Assert.Equal(0, Positions().GetArrayLength());
        Assert.Equal(1, _rig.Get("/portfolio/fills").GetProperty("fills").GetArrayLength());
        _rig.Steps(101);
        Assert.Equal("1.00", Positions()[0].GetProperty("position_fp").GetString());

        JsonElement Positions() => _rig.Get("/portfolio/positions").GetProperty("market_positions");
    }

    [Fact]
    public void Orders_of_one_member_do_not_trade_with_each_other()
    {
        // Between the simulated ones there is room for both.
        var market = _rig.Booth.Catalog.Markets.First(market => market.Series.Ticker == "KXTESTNET");
        _rig.Booth.Exchange.CancelAll(market, _ => true, _rig.NowNanos);
        var rests = _rig.Place(_rig.Order(market, "ask", "0.60", "5.00")).Body.GetProperty("order_id").GetString()!;
        var (status, taker) = _rig.Place(_rig.Order(market, "bid", "0.60", "2.00"));
        Assert.Equal((201, "0.00", "0.00"), (
            status, taker.GetProperty("fill_count").GetString(), taker.GetProperty("remaining_count").GetString()));
        Assert.Equal("resting", _rig.Member.Find(rests)!.Status);
        var maker = _rig.Order(market, "bid", "0.60", "2.00").Replace("taker_at_cross", "maker");
        Assert.Equal("0.00", _rig.Place(maker).Body.GetProperty("fill_count").GetString());
        Assert.Equal("canceled", _rig.Member.Find(rests)!.Status);
        Assert.Empty(_rig.Member.Resting);
        Assert.Empty(_rig.Member.Fills);
    }

    [Fact]
    public void An_order_ends_at_its_time()
    {
        var market = _rig.Window;
        var until = (_rig.NowNanos / Stamps.NanosPerSecond) + 5;
        var id = _rig.Place(_rig.Order(market, "bid", "0.01", "1.00", more: $",\"expiration_time\":{until}"))
            .Body.GetProperty("order_id").GetString()!;
        _rig.Seconds(4);
        Assert.Equal("resting", _rig.Member.Find(id)!.Status);
        _rig.Seconds(2);
        Assert.Equal("canceled", _rig.Member.Find(id)!.Status);
    }

    [Fact]
    public void Makers_pay_nothing_but_where_the_series_says_so()
    {
        foreach (var (series, rate) in new[] { ("KXBTC15M", 0), ("KXTESTNET", 175) })
        {
            var market = _rig.Booth.Catalog.Markets.First(
                one => one.Series.Ticker == series && one.Status == KalshiStatus.Active);
            _rig.Booth.Exchange.CancelAll(market, _ => true, _rig.NowNanos);
            var id = _rig.Place(_rig.Order(market, "bid", "0.50", "4.00")).Body.GetProperty("order_id").GetString()!;
            var other = _rig.Booth.Exchange.Members.First(member => member.IsSimulated);
            Assert.Null(_rig.Booth.Exchange.Place(
                other,
                new KalshiTicket { Market = market, Side = Side.Sell, Price = 5_000, Count = 400 },
                _rig.NowNanos, out _));
            var order = _rig.Member.Find(id)!;
            Assert.Equal((400, KalshiFees.Of(rate, 5_000, 400), 0), (order.Filled, order.MakerFees, order.TakerFees));
        }
    }

    [Fact]
    public void No_mix_of_orders_leaves_money_uncounted()
    {
        using var rig = new KalshiRig(balance: 5_000).Seconds(2);
        var random = new Random(7);
        var full = Counts.Of(20_000, 1_500);
        for (var i = 0; i < full; i++)
        {
            var market = rig.Booth.Catalog.Markets[random.Next(rig.Booth.Catalog.Markets.Count)];
            if (random.Next(4) == 0 && rig.Member.Resting.FirstOrDefault() is { } resting)
            {
                rig.Booth.Exchange.Cancel(resting, rig.NowNanos);
            }
            else
            {
                var price = market.Ranges.Snap(random.Next(1, 10_000), up: true);
                rig.Booth.Exchange.Place(
                    rig.Member,
                    new KalshiTicket
                    {
                        Market = market,
                        Side = (Side)random.Next(2),
                        Price = price,
                        Count = random.Next(1, 2_000),
                        TimeInForce = random.Next(3) == 0 ? "immediate_or_cancel" : "good_till_canceled",
                        SelfTrade = random.Next(2) == 0 ? "maker" : "taker_at_cross",
                    },
                    rig.NowNanos, out _);
            }

            rig.Steps(1);
            Assert.True(rig.Member.Available >= 0, $"{i}: {rig.Member.Available}");
            Assert.Equal(0, rig.Member.Balance % KalshiUnits.BalanceStep);
            if (i % 100 == 0)
            {
                AssertBooks(rig);
            }
        }

        AssertBooks(rig);
    }

    // Every contract has two sides, and what the core holds is what is shown.
    private static void AssertBooks(KalshiRig rig)
    {
        Assert.Null(rig.Booth.Exchange.Core.Pipeline.Audit());
        foreach (var market in rig.Booth.Catalog.Markets.Where(market => market.Instrument >= 0))
        {
            var positions = rig.Booth.Exchange.Members.Select(member => member.PositionIn(market)).ToArray();
            Assert.Equal(0, positions.Sum());
            Assert.Equal(positions.Where(count => count > 0).Sum(), market.OpenInterest);
            Assert.False(market.Book.IsCrossed);
            foreach (var level in rig.Booth.Exchange.Core.Pipeline.Levels(market.Instrument))
            {
                Assert.Equal(level.Lots, market.Book.Quantity(level.Side, level.Price));
            }
        }
    }

    private static string Price(long price) => KalshiUnits.Price(price);

    private static decimal Dollars(long price) => price / 10_000m;

    private decimal Balance() => _rig.Member.Available / 1_000_000m;

    private string Filled(string order)
    {
        var (status, body) = _rig.Place(order);
        Assert.True(status == 201, $"{status} {body}");
        return body.GetProperty("fill_count").GetString()!;
    }
}
