using System.Globalization;
using System.Text.Json;
using Strikeline.SystemTests.Trading;

namespace Strikeline.SystemTests.Bots;

/// <summary><c>run --testnet</c> finds arbitrage on two prediction venues, executes it on paper, and tells of
/// it.</summary>
[Collection(OneBotRun.Name)]
public sealed class ArbitrageTests(BotRun run)
{
    // Found and executed "within two minutes", with a reserve for the rest of a test.
    private const int WithinSeconds = 110;

    private static readonly string[] Venues = ["polymarket", "kalshi"];
    private static readonly string[] Fields =
    [
        "at", "strategy", "venue", "market", "legs", "edge", "edge_after_fees", "taken", "reason",
    ];

    private static readonly string[] Reference =
    [
        "adapter_events_total", "adapter_event_latency_ms", "strategy_signals_total", "strategy_signal_edge",
        "execution_fills_total", "execution_rejections_total", "execution_signal_to_fill_us",
        "execution_e2e_latency_us",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_venues_have_proven_books_and_each_market_says_of_each_outcome_how_it_stands()
    {
        var seen = await run.UntilAsync(
            "api/v1/predictions",
            all => Venues.All(venue => Rows(all, "venues").Any(row =>
                Text(row, "venue") == venue && row.GetProperty("proven").GetInt32() > 0 && Text(row, "state") != "down"))
                && Venues.All(venue => Rows(all, "markets").Any(row =>
                    Text(row, "venue") == venue && Text(row.GetProperty("yes"), "state") == "proven"
                    && Text(row.GetProperty("no"), "state") == "proven")),
            WithinSeconds);
        foreach (var market in Rows(seen, "markets"))
        {
            foreach (var outcome in (JsonElement[])[market.GetProperty("yes"), market.GetProperty("no")])
            {
                // Whatever is not traded on says why.
                Assert.Contains(Text(outcome, "state"), (string[])["proven", "unproven", "stale", "waiting"]);
                Assert.True(
                    outcome.GetProperty("reason").GetString() is not null || Text(outcome, "state") == "proven",
                    outcome.ToString());
                Assert.NotEqual("", Text(outcome, "token_id"));

                // Nothing is proven of a book that never came.
                Assert.Equal(
                    Text(outcome, "state") == "waiting", outcome.GetProperty("age_ms").ValueKind == JsonValueKind.Null);
                if (Decimal(outcome, "bid") is { } bid && Decimal(outcome, "ask") is { } ask
                    && Text(outcome, "state") == "proven")
                {
                    Assert.True(bid is > 0 and < 1 && ask is > 0 and < 1 && bid < ask, outcome.ToString());
                }
            }

            if (Decimal(market.GetProperty("yes"), "ask") is { } yes && Decimal(market.GetProperty("no"), "ask") is { } no)
            {
                Assert.Equal(yes + no, Decimal(market, "ask_sum"));
            }
        }

        // Public: no key is asked for.
        var open = await new Api(run.Address).GetAsync("api/v1/predictions");
        Assert.NotEmpty(Rows(open, "venues"));
    }

    [Fact]
    public async Task What_is_found_is_taken_or_refused_with_a_reason_and_becomes_plans_money_files_and_metrics()
    {
        var rows = await run.UntilAsync(
            "api/v1/opportunities?limit=1000",
            all => all.EnumerateArray().Any(row => row.GetProperty("taken").GetBoolean())
                && all.EnumerateArray().Any(row => !row.GetProperty("taken").GetBoolean()),
            WithinSeconds);
        foreach (var row in rows.EnumerateArray())
        {
            Assert.Equal(Fields, row.EnumerateObject().Select(field => field.Name));
            Assert.NotEmpty(row.GetProperty("legs").EnumerateArray());
            foreach (var leg in row.GetProperty("legs").EnumerateArray())
            {
                Assert.Equal(["token_id", "side", "price", "size"], leg.EnumerateObject().Select(field => field.Name));
                Assert.Contains(Text(leg, "side"), (string[])["buy", "sell"]);
                Assert.True(Decimal(leg, "price") is > 0 and < 1 && Decimal(leg, "size") >= 0, leg.ToString());
            }

            Assert.NotEqual("", Text(row, "reason"));
            Assert.NotEqual("", Text(row, "market"));
            Assert.All(Text(row, "venue").Split('+'), venue => Assert.Contains(venue, Venues));
            Assert.True(Decimal(row, "edge_after_fees") <= Decimal(row, "edge"), row.ToString());
            Assert.True(!row.GetProperty("taken").GetBoolean() || Decimal(row, "edge_after_fees") > 0, row.ToString());
        }

        var times = rows.EnumerateArray().Select(row => row.GetProperty("at").GetInt64()).ToArray();
        Assert.True(times.Zip(times.Skip(1)).All(pair => pair.First >= pair.Second), "the newest are not first");

        var portfolio = await run.UntilAsync(
            "api/v1/portfolio", all => Rows(all, "plans").Any() && Text(all, "fees") != "0", 30);
        Assert.Equal("paper", Text(portfolio, "executor"));
        foreach (var plan in Rows(portfolio, "plans"))
        {
            Assert.NotEqual("", Text(plan, "state"));
            Assert.True(Decimal(plan, "worst_loss") >= 0, plan.ToString());
        }

        Assert.All(Rows(portfolio, "limits").Where(row => Text(row, "unit") == "USD"), row =>
            Assert.True(Decimal(row, "value") <= Decimal(row, "limit"), row.ToString()));
        await FilesAsync();
        await MetricsAsync();
    }

    [Fact]
    public async Task Stopped_bots_begin_nothing_and_go_on_when_they_may_again()
    {
        await run.ResumeAsync();
        await run.AskAsync("api/emergency-stop", method: HttpMethod.Post);
        var stopped = (await run.AskAsync("api/v1/portfolio")).Json;
        var since = stopped.GetProperty("stop").GetProperty("since").GetInt64();
        try
        {
            // They go on looking: what they would have done is refused for the stop.
            await run.UntilAsync(
                "api/v1/opportunities?limit=1000",
                all => all.EnumerateArray().Any(row =>
                    Text(row, "reason") == "EMERGENCY_STOP" && row.GetProperty("at").GetInt64() >= since),
                WithinSeconds);

            // One that was just being approved may be written down a moment after the stop: its orders are refused.
            Assert.All(
                Rows((await run.AskAsync("api/v1/portfolio")).Json, "plans").Where(plan => plan.GetProperty("at").GetInt64() > since),
                plan => Assert.Equal((true, "no_fill"), (plan.GetProperty("at").GetInt64() <= since + 50, Text(plan, "state"))));
        }
        finally
        {
            await run.ResumeAsync();
        }

        await run.UntilAsync(
            "api/v1/portfolio",
            all => Rows(all, "plans").Any(plan => plan.GetProperty("at").GetInt64() > since), WithinSeconds);
    }

    [Theory]
    [InlineData("limit=1", 200)]
    [InlineData("limit=1000", 200)]
    [InlineData("", 200)]
    [InlineData("limit=0", 400)]
    [InlineData("limit=1001", 400)]
    [InlineData("limit=-1", 400)]
    [InlineData("limit=1.5", 400)]
    [InlineData("limit=many", 400)]
    [InlineData("limit=", 400)]
    [InlineData("limit=1&limit=2", 400)]
    [InlineData("limt=1", 400)]
    public async Task A_limit_that_is_none_is_told_of(string query, int status)
    {
        var answer = await run.AskAsync($"api/v1/opportunities?{query}");
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        if (status == 200)
        {
            var most = query.Length == 0 ? 100 : int.Parse(query["limit=".Length..], CultureInfo.InvariantCulture);
            Assert.True(answer.Json.GetArrayLength() <= most);
        }
        else
        {
            Assert.Matches("^[a-z_]+$", answer.Code);
        }
    }

    private async Task FilesAsync()
    {
        var seen = Lines(await run.AskAsync("api/v1/export/opportunities.csv"));
        Assert.Equal("at,strategy,venue,market,legs,edge,edge_after_fees,profit,taken,reason,detail", seen[0]);
        Assert.Contains(seen.Skip(1), line => line.Contains(",true,", StringComparison.Ordinal));
        Assert.Contains(seen.Skip(1), line => line.Contains(",false,", StringComparison.Ordinal));

        // The store is written behind the trading: it is waited for.
        var entries = Lines(await run.AskAsync("api/v1/export/portfolio.csv"));
        for (var tries = 0; entries.Length < 3; tries++)
        {
            Assert.True(tries < 100, string.Join('\n', entries));
            await Task.Delay(100, Cancel);
            entries = Lines(await run.AskAsync("api/v1/export/portfolio.csv"));
        }

        Assert.Equal("at,venue,market,token,kind,price,size,fee,finality,strategy,plan,client_id,id", entries[0]);
        Assert.All(entries.Skip(1), line =>
        {
            var cells = line.Split(',');
            Assert.Equal(13, cells.Length);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", cells[0]);
            Assert.Contains(cells[1], Venues);
        });
    }

    private async Task MetricsAsync()
    {
        var text = "";
        for (var tries = 0; !Reference.All(name => text.Contains($"\n# TYPE {name} ", StringComparison.Ordinal)); tries++)
        {
            Assert.True(tries < 100, string.Join('\n', Reference.Where(name => !text.Contains($"# TYPE {name} "))));
            await Task.Delay(tries == 0 ? 0 : 250, Cancel);
            using var answer = await new Api(new Uri(run.Metrics, "/")).AskAsync("metrics");
            text = await answer.Content.ReadAsStringAsync(Cancel);
        }

        var lines = text.Split('\n');
        foreach (var venue in Venues)
        {
            Assert.Contains(lines, line => line.StartsWith("adapter_events_total{", StringComparison.Ordinal)
                && line.Contains($"venue=\"{venue}\"") && line.Contains("event_type=\"book\""));
            Assert.Contains(lines, line => line.StartsWith("strategy_signals_total{", StringComparison.Ordinal)
                && line.Contains(venue));
        }

        Assert.All(
            lines.Where(line => line.StartsWith("execution_fills_total{", StringComparison.Ordinal)),
            line => Assert.Contains("executor=\"paper\"", line));
        Assert.All(
            Reference.Where(name => name.EndsWith("_us", StringComparison.Ordinal)),
            name => Assert.Contains($"# TYPE {name} histogram", lines));
    }

    private static string[] Lines(Answer answer)
    {
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
        Assert.Contains("Content-Type: text/csv", answer.Headers);
        Assert.EndsWith("\n", answer.Text);
        return answer.Text.TrimEnd('\n').Split('\n');
    }

    private static IEnumerable<JsonElement> Rows(JsonElement all, string name) => all.GetProperty(name).EnumerateArray();

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static decimal? Decimal(JsonElement row, string name) => row.GetProperty(name).GetString() is { } text
        ? decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
        : null;
}
