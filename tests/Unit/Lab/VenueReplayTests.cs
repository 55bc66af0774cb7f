using System.Text;
using System.Text.Json;
using Strikeline.Lab;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Lab;

/// <summary>What a replay reports, and that the report is a function of the frames.</summary>
public sealed class VenueReplayTests
{
    private const string Snapshot = "{\"topic\":\"orderbook.50.BTCUSDT\",\"type\":\"snapshot\",\"ts\":1,\"data\":"
        + "{\"s\":\"BTCUSDT\",\"b\":[[\"100.50\",\"2\"],[\"100\",\"1\"]],\"a\":[[\"101\",\"3\"]],\"u\":5,\"seq\":1},\"cts\":1}";

    [Fact]
    public void The_report_is_the_json_object_that_other_programs_read()
    {
        var json = Json(Snapshot, "{\"op\":\"pong\"}", "{\"what\":1}");
        Assert.Equal(
            ["frames", "parsed", "rejected", "gaps", "checksumsChecked", "checksumFailures", "trades", "books", "decisionHash"],
            json.EnumerateObject().Select(field => field.Name));
        Assert.Equal((3, 2, 1), (Number(json, "frames"), Number(json, "parsed"), Number(json, "rejected")));
        var book = json.GetProperty("books").GetProperty("BTC/USDT");
        Assert.Equal(
            "{\"bestBid\":\"100.5\",\"bestAsk\":\"101\",\"bidLevels\":2,\"askLevels\":1,\"proven\":true}", book.GetRawText());
        Assert.Equal(64, json.GetProperty("decisionHash").GetString()!.Length);
    }

    [Fact]
    public void An_unproven_book_shows_no_prices()
    {
        var gap = Snapshot.Replace("snapshot", "delta", StringComparison.Ordinal)
            .Replace("\"u\":5", "\"u\":9", StringComparison.Ordinal);
        var json = Json(Snapshot, gap);
        Assert.Equal(
            "{\"bestBid\":null,\"bestAsk\":null,\"bidLevels\":0,\"askLevels\":0,\"proven\":false}",
            json.GetProperty("books").GetProperty("BTC/USDT").GetRawText());
        Assert.Equal(1, Number(json, "gaps"));
    }

    [Fact]
    public void Aggregated_trades_and_the_trade_before_the_subscription_are_no_trades()
    {
        using var binance = new VenueReplay(Venue.Binance, []);
        Take(binance, RecordedFrames.Load("binance/ws-agg-trade-1.jsonl"));
        Take(binance, RecordedFrames.Load("binance/ws-trade-1.jsonl"));
        Assert.Equal(1, binance.Report().Trades);

        using var coinbase = new VenueReplay(Venue.Coinbase, []);
        var frames = RecordedFrames.Load("coinbase/exchange-session-1.txt.gz");
        Take(coinbase, frames.FindAll(f => f.Text.StartsWith("{\"type\":\"last_match\"", StringComparison.Ordinal)));
        Assert.Equal((5L, 5L, 0L), (coinbase.Report().Frames, coinbase.Report().Parsed, coinbase.Report().Trades));
    }

    [Fact]
    public void The_large_recording_has_the_figures_of_its_readme()
    {
        using var replay = new VenueReplay(Venue.Binance, []);
        Take(replay, RecordedFrames.Load("binance/spot-recording-1.txt.gz"));
        var report = replay.Report();
        Assert.Equal((41_249L, 41_249L, 0L, 9_757L, 0L), (report.Frames, report.Parsed, report.Rejected, report.Trades, report.Gaps));
        Assert.True(report.Books["BTC/USDT"].Proven);
        Assert.Empty(report.RejectedByReason);
    }

    private static void Take(VenueReplay replay, IReadOnlyList<RecordedFrame> frames)
    {
        using var source = new FrameList(frames);
        while (source.MoveNext())
        {
            replay.Take(source);
        }
    }

    private static JsonElement Json(params string[] frames)
    {
        using var replay = new VenueReplay(Venue.Bybit, []);
        Take(replay, [.. frames.Select((text, i) => new RecordedFrame(i, string.Empty, Encoding.UTF8.GetBytes(text)))]);
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            replay.Report().WriteTo(writer);
        }

        return JsonDocument.Parse(memory.ToArray()).RootElement.Clone();
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
