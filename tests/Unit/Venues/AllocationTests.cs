using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Venues.Mutation;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>Once warm, no usual frame of any venue costs a byte of memory: on the fast path and in the full
/// reader.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int WarmUps = 20;

    /// <summary>Venue; what it is; whether the frames are rewritten, so that only the full reader can take
    /// them.</summary>
    public static TheoryData<Venue, string, bool> Dialects { get; } = new()
    {
        { Venue.Binance, "recorded", false },
        { Venue.Binance, "recorded", true },
        { Venue.Coinbase, "advanced", false },
        { Venue.Coinbase, "advanced", true },
        { Venue.Coinbase, "exchange", false },
        { Venue.Coinbase, "exchange", true },
        { Venue.Kraken, "v1", false },
        { Venue.Kraken, "v1", true },
        { Venue.Kraken, "v2", false },
        { Venue.Kraken, "v2", true },
        { Venue.Bybit, "v5", false },
        { Venue.Bybit, "v5", true },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Steady_state_allocates_nothing(Venue venue, string dialect, bool rewritten)
    {
        var frames = Frames(dialect);
        if (rewritten)
        {
            frames = frames.ConvertAll(f => f with { Payload = RecordedFrames.Rewritten(f.Payload) });
        }

        var decoder = new FeedDecoder(venue, [], discover: true, new NullSink());
        var proven = 0;
        for (var round = 0; round < WarmUps; round++)
        {
            decoder.Reset(0);
            Pass();
            foreach (var instrument in decoder.Instruments)
            {
                proven += instrument.IsProven ? 1 : 0;
            }
        }

        Assert.Equal(0, Allocated.By(Pass, () => decoder.Reset(0)));
        Assert.Equal(0, decoder.Tally.Rejected);
        Assert.True(decoder.Tally.TradeMessages > 0 && proven >= WarmUps, "the frames did something");

        void Pass()
        {
            foreach (var frame in frames)
            {
                decoder.Accept(frame.Payload, frame.Context, frame.Nanos);
            }
        }
    }

    [Fact]
    public void Frames_that_are_refused_without_an_exception_allocate_nothing_either()
    {
        var decoder = new FeedDecoder(Venue.Binance, [Symbol.Parse("BTC/USDT")], discover: false, new NullSink());
        byte[][] frames =
        [
            """{"stream":"x@trade","data":{"e":"trade","E":1,"s":"ETHUSDT","t":1,"p":"1","q":"1","T":1,"m":true}}"""u8.ToArray(),
            """{"stream":"x@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"0.123456789","q":"1","T":1,"m":true}}"""u8.ToArray(),
            """{"what":"is this"}"""u8.ToArray(),
        ];
        Pass();
        Assert.Equal(0, Allocated.By(Pass));
        Assert.Equal(decoder.Tally.Frames, decoder.Tally.Rejected);

        void Pass()
        {
            for (var round = 0; round < 100; round++)
            {
                foreach (var frame in frames)
                {
                    decoder.Accept(frame, string.Empty, 1);
                }
            }
        }
    }

    private static List<RecordedFrame> Frames(string dialect)
    {
        switch (dialect)
        {
            case "recorded":
                return RecordedFrames.Load("binance/spot-recording-1.txt.gz").GetRange(0, 3_000);
            case "advanced":
                return [.. Plain(PristineStreams.Coinbase()).Take(1_500), .. Documented("coinbase/advanced-ticker-1.jsonl", 1_500)];
            case "exchange":
                return [.. RecordedFrames.Load("coinbase/exchange-session-1.txt.gz").Take(2_000)];
            case "v1":
                return
                [
                    .. RecordedFrames.Load("kraken/v1-book-session-1.txt.gz").Take(800),
                    .. RecordedFrames.Load("kraken/v1-trade-session-1.txt"),
                    .. RecordedFrames.Load("kraken/v1-ticker-session-1.txt"),
                ];
            case "v2":
                return
                [
                    .. Plain(PristineStreams.Kraken(v2: true)).Take(800),
                    .. RecordedFrames.Load("kraken/v2-trade-1.jsonl")[^1..],
                    .. RecordedFrames.Load("kraken/v2-ticker-1.jsonl")[^1..],
                ];
            default:
                return
                [
                    .. Plain(PristineStreams.Bybit(1, 600)),
                    .. RecordedFrames.Load("bybit/v5-spot-public-trade-1.jsonl")[^1..],
                    Frame("{\"topic\":\"orderbook.1.XRPUSDT\",\"ts\":1,\"type\":\"snapshot\",\"data\":{\"s\":\"XRPUSDT\","
                        + "\"b\":[[\"1.95\",\"7\"]],\"a\":[[\"1.96\",\"5\"]],\"u\":9,\"seq\":3},\"cts\":1}"),
                ];
        }
    }

    private static IEnumerable<RecordedFrame> Plain(IEnumerable<PristineFrame> stream) =>
        stream.Select(frame => new RecordedFrame(1, frame.Context, frame.Payload));

    private static RecordedFrame Frame(string text) => new(1, string.Empty, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<RecordedFrame> Documented(string file, int sequence) =>
        RecordedFrames.Load(file).TakeLast(1).Select(frame => Frame(
            frame.Text.Replace("\"sequence_num\": 0", $"\"sequence_num\": {sequence}", StringComparison.Ordinal)));
}
