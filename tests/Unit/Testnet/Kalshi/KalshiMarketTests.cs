using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Markets: names, lists in pages, life, and what they pay.</summary>
public sealed class KalshiMarketTests
{
    // 2026-11-30 15:07 UTC, 10:07 in New York.
    private const long Start = 1_796_051_220;

    [Fact]
    public void Tickers_say_when_they_close_in_New_York()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var tickers = rig.Booth.Catalog.Markets.Select(market => market.Ticker).ToArray();
        Assert.Contains("KXBTC15M-26NOV301015-15", tickers);
        Assert.Contains("KXBTC5M-26NOV301010-10", tickers);
        Assert.Contains("KXETH15M-26NOV301015-15", tickers);
        Assert.Contains("KXBTCD-26NOV301010-T66999.99", tickers);
        Assert.Equal(11, tickers.Count(ticker => ticker.StartsWith("KXBTCD-", StringComparison.Ordinal)));
        using var hourly = new KalshiRig(Start);
        Assert.Contains(
            "KXBTCD-26NOV3011-T66999.99", hourly.Booth.Catalog.Markets.Select(market => market.Ticker));
    }

    [Theory]
    [InlineData(2026, 3, 8, 6, 59, 1)]
    [InlineData(2026, 3, 8, 7, 0, 3)]
    [InlineData(2026, 7, 1, 12, 0, 8)]
    [InlineData(2026, 11, 1, 5, 59, 1)]
    [InlineData(2026, 11, 1, 6, 0, 1)]
    [InlineData(2026, 12, 1, 12, 0, 7)]
    public void New_York_has_summer(int year, int month, int day, int hour, int minute, int expected)
    {
        var at = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc);
        Assert.Equal(expected, EasternTime.Of((at - DateTime.UnixEpoch).Nanos()).Hour);
    }

    [Fact]
    public void Lists_come_in_pages_and_by_filters()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true).Seconds(1);
        var all = rig.Get("/markets?limit=1000");
        Assert.Equal("", all.GetProperty("cursor").GetString());
        var paged = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = rig.Get($"/markets?limit=4&cursor={Uri.EscapeDataString(cursor)}");
            paged.AddRange(Tickers(page));
            cursor = page.GetProperty("cursor").GetString()!;
            if (cursor.Length == 0)
            {
                break;
            }

            Assert.Equal(0, paged.Count % 4);
            rig.Seconds(1);
        }

        Assert.Equal(Tickers(all), paged);
        Assert.Equal(11, Tickers(rig.Get("/markets?series_ticker=KXBTCD")).Length);
        Assert.Equal(11, Tickers(rig.Get("/markets?event_ticker=KXBTCD-26NOV301010")).Length);
        Assert.Equal(2, Tickers(rig.Get($"/markets?tickers={paged[0]},{paged[3]}")).Length);
        Assert.Equal(paged.Count, Tickers(rig.Get("/markets?status=open&limit=1000")).Length);
        Assert.Empty(Tickers(rig.Get("/markets?status=settled")));
        Assert.Equal(400, rig.Ask("GET", "/markets?status=active").Status);
        Assert.Equal(400, rig.Ask("GET", "/markets?limit=1001").Status);
        Assert.Equal(Tickers(all), Tickers(rig.Get("/markets?cursor=garbage&limit=1000")));
        Assert.Equal(404, rig.Ask("GET", "/markets/KXNOTHING").Status);
        Assert.Equal(404, rig.Ask("GET", "/nothing").Status);
        Assert.Equal(11, rig.Get("/events/KXBTCD-26NOV301010").GetProperty("markets").GetArrayLength());
    }

    [Fact]
    public void A_window_pays_by_the_average_of_its_last_sixty_seconds()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var client = rig.Connect().Subscribe("\"market_lifecycle_v2\",\"market_positions\"");
        var window = rig.Booth.Catalog.Market("KXBTC5M-26NOV301010-10")!;
        Assert.Equal(6_700_000, window.StrikeCents);
        rig.Seconds(10);
        var bought = rig.Place(rig.Order(window, "bid", KalshiUnits.Price(window.YesAsk), "3.50", "immediate_or_cancel"));
        Assert.Equal("3.50", bought.Body.GetProperty("fill_count").GetString());
        var rung = rig.Booth.Catalog.Market("KXBTCD-26NOV301010-T66999.99")!;
        var sold = rig.Place(rig.Order(rung, "ask", KalshiUnits.Price(rung.YesBid), "2.00", "immediate_or_cancel"));
        Assert.Equal("2.00", sold.Body.GetProperty("fill_count").GetString());
        var before = rig.Member.Balance;

        // The minute from 10:09:01 to 10:10:00: 59 seconds a cent below, one 59 cents above. On average: the strike.
        rig.Seconds(180 - 10 - 60);
        rig.Bitcoin = 66_999.99;
        rig.Seconds(59);
        Assert.Equal(KalshiStatus.Active, window.Status);
        rig.Bitcoin = 67_000.59;
        rig.Seconds(1);
        Assert.Equal((KalshiStatus.Closed, ""), (window.Status, window.Result));
        var late = rig.Place(rig.Order(window, "bid", "0.50", "1.00"));
        Assert.Equal((400, "market_closed"), (late.Status, KalshiRig.Code(late.Body)));
        rig.Seconds(3);
        Assert.Equal((KalshiStatus.Determined, "yes", "67000.00"), (window.Status, window.Result, window.ExpirationValue));
        Assert.Equal("yes", rung.Result);
        Assert.Equal(before, rig.Member.Balance);
        rig.Seconds(3);
        Assert.Equal(KalshiStatus.Finalized, window.Status);

        // 3.5 contracts of YES pay 3.50 dollars; two of NO nothing.
        Assert.Equal(before + 3_500_000, rig.Member.Balance);
        var paid = rig.Get("/portfolio/settlements").GetProperty("settlements");
        Assert.Equal(2, paid.GetArrayLength());
        Assert.Equal([0, 350], paid.EnumerateArray().Select(one => one.GetProperty("revenue").GetInt32()).Order());
        var kinds = client.Read("market_lifecycle_v2").Select(message => message.GetProperty("msg"))
            .Where(body => body.GetProperty("market_ticker").GetString() == window.Ticker)
            .Select(body => body.GetProperty("event_type").GetString());
        Assert.Equal(["deactivated", "determined", "settled"], kinds);
        Assert.All(rig.Booth.Exchange.Members, member => Assert.Equal(0, member.PositionIn(window)));
    }

    [Fact]
    public void A_window_that_is_a_cent_below_its_strike_is_no()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var window = rig.Booth.Catalog.Market("KXBTC5M-26NOV301010-10")!;
        var rung = rig.Booth.Catalog.Market("KXBTCD-26NOV301010-T66999.99")!;
        rig.Bitcoin = 66_999.99;
        rig.Seconds(187);
        Assert.Equal(("no", "no"), (window.Result, rung.Result));
        var next = rig.Booth.Catalog.Market("KXBTC5M-26NOV301015-15")!;
        Assert.Equal((KalshiStatus.Active, 6_699_999), (next.Status, next.StrikeCents));
        Assert.Contains(rung.Ticker, Tickers(rig.Get("/markets?status=settled")));
        var told = rig.Get($"/markets/{rung.Ticker}").GetProperty("market");
        Assert.Equal(("finalized", "no", "0.0000"), (
            told.GetProperty("status").GetString(), told.GetProperty("result").GetString(),
            told.GetProperty("settlement_value_dollars").GetString()));
    }

    [Fact]
    public void A_void_pays_both_sides_their_part()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true).Seconds(5);
        var window = rig.Booth.Catalog.Market("KXBTC5M-26NOV301010-10")!;
        rig.Place(rig.Order(window, "ask", KalshiUnits.Price(window.YesBid), "2.00", "immediate_or_cancel"));
        rig.Fault($$"""{"venue":"kalshi","fault":"void","symbol":"{{window.Ticker}}"}""");
        var value = window.SettlementPrice;
        rig.Fault($$"""{"venue":"kalshi","fault":"close","symbol":"{{window.Ticker}}"}""");
        var before = rig.Member.Balance;
        rig.Seconds(8);
        Assert.Equal((KalshiStatus.Finalized, "scalar"), (window.Status, window.Result));
        Assert.Equal(before + (200 * (10_000 - value)), rig.Member.Balance);
    }

    [Fact]
    public void What_became_of_a_market_can_be_asked_for_a_day()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var catalog = rig.Booth.Catalog;
        long At(int minutes) => rig.NowNanos + (minutes * 60 * Stamps.NanosPerSecond);
        for (var minute = 1; minute <= 23 * 60; minute++)
        {
            catalog.Second(At(minute), _ => 67_000);
        }

        const string First = "KXBTC5M-26NOV301010-10";
        Assert.Equal("finalized", rig.Get($"/markets/{First}").GetProperty("market").GetProperty("status").GetString());
        Assert.InRange(catalog.Markets.Count, 3_000, 5_000);
        Assert.InRange(catalog.Living.Count, 10, 60);
        for (var minute = 23 * 60; minute <= 26 * 60; minute++)
        {
            catalog.Second(At(minute), _ => 67_000);
        }

        Assert.Null(catalog.Find(First, At(26 * 60)));
        Assert.InRange(catalog.Markets.Count, 3_000, 5_000);
    }

    [Theory]
    [InlineData("KXBTC15M-26NOV301000-00", true)]
    [InlineData("KXBTCD-26NOV3009-T66999.99", true)]
    [InlineData("KXBTCD-26JUL010905-T66999.99", true)]
    [InlineData("KXBTC15M-26NOV301100-00", false)]
    [InlineData("KXBTC15M-26FOO301000-00", false)]
    [InlineData("KXNOTHING-26NOV301000-00", false)]
    public void What_was_over_before_the_testnet_began_is_void(string ticker, bool isPast)
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var (status, answer) = rig.Ask("GET", $"/markets/{ticker}");
        Assert.Equal(isPast ? 200 : 404, status);
        if (isPast)
        {
            var market = answer.GetProperty("market");
            Assert.Equal(("finalized", "scalar", "0.5000", ticker), (
                market.GetProperty("status").GetString(), market.GetProperty("result").GetString(),
                market.GetProperty("settlement_value_dollars").GetString(), market.GetProperty("ticker").GetString()));
        }
    }

    [Fact]
    public void Lists_reach_from_one_close_to_another()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true);
        var close = rig.Window.CloseNanos / Stamps.NanosPerSecond;
        Assert.Equal(
            [rig.Window.Ticker], Tickers(rig.Get($"/markets?series_ticker=KXBTC15M&min_close_ts={close}&max_close_ts={close}")));
        Assert.Empty(Tickers(rig.Get($"/markets?series_ticker=KXBTC15M&min_close_ts={close + 1}&max_close_ts={close + 9}")));
    }

    [Fact]
    public void A_contested_result_is_turned_round_before_it_is_paid()
    {
        using var rig = new KalshiRig(Start, fiveMinutes: true).Seconds(70);
        var window = rig.Booth.Catalog.Market("KXBTC5M-26NOV301010-10")!;
        var client = rig.Connect().Subscribe("\"market_lifecycle_v2\"");
        rig.Place(rig.Order(window, "ask", KalshiUnits.Price(window.YesBid), "2.00", "immediate_or_cancel"));
        rig.Fault($$"""{"venue":"kalshi","fault":"amend","symbol":"{{window.Ticker}}"}""");
        rig.Fault($$"""{"venue":"kalshi","fault":"close","symbol":"{{window.Ticker}}"}""");
        var before = rig.Member.Balance;
        var life = new List<(string, string)>();
        for (var second = 0; second < 12; second++)
        {
            rig.Seconds(1);
            var told = rig.Get($"/markets/{window.Ticker}").GetProperty("market");
            var now = (told.GetProperty("status").GetString()!, told.GetProperty("result").GetString()!);
            if (life.Count == 0 || life[^1] != now)
            {
                life.Add(now);
                Assert.Equal(now.Item1 == "finalized" ? before + 2_000_000 : before, rig.Member.Balance);
            }
        }

        Assert.Equal(
            [("closed", ""), ("determined", "yes"), ("disputed", "yes"), ("amended", "no"), ("finalized", "no")], life);
        Assert.Equal(
            ["yes", "no"],
            client.Read("market_lifecycle_v2").Select(message => message.GetProperty("msg"))
                .Where(body => body.GetProperty("market_ticker").GetString() == window.Ticker
                    && body.GetProperty("event_type").GetString() == "determined")
                .Select(body => body.GetProperty("result").GetString()));
    }

    [Fact]
    public void The_index_is_told_each_second_with_its_averages()
    {
        using var rig = new KalshiRig(Start + (7 * 60));
        var client = rig.Connect().Say(
            """{"id":1,"cmd":"subscribe","params":{"channels":["cfbenchmarks_value"],"index_ids":["BRTI"]}}""");
        for (var second = 1; second <= 61; second++)
        {
            rig.Bitcoin = 67_000 + (second / 100.0);
            rig.Seconds(1);
        }

        var values = client.Read("cfbenchmarks_value").Select(message => message.GetProperty("msg")).ToArray();
        Assert.Equal(61, values.Length);
        var data = JsonDocument.Parse(values[^2].GetProperty("data").GetString()!).RootElement;
        Assert.Equal("67000.60", data.GetProperty("value").GetString());
        var trailing = values[^2].GetProperty("avg_60s_data");
        Assert.Equal(60, trailing.GetProperty("window_size").GetInt32());
        Assert.Equal("67000.29500000", trailing.GetProperty("value").GetString());
        Assert.Equal(
            data.GetProperty("time").GetInt64(), trailing.GetProperty("window_end_ts_exclusive").GetInt64());

        // The quarter's last minute counts from :01 to the close, which is its sixtieth; then it is over.
        var sizes = values.Select(value => value.TryGetProperty("last_60s_windowed_average_15min", out var quarter)
            ? quarter.GetProperty("window_size").GetInt32()
            : 0);
        Assert.Equal(Enumerable.Range(1, 60).Append(0), sizes);
        Assert.Equal(
            "67000.30500000",
            values[59].GetProperty("last_60s_windowed_average_15min").GetProperty("value").GetString());
    }

    [Fact]
    public void Now_and_then_a_ladder_is_worth_more_than_it_costs()
    {
        using var rig = new KalshiRig(Start);
        var found = 0;
        var wasThere = false;
        for (var i = 0; i < 1_800; i++)
        {
            rig.Steps(10);
            var ladder = rig.Booth.Catalog.Events.Single(e => e.Series.IsLadder && e.Markets[0].Status == KalshiStatus.Active);
            var best = 0m;
            for (var low = 0; low < ladder.Markets.Count; low++)
            {
                for (var high = low + 1; high < ladder.Markets.Count; high++)
                {
                    var (ask, bid) = (ladder.Markets[low].YesAsk / 10_000m, ladder.Markets[high].YesBid / 10_000m);
                    var cost = ask + (1 - bid) + (0.07m * ((ask * (1 - ask)) + (bid * (1 - bid))));
                    best = Math.Max(best, 1 - cost);
                }
            }

            Assert.True(best < 0.01m || rig.Booth.Crowd.Mistaken is not null, $"{i}: {best} without a mistake");
            found += best > 0.01m && !wasThere ? 1 : 0;
            wasThere = best > 0.01m;
        }

        // Three minutes: one every twenty to forty seconds.
        Assert.InRange(found, 4, 9);
    }

    private static string[] Tickers(JsonElement page) =>
        [.. page.GetProperty("markets").EnumerateArray().Select(market => market.GetProperty("ticker").GetString()!)];
}
