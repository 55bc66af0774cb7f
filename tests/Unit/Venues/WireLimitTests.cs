using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>Frames at and beyond every stated limit: refused with a reason, never thrown over, never
/// unbounded.</summary>
public sealed class WireLimitTests
{
    [Theory]
    [InlineData(Venue.Binance)]
    [InlineData(Venue.Coinbase)]
    [InlineData(Venue.Kraken)]
    [InlineData(Venue.Bybit)]
    public void Empty_blank_deep_and_foreign_frames_are_refused(Venue venue)
    {
        var decoder = new FeedDecoder(venue, [], discover: true, new NullSink());
        string[] frames =
        [
            "", " ", "\0", "null", "true", "1", "\"x\"", "[]", "[[]]", "{}", "[1,2,3,4]", "[0,{},\"book-10\",\"A?B\"]", "{\"a\":1}",
            new string('[', 100_000), new string('{', 5_000), "{\"channel\":{}}", "{\"stream\":1,\"data\":{}}", "{\"topic\":[]}",
            "{\"e\":null}", "{\"type\":5}", "{\"\\ud800\":1}", "{\"type\":\"\\ud800\"}", "\ufeff{}",
        ];
        foreach (var frame in frames)
        {
            Assert.NotEqual(RejectReason.None, decoder.Accept(Encoding.UTF8.GetBytes(frame), string.Empty, 1));
        }

        Assert.Equal(frames.Length, decoder.Tally.Rejected);
        Assert.Empty(decoder.Instruments);
    }

    [Theory]
    [InlineData("""{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":1,"u":2,"b":[],"a":[]}""")]
    [InlineData("""{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":1,"b":[],"b":[["1","1"]],"a":[]}""")]
    [InlineData("""{"stream":"x@depth","data":{},"data":{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":1,"b":[],"a":[]}}""")]
    public void A_field_that_stands_twice_is_refused_whichever_of_them_would_count(string frame)
    {
        var decoder = new FeedDecoder(Venue.Binance, [], discover: true, new NullSink());
        Assert.Equal(RejectReason.DuplicateField, decoder.Accept(Encoding.UTF8.GetBytes(frame), string.Empty, 1));
    }

    [Fact]
    public void A_frame_beyond_the_largest_size_is_refused_unread()
    {
        var decoder = new FeedDecoder(Venue.Bybit, [], discover: true, new NullSink());
        Assert.Equal(RejectReason.TooLarge, decoder.Accept(new byte[VenuesLimits.MaxFrameBytes + 1], string.Empty, 1));
    }

    [Fact]
    public void More_levels_than_the_limit_are_refused()
    {
        var text = new StringBuilder("""{"topic":"orderbook.500.BTCUSDT","type":"snapshot","ts":1,"data":{"s":"BTCUSDT","b":[""");
        for (var i = 1; i <= VenuesLimits.MaxLevelsPerSide * 2; i++)
        {
            text.Append(i == 1 ? "" : ",").Append("[\"").Append(i).Append("\",\"1\"]");
        }

        text.Append("""],"a":[],"u":5,"seq":1},"cts":1}""");
        var decoder = new FeedDecoder(Venue.Bybit, [], discover: true, new NullSink());
        Assert.Equal(RejectReason.TooLarge, decoder.Accept(Encoding.UTF8.GetBytes(text.ToString()), string.Empty, 1));
    }

    [Fact]
    public void A_stream_of_new_symbols_is_bounded()
    {
        var decoder = new FeedDecoder(Venue.Bybit, [], discover: true, new NullSink());
        for (var i = 0; i < VenuesLimits.MaxInstruments + 100; i++)
        {
            var frame = $"{{\"topic\":\"orderbook.50.A{i}USDT\",\"type\":\"delta\",\"ts\":1,\"data\":"
                + $"{{\"s\":\"A{i}USDT\",\"b\":[],\"a\":[],\"u\":5,\"seq\":1}},\"cts\":1}}";
            decoder.Accept(Encoding.UTF8.GetBytes(frame), string.Empty, 1);
        }

        Assert.Equal(VenuesLimits.MaxInstruments, decoder.Instruments.Count);
        Assert.Equal(100, decoder.Tally.RejectedFor(RejectReason.UnknownSymbol));
    }

    [Fact]
    public void Updates_that_wait_for_a_snapshot_are_bounded()
    {
        var decoder = new FeedDecoder(Venue.Binance, [Symbol.Parse("BTC/USDT")], discover: false, new NullSink());
        var levels = string.Join(',', Enumerable.Range(1, 1_000).Select(i => $"[\"{i}\",\"1\"]"));
        for (var id = 1; id <= 3_000; id++)
        {
            var frame = $"{{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":{id},\"u\":{id},\"b\":[{levels}],\"a\":[]}}";
            Assert.Equal(RejectReason.None, decoder.Accept(Encoding.UTF8.GetBytes(frame), string.Empty, 1));
        }

        var snapshot = """{"lastUpdateId":3000,"bids":[["1","1"]],"asks":[]}"""u8;
        Assert.Equal(RejectReason.None, decoder.Accept(snapshot, "/api/v3/depth?symbol=BTCUSDT", 1));
        Assert.True(decoder.Instruments[0].IsProven);
    }
}
