using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Tapes made by <c>record</c> and recordings of the venues themselves, through <c>replay</c> and
/// <c>run</c>.</summary>
public sealed class RecordingTests : IDisposable
{
    private const string Data = "../shared/data";

    private static readonly string[] Contract =
    [
        "frames", "parsed", "rejected", "gaps", "checksumsChecked", "checksumFailures", "trades", "books", "decisionHash",
    ];

    private static readonly string[] BookContract = ["bestBid", "bestAsk", "bidLevels", "askLevels", "proven"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_recorded_replays_to_the_same_hash_and_makes_signed_markets()
    {
        var tapes = Path.Combine(_folder, "tapes");
        var recorded = await Run.ToEndAsync(
            Checkout.Program, ["record", "--testnet", "--for", "12s", "--out", tapes, "--data", "data"], _folder);
        Assert.True(recorded.Code == 0, recorded.ToString());
        var files = Directory.GetFiles(tapes);

        var first = await ReplayAsync([.. files]);
        var second = await ReplayAsync([.. files]);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        var venues = first.GetProperty("venues").EnumerateObject().ToList();
        string[] spot = ["binance", "coinbase", "kraken", "bybit"];
        Assert.Equal([.. spot, "polymarket", "kalshi"], venues.Select(venue => venue.Name));
        foreach (var (name, report) in venues.Select(venue => (venue.Name, venue.Value)))
        {
            AssertContract(report);
            Assert.True(Number(report, "frames") > 0, name);
            Assert.Equal(0, Number(report, "rejected"));
            // Of a prediction venue's sockets the second may begin between a book and its first change.
            Assert.True(Number(report, "gaps") == 0 || !spot.Contains(name), $"{name} {report}");
            Assert.Equal(0, Number(report, "checksumFailures"));
            // A window of a prediction venue may have been found a moment before the end, without a book yet.
            var books = report.GetProperty("books").EnumerateObject().ToList();
            var proven = books.Count(book => book.Value.GetProperty("proven").GetBoolean());
            Assert.True(spot.Contains(name) ? proven == books.Count : proven > 0, $"{name} {report}");
            var alone = await ReplayAsync(["--venue", name, .. files]);
            Assert.Equal(report.GetRawText(), alone.GetRawText());
        }

        await using var run = await OwnRun.OpenAsync(["--tape", .. files, "--speed", "max"]);
        await run.Program.AfterAsync("the tape has ended");
        var prices = await run.Api.GetAsync("api/v1/prices");
        Assert.All(
            prices.GetProperty("markets").EnumerateArray(),
            market => Assert.Equal(4, market.GetProperty("provider_count").GetInt32()));
        await AssertReplayMarketsAsync(await run.Api.GetAsync("api/v1/markets"));
        await AssertReplayedPredictionsAsync(run);
    }

    [Theory]
    [InlineData("binance", 41249, 9757, 0, "BTC/USDT", "binance/spot-recording-1.txt.gz")]
    [InlineData("binance", 269, 0, 0, "RUNE/EUR", "binance/spot-session-1.txt.gz", "binance/rest-depth-1.txt.gz")]
    [InlineData("kraken", 2245, 0, 2234, "XMR/USD", "kraken/v1-book-session-1.txt.gz")]
    [InlineData("coinbase", 5725, 69, 0, "YFI/BTC", "coinbase/exchange-session-1.txt.gz")]
    [InlineData("bybit", 25, 0, 0, "XRP/USDT", "bybit/v5-orderbook500-recording-1.jsonl.gz")]
    public async Task A_real_recording_is_read_as_it_is(
        string venue, long frames, long trades, long checksums, string symbol, params string[] names)
    {
        var report = await ReplayAsync(["--venue", venue, .. names.Select(Recording)]);
        AssertContract(report);
        Assert.Equal(frames, Number(report, "frames"));
        Assert.Equal(frames, Number(report, "parsed"));
        Assert.Equal(trades, Number(report, "trades"));
        Assert.Equal(checksums, Number(report, "checksumsChecked"));
        Assert.Equal(0, Number(report, "checksumFailures"));
        var book = report.GetProperty("books").GetProperty(symbol);
        Assert.True(book.GetProperty("proven").GetBoolean(), report.ToString());
        Assert.True(
            decimal.Parse(book.GetProperty("bestBid").GetString()!, null)
            < decimal.Parse(book.GetProperty("bestAsk").GetString()!, null));
    }

    [Fact]
    public async Task A_book_without_its_snapshot_is_not_proven_and_has_no_prices()
    {
        var report = await ReplayAsync(["--venue", "binance", Recording("binance/spot-recording-2.txt.gz")]);
        AssertContract(report);
        var book = report.GetProperty("books").GetProperty("ETH/USDT");
        Assert.False(book.GetProperty("proven").GetBoolean());
        Assert.Equal(JsonValueKind.Null, book.GetProperty("bestBid").ValueKind);
        Assert.Equal(JsonValueKind.Null, book.GetProperty("bestAsk").ValueKind);
    }

    [Fact]
    public async Task A_real_recording_makes_signed_markets()
    {
        await using var run = await OwnRun.OpenAsync(
            "--tape", Recording("binance/spot-recording-1.txt.gz"), "--speed", "max");
        await run.Program.AfterAsync("the tape has ended");
        var ladders = await run.Api.GetAsync("api/v1/markets");
        Assert.InRange(Assert.Single(ladders.EnumerateArray()).GetProperty("spot").GetDouble(), 60_000, 63_000);
        await AssertReplayMarketsAsync(ladders);
        Assert.Equal("replay", (await run.Api.GetAsync("health")).GetProperty("source").GetString());
    }

    private static async Task AssertReplayMarketsAsync(JsonElement ladders)
    {
        Assert.All(ladders.EnumerateArray(), ladder => Assert.NotEmpty(ladder.GetProperty("markets").EnumerateArray()));
        var report = await Node.VerifyMarketsAsync(ladders);
        Assert.Equal("replay", Assert.Single(report.GetProperty("environments").EnumerateArray()).GetString());
    }

    private static async Task AssertReplayedPredictionsAsync(OwnRun run)
    {
        var predictions = await run.Api.GetAsync("api/v1/predictions");
        Assert.Equal("replay", predictions.GetProperty("source").GetString());
        Assert.Equal(
            ["polymarket", "kalshi"],
            predictions.GetProperty("venues").EnumerateArray().Select(row => row.GetProperty("venue").GetString()));
        Assert.All(
            predictions.GetProperty("venues").EnumerateArray(),
            row => Assert.True(row.GetProperty("proven").GetInt32() > 0, row.ToString()));
        Assert.Contains(
            predictions.GetProperty("markets").EnumerateArray(),
            row => row.GetProperty("yes").GetProperty("state").GetString() == "proven");

        // The live stop of the folder is neither made nor asked.
        Assert.False(Directory.Exists(Path.Combine(run.Data, "trading")));
    }

    private static string Recording(string name)
    {
        var path = Path.GetFullPath(Checkout.In(Path.Combine(Data, name)));
        Assert.SkipUnless(File.Exists(path), $"no recordings at {Data} beside the checkout");
        return path;
    }

    private static void AssertContract(JsonElement report)
    {
        Assert.Equal(Contract, report.EnumerateObject().Select(one => one.Name));
        Assert.Equal(Number(report, "frames"), Number(report, "parsed") + Number(report, "rejected"));
        Assert.Matches("^[0-9a-f]{64}$", report.GetProperty("decisionHash").GetString());
        Assert.All(
            report.GetProperty("books").EnumerateObject(),
            book => Assert.Equal(BookContract, book.Value.EnumerateObject().Select(one => one.Name)));
    }

    private static long Number(JsonElement report, string name) => report.GetProperty(name).GetInt64();

    private async Task<JsonElement> ReplayAsync(string[] arguments)
    {
        var ended = await Run.ToEndAsync(Checkout.Program, ["replay", .. arguments, "--json"], _folder);
        Assert.True(ended.Code == 0 && ended.Error.Length == 0, ended.ToString());
        return JsonDocument.Parse(ended.Output).RootElement;
    }
}
