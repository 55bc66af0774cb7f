using System.Diagnostics;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Faults of the venues, commanded while the program runs: what it says, leaves out, and heals by
/// itself.</summary>
/// <remarks>One run of its own; each test waits until all is live before it disturbs anything.</remarks>
public sealed class FaultTests(FaultTests.Disturbed disturbed) : IClassFixture<FaultTests.Disturbed>
{
    private const int StaleMs = 3_000;
    private const int GraceMs = 1_000;

    private static readonly string[] Venues = ["binance", "coinbase", "kraken", "bybit"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Api Api => disturbed.Api;

    [Theory]
    [InlineData("binance")]
    [InlineData("kraken")]
    public async Task A_venue_that_freezes_while_its_pings_go_on_is_stale_and_out_and_comes_back(string venue)
    {
        await HealthyAsync();
        await CommandAsync(venue, "freeze", seconds: 8);
        var watch = Stopwatch.StartNew();
        long mostLiveAge = 0;
        JsonElement feeds;
        do
        {
            Assert.True(watch.Elapsed.TotalSeconds < 20, "never stale");
            await Task.Delay(50, Cancel);
            feeds = await Api.GetAsync("api/v1/feeds");
            var row = Row(feeds, venue, "BTC");
            if (Text(row, "state") == "live")
            {
                mostLiveAge = Math.Max(mostLiveAge, row.GetProperty("age_ms").GetInt64());
            }
        }
        while (Text(Row(feeds, venue, "BTC"), "state") == "live");

        Assert.InRange(mostLiveAge, 0, StaleMs + GraceMs);
        Assert.Equal("stale", Text(Row(feeds, venue, "BTC"), "state"));
        Assert.False(string.IsNullOrWhiteSpace(Text(Row(feeds, venue, "BTC"), "reason")));
        Assert.False(string.IsNullOrWhiteSpace(Text(Row(feeds, venue, "BTC"), "next_step")));
        foreach (var other in Venues.Where(other => other != venue))
        {
            Assert.True(Text(Row(feeds, other, "BTC"), "state") == "live", Row(feeds, other, "BTC").ToString());
        }

        var prices = await Api.UntilAsync("api/v1/prices", now => Providers(now, "BTC/USDT") == 3, withinSeconds: 3);
        var left = Venue(prices, venue);
        Assert.False(left.GetProperty("used").GetBoolean());
        Assert.False(string.IsNullOrWhiteSpace(Text(left, "reason")));
        Assert.NotEmpty((await Api.GetAsync("api/v1/markets/BTCUSDT")).EnumerateArray());
        Assert.Null(Text((await Api.GetAsync("api/v1/markets"))[0], "reason"));
        Assert.Equal("degraded", Text(await Api.GetAsync("health"), "status"));
        while ((await disturbed.Control.GetAsync("control/status")).GetProperty("faults").GetArrayLength() > 0)
        {
            var (state, count) = await StateAsync(venue);
            // The fault may have ended between the two questions.
            var over = (await disturbed.Control.GetAsync("control/status")).GetProperty("faults").GetArrayLength() == 0;
            Assert.True(over || (state != "live" && count == 3), $"{state}, {count} providers, while frozen");
        }

        await HealthyAsync();
    }

    [Theory]
    [InlineData("binance")]
    [InlineData("coinbase")]
    [InlineData("kraken")]
    [InlineData("bybit")]
    public async Task A_cut_connection_is_made_again_and_counted(string venue)
    {
        var before = Sum(await HealthyAsync(), venue, "reconnects");
        await CommandAsync(venue, "disconnect");
        var after = await Api.UntilAsync(
            "api/v1/feeds", feeds => Sum(feeds, venue, "reconnects") > before && AllLive(feeds));
        foreach (var other in Venues.Where(other => other != venue))
        {
            Assert.Equal("live", Text(Row(after, other, "BTC"), "state"));
        }
    }

    [Theory]
    [InlineData("binance")]
    [InlineData("coinbase")]
    [InlineData("bybit")]
    public async Task A_gap_is_counted_and_the_book_proven_anew(string venue)
    {
        var before = Sum(await HealthyAsync(), venue, "gaps");
        await CommandAsync(venue, "gap", symbol: "BTC");
        await Api.UntilAsync("api/v1/feeds", feeds => Sum(feeds, venue, "gaps") > before && AllLive(feeds));
    }

    [Fact]
    public async Task A_wrong_checksum_unproves_the_book_until_it_is_proven_anew()
    {
        await HealthyAsync();
        await CommandAsync("kraken", "checksum", symbol: "BTC", seconds: 3);
        await Api.UntilAsync(
            "api/v1/feeds", feeds => !Row(feeds, "kraken", "BTC").GetProperty("proven").GetBoolean());
        await HealthyAsync();
    }

    [Theory]
    [InlineData("binance", "garbage")]
    [InlineData("coinbase", "truncate")]
    [InlineData("kraken", "garbage")]
    [InlineData("bybit", "truncate")]
    [InlineData("bybit", "duplicate")]
    [InlineData("coinbase", "reorder")]
    public async Task Whatever_a_venue_sends_the_program_goes_on_and_heals(string venue, string fault)
    {
        await HealthyAsync();
        await CommandAsync(venue, fault, seconds: 1);
        await Task.Delay(1_500, Cancel);
        await HealthyAsync();
    }

    [Fact]
    public async Task A_venue_that_is_off_by_5_percent_is_left_out_as_an_outlier()
    {
        await HealthyAsync();
        var before = Price(await Api.GetAsync("api/v1/prices"));
        await CommandAsync("bybit", "offset", seconds: 4, percent: 5);
        var prices = await Api.UntilAsync("api/v1/prices", now => Providers(now, "BTC/USDT") == 3, withinSeconds: 4);
        Assert.False(Venue(prices, "bybit").GetProperty("used").GetBoolean());
        Assert.Contains("outlier", Text(Venue(prices, "bybit"), "reason")!, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(Price(prices) / before, 0.99, 1.01);
        Assert.NotEmpty((await Api.GetAsync("api/v1/markets/BTCUSDT")).EnumerateArray());
        await HealthyAsync();
    }

    [Fact]
    public async Task Without_a_majority_of_venues_there_are_no_quotes_and_a_reason()
    {
        await HealthyAsync();
        await CommandAsync("coinbase", "freeze", seconds: 9);
        await CommandAsync("bybit", "freeze", seconds: 9);
        var all = await Api.UntilAsync(
            "api/v1/markets", now => now[0].GetProperty("markets").GetArrayLength() == 0, withinSeconds: 9);
        Assert.False(string.IsNullOrWhiteSpace(Text(all[0], "reason")), all[0].ToString());
        Assert.Empty((await Api.GetAsync("api/v1/markets/BTCUSDT")).EnumerateArray());
        // Prices are published ten times a second: the ladder knows of the lost quorum a moment sooner.
        var prices = await Api.UntilAsync(
            "api/v1/prices",
            now => now.GetProperty("markets")[0].GetProperty("price").ValueKind == JsonValueKind.Null,
            withinSeconds: 4);
        var market = prices.GetProperty("markets").EnumerateArray().First();
        Assert.Equal(JsonValueKind.Null, market.GetProperty("price").ValueKind);
        Assert.False(string.IsNullOrWhiteSpace(Text(market, "reason")));
        using var socket = await StreamSocket.OpenAsync(Api.Address);
        await socket.SubscribeAsync("status");
        var status = (await socket.NextAsync("status")).GetProperty("data");
        for (var i = 0; i < 4 && status.GetProperty("may_quote").GetBoolean(); i++)
        {
            // The three assets fall silent within a moment of each other.
            status = (await socket.NextAsync("status")).GetProperty("data");
        }

        Assert.False(status.GetProperty("may_quote").GetBoolean());
        Assert.NotEmpty(status.GetProperty("blocked_by").EnumerateArray());
        await HealthyAsync();
        await Api.UntilAsync("api/v1/markets/BTCUSDT", now => now.GetArrayLength() > 0);
    }

    private static JsonElement Row(JsonElement feeds, string venue, string asset) => feeds.GetProperty("feeds")
        .EnumerateArray().Single(row => Text(row, "venue") == venue
            && Text(row, "symbol")!.StartsWith(asset + "/", StringComparison.Ordinal));

    private static long Sum(JsonElement feeds, string venue, string count) => feeds.GetProperty("feeds")
        .EnumerateArray().Where(row => Text(row, "venue") == venue).Sum(row => row.GetProperty(count).GetInt64());

    private static bool AllLive(JsonElement feeds) => feeds.GetProperty("feeds").EnumerateArray()
        .All(row => Text(row, "state") == "live" && row.GetProperty("proven").GetBoolean());

    private static JsonElement Btc(JsonElement prices) => prices.GetProperty("markets").EnumerateArray()
        .Single(market => Text(market, "symbol") == "BTC/USDT");

    private static int Providers(JsonElement prices, string symbol) => prices.GetProperty("markets").EnumerateArray()
        .Single(market => Text(market, "symbol") == symbol).GetProperty("provider_count").GetInt32();

    private static double Price(JsonElement prices) => Btc(prices).GetProperty("price").GetDouble();

    private static JsonElement Venue(JsonElement prices, string venue) => Btc(prices).GetProperty("venues")
        .EnumerateArray().Single(one => Text(one, "venue") == venue);

    private static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();

    private async Task<JsonElement> HealthyAsync()
    {
        await disturbed.Control.UntilAsync(
            "control/status", status => status.GetProperty("faults").GetArrayLength() == 0);
        await Api.UntilAsync("api/v1/prices", prices => prices.GetProperty("markets").EnumerateArray()
            .All(market => market.GetProperty("provider_count").GetInt32() == 4));
        return await Api.UntilAsync("api/v1/feeds", AllLive);
    }

    private async Task<(string? State, int Providers)> StateAsync(string venue) => (
        Text(Row(await Api.GetAsync("api/v1/feeds"), venue, "BTC"), "state"),
        Providers(await Api.GetAsync("api/v1/prices"), "BTC/USDT"));

    private async Task CommandAsync(
        string venue, string fault, double seconds = 10, string? symbol = null, double percent = 5)
    {
        var pair = symbol is null ? null : Text(Row(await Api.GetAsync("api/v1/feeds"), venue, symbol), "symbol");
        await disturbed.Control.PostAsync("control/faults", new { venue, fault, seconds, symbol = pair, percent });
    }

    /// <summary>A run whose venues may be disturbed.</summary>
    public sealed class Disturbed : IAsyncLifetime
    {
        private OwnRun? _run;

        internal Api Api => _run!.Api;

        internal Api Control { get; private set; } = new(new Uri("http://127.0.0.1/"));

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            _run = await OwnRun.OpenAsync();
            Control = await _run.ControlAsync();
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (_run is not null)
            {
                await _run.DisposeAsync();
            }
        }
    }
}
