using System.Net;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>What the HTTP API of a testnet run answers.</summary>
public sealed class HttpTests(RunningStrikeline strikeline)
{
    private static readonly string[] Venues = ["binance", "coinbase", "kraken", "bybit"];
    private static readonly string[] Composites = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_becomes_ok()
    {
        var health = await strikeline.Api.UntilAsync("health", answer => Text(answer, "status") == "ok");
        Assert.Equal("simulated", Text(health, "source"));
        Assert.Empty(health.GetProperty("reasons").EnumerateArray());
        Assert.InRange(health.GetProperty("uptime_ms").GetInt64(), 1, 3_600_000);
    }

    [Fact]
    public async Task Every_feed_becomes_live_and_proven()
    {
        var answer = await strikeline.Api.UntilAsync("api/v1/feeds", feeds => Rows(feeds).All(IsLive));
        var rows = Rows(answer);
        Assert.InRange(rows.Length, 16, 20);
        Assert.Equal(rows.Length, rows.Select(row => (Text(row, "venue"), Text(row, "symbol"))).Distinct().Count());
        foreach (var venue in Venues)
        {
            var bases = rows.Where(row => Text(row, "venue") == venue)
                .Select(row => Text(row, "symbol")!.Split('/')[0]).ToList();
            Assert.Superset(new HashSet<string> { "BTC", "ETH", "SOL" }, bases.ToHashSet());
            Assert.True(bases.Contains("USDT") || bases.Contains("USDC"), $"{venue} has no stablecoin pair");
        }

        foreach (var row in rows)
        {
            var (bid, ask) = (decimal.Parse(Text(row, "bid")!, null), decimal.Parse(Text(row, "ask")!, null));
            Assert.True(bid > 0 && bid < ask, row.ToString());
            Assert.Equal(ask - bid, decimal.Parse(Text(row, "spread")!, null));
            Assert.Null(Text(row, "reason"));
            Assert.True(row.GetProperty("messages").GetInt64() > 0, row.ToString());
        }
    }

    [Fact]
    public async Task Prices_of_three_markets_come_from_four_venues()
    {
        var answer = await strikeline.Api.UntilAsync("api/v1/prices", prices => Markets(prices)
            .All(market => market.GetProperty("provider_count").GetInt32() == 4));
        Assert.Equal(Composites, Markets(answer).Select(market => Text(market, "symbol")));
        foreach (var market in Markets(answer))
        {
            var confidence = market.GetProperty("confidence").GetDouble();
            Assert.True(confidence is > 0 and <= 1, market.ToString());
            var price = market.GetProperty("price").GetDouble();
            var venues = market.GetProperty("venues").EnumerateArray().ToList();
            Assert.Equal(Venues.Order(), venues.Select(venue => Text(venue, "venue")!).Order());
            foreach (var venue in venues)
            {
                Assert.True(venue.GetProperty("used").GetBoolean(), venue.ToString());
                var converted = double.Parse(Text(venue, "converted")!, null);
                Assert.InRange(converted / price, 0.995, 1.005);
            }
        }
    }

    [Theory]
    [InlineData("btcusdt")]
    [InlineData("BTC-USDT")]
    [InlineData("BTC%2FUSDT")]
    [InlineData("btc%2fusdt")]
    [InlineData("BTC/USDT", HttpStatusCode.NotFound)]
    public async Task A_symbol_is_taken_in_every_spelling(string spelling, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await strikeline.Api.AskAsync("api/v1/markets/" + spelling);
        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            Assert.All(json.RootElement.EnumerateArray(), one => Assert.Equal(
                "BTC/USDT", Text(one.GetProperty("market"), "symbol")));
        }
    }

    [Theory]
    [InlineData("api/v1/markets/XXXYYY", "unknown_symbol")]
    [InlineData("api/v1/markets/BTCUSD", "unknown_symbol")]
    [InlineData("api/v1/markets/%F0%9F%9A%80", "unknown_symbol")]
    [InlineData("api/v1/markets/..%2f..%2f", "unknown_symbol")]
    [InlineData("api/v1/quotes/0123456789abcdef-0000000000000001", "unknown_quote")]
    [InlineData("api/v1/quotes/%F0%9F%9A%80", "unknown_quote")]
    [InlineData("api/v1/prices/history", "unknown_symbol")]
    [InlineData("api/v1/prices/history?symbol=BTCUSD", "unknown_symbol")]
    [InlineData("api/v1/books/XXX", "unknown_asset")]
    [InlineData("api/v1/nothing", "unknown_route")]
    [InlineData("api", "unknown_route")]
    [InlineData("no-such-page.js", "unknown_route")]
    public async Task What_is_not_there_is_a_problem_with_a_code(string path, string code)
    {
        using var answer = await strikeline.Api.AskAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(code, Text(problem.RootElement, "code"));
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(Text(problem.RootElement, "detail")));
    }

    [Fact]
    public async Task Markets_are_ladders_around_the_price_in_three_windows()
    {
        var all = await strikeline.Api.UntilAsync(
            "api/v1/markets", ladders => ladders.EnumerateArray().All(one => Markets(one).Length > 0));
        Assert.Equal(Composites, all.EnumerateArray().Select(ladder => Text(ladder, "symbol")));
        foreach (var ladder in all.EnumerateArray())
        {
            var spot = ladder.GetProperty("spot").GetDouble();
            var at = ladder.GetProperty("at").GetInt64();
            var markets = Markets(ladder).Select(row => row.GetProperty("market")).ToList();
            Assert.Equal(markets.Count, markets.Select(market => Text(market, "quote_id")).Distinct().Count());
            Assert.Equal(3, markets.Select(market => market.GetProperty("expiry_ts").GetInt64()).Distinct().Count());
            foreach (var market in markets)
            {
                Assert.InRange(market.GetProperty("strike").GetDouble() / spot, 0.9, 1.1);
                var sum = market.GetProperty("up_price").GetDouble() + market.GetProperty("down_price").GetDouble();
                Assert.True(sum > 1, market.ToString());
                Assert.True(market.GetProperty("valid_until").GetInt64() > at, $"worn out at {at}: {market}");
                Assert.True(market.GetProperty("expiry_ts").GetInt64() >= market.GetProperty("valid_until").GetInt64());
            }
        }
    }

    [Fact]
    public async Task A_symbol_alone_is_the_bare_array_of_its_markets_with_five_strikes_for_each_expiry()
    {
        var markets = await strikeline.Api.UntilAsync("api/v1/markets/BTCUSDT", rows => rows.GetArrayLength() > 0);
        var expiries = markets.EnumerateArray()
            .Select(row => row.GetProperty("market"))
            .GroupBy(market => market.GetProperty("expiry_ts").GetInt64())
            .ToList();
        Assert.Equal(3, expiries.Count);
        Assert.All(expiries, expiry => Assert.Equal(
            5, expiry.Select(market => market.GetProperty("strike").GetDecimal()).Distinct().Count()));
    }

    [Fact]
    public async Task The_past_of_a_price_is_there_second_by_second()
    {
        var history = await strikeline.Api.UntilAsync(
            "api/v1/prices/history?symbol=btc-usdt&seconds=4",
            answer => answer.GetProperty("points").GetArrayLength() == 4);
        Assert.Equal("BTC/USDT", Text(history, "symbol"));
        var points = history.GetProperty("points").EnumerateArray().ToList();
        var times = points.Select(point => point.GetProperty("at").GetInt64()).ToList();
        Assert.All(times, time => Assert.Equal(0, time % 1_000));
        Assert.Equal(times.Order().Distinct(), times);
        Assert.InRange(times[^1] - times[0], 3_000, 3_999);
        Assert.True(times[^1] <= history.GetProperty("at").GetInt64());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3601")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("many")]
    [InlineData("")]
    [InlineData("99999999999")]
    public async Task A_length_that_no_history_has_is_a_problem_with_a_code(string seconds)
    {
        using var answer = await strikeline.Api.AskAsync($"api/v1/prices/history?symbol=BTCUSDT&seconds={seconds}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("invalid_parameter", Text(problem.RootElement, "code"));
        Assert.Contains("1 to 3600", Text(problem.RootElement, "detail"));
    }

    private static bool IsLive(JsonElement row) =>
        Text(row, "state") == "live" && row.GetProperty("proven").GetBoolean();

    private static JsonElement[] Rows(JsonElement answer) => [.. answer.GetProperty("feeds").EnumerateArray()];

    private static JsonElement[] Markets(JsonElement answer) => [.. answer.GetProperty("markets").EnumerateArray()];

    private static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();
}
