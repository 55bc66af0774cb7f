using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>Each venue's continuity rule, one case a test.</summary>
public sealed class BookRuleTests
{
    private readonly NullSink _sink = new();

    [Fact]
    public void Binance_buffers_until_the_snapshot_and_applies_what_follows_it()
    {
        var decoder = Binance();
        Take(decoder, Diff(1, 5, "10", "1"));
        Take(decoder, Diff(6, 8, "11", "2"));
        Assert.Equal(BookProof.AwaitingSnapshot, decoder.Instruments[0].Proof);
        Take(decoder, Snapshot(6), "/api/v3/depth?symbol=BTCUSDT");
        AssertProven(decoder, 2);
        Take(decoder, Diff(9, 9, "12", "3"));
        AssertProven(decoder, 3);
    }

    [Fact]
    public void Binance_waits_for_a_newer_snapshot_where_the_first_difference_is_newer()
    {
        var decoder = Binance();
        Take(decoder, Diff(10, 12, "10", "1"));
        Take(decoder, Snapshot(8), "/api/v3/depth?symbol=BTCUSDT");
        Assert.Equal(BookProof.AwaitingSnapshot, decoder.Instruments[0].Proof);
        Take(decoder, Snapshot(9), "/api/v3/depth?symbol=BTCUSDT");
        AssertProven(decoder, 2);
    }

    [Theory]
    [InlineData(10, 12)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Binance_drops_the_book_at_a_hole(long first, long last)
    {
        var decoder = Binance();
        Take(decoder, Snapshot(5), "/api/v3/depth?symbol=BTCUSDT");
        Take(decoder, Diff(6, 8, "10", "1"));
        Take(decoder, Diff(first, last, "10", "2"));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
        Assert.Equal((0, 1L), (decoder.Instruments[0].Book.Bids.Count, decoder.Tally.Gaps));
        Take(decoder, Snapshot(first), "/api/v3/depth?symbol=BTCUSDT");
        Assert.True(decoder.Instruments[0].IsProven);
    }

    [Fact]
    public void Binance_notices_a_chain_that_was_led_astray_by_a_wrong_id()
    {
        var decoder = Binance();
        Take(decoder, Snapshot(5), "/api/v3/depth?symbol=BTCUSDT");
        Take(decoder, Diff(6, long.MaxValue, "10", "1"));
        Take(decoder, Diff(9, 10, "10", "2"));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
        Take(decoder, Snapshot(10), "/api/v3/depth?symbol=BTCUSDT");
        Take(decoder, Diff(11, 12, "10", "2"));
        AssertProven(decoder, 2);
    }

    [Fact]
    public void Binance_ignores_a_repetition_and_a_late_snapshot()
    {
        var decoder = Binance();
        Take(decoder, Snapshot(5), "/api/v3/depth?symbol=BTCUSDT");
        Take(decoder, Diff(6, 8, "10", "1"));
        Take(decoder, Diff(9, 9, "10", "0"));
        Take(decoder, Diff(6, 8, "10", "1"));
        AssertProven(decoder, 1);
        Take(decoder, Snapshot(7), "/api/v3/depth?symbol=BTCUSDT");
        Take(decoder, Diff(10, 10, "12", "1"));
        AssertProven(decoder, 2);
    }

    [Fact]
    public void Binance_drops_a_book_that_contradicts_its_best_prices_three_times()
    {
        var decoder = Binance();
        Take(decoder, Snapshot(5), "/api/v3/depth?symbol=BTCUSDT");
        for (var id = 6; id < 9; id++)
        {
            Assert.True(decoder.Instruments[0].IsProven);
            Take(decoder, $$"""{"u":{{id}},"s":"BTCUSDT","b":"2","B":"1","a":"99","A":"1"}""");
            Take(decoder, Diff(id, id, "1", $"{id}"));
        }

        Assert.Equal(BookProof.CrossCheckFailed, decoder.Instruments[0].Proof);
    }

    [Fact]
    public void Bybit_counts_by_one_and_starts_again_at_one()
    {
        var decoder = new FeedDecoder(Venue.Bybit, [Symbol.Parse("BTC/USDT")], discover: false, _sink);
        Take(decoder, BybitBook("snapshot", 7, 50));
        Take(decoder, BybitBook("delta", 8, 50));
        Assert.True(decoder.Instruments[0].IsProven);
        Take(decoder, BybitBook("delta", 8, 50));
        Assert.True(decoder.Instruments[0].IsProven);
        Take(decoder, BybitBook("delta", 10, 50));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
        Take(decoder, BybitBook("delta", 11, 50));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
        Take(decoder, BybitBook("snapshot", 1, 50));
        Assert.True(decoder.Instruments[0].IsProven);
        Take(decoder, BybitBook("snapshot", long.MaxValue, 50));
        Take(decoder, BybitBook("delta", 2, 50));
        // Far behind what was applied: the venue counts anew, and its snapshot is missing.
        Assert.Equal(2, decoder.Tally.Gaps);
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
    }

    [Fact]
    public void Bybit_keeps_to_the_depth_of_its_first_snapshot_whatever_came_before()
    {
        var decoder = new FeedDecoder(Venue.Bybit, [Symbol.Parse("BTC/USDT")], discover: false, _sink);
        Take(decoder, BybitBook("delta", 3, 200));
        Take(decoder, BybitBook("snapshot", 7, 50));
        Assert.True(decoder.Instruments[0].IsProven);
        Take(decoder, BybitBook("snapshot", 900, 200));
        Take(decoder, BybitBook("delta", 901, 200));
        Take(decoder, BybitBook("delta", 8, 50));
        Assert.True(decoder.Instruments[0].IsProven);
        Assert.Equal(0, decoder.Tally.Gaps);
    }

    [Fact]
    public void Coinbase_ignores_the_same_message_again_and_drops_all_books_at_a_hole()
    {
        var decoder = Coinbase();
        Take(decoder, L2(0, "snapshot", "BTC-USD", "10"));
        Take(decoder, L2(1, "snapshot", "ETH-USD", "10"));
        Take(decoder, L2(1, "snapshot", "ETH-USD", "10"));
        Assert.All(decoder.Instruments, instrument => Assert.True(instrument.IsProven));
        Take(decoder, L2(3, "update", "BTC-USD", "11"));
        Assert.All(decoder.Instruments, instrument => Assert.Equal(BookProof.Gap, instrument.Proof));
        Take(decoder, L2(4, "snapshot", "ETH-USD", "10"));
        Assert.Equal([false, true], decoder.Instruments.Select(instrument => instrument.IsProven));
    }

    [Fact]
    public void Coinbase_does_not_take_another_message_under_a_seen_number_for_a_repetition()
    {
        // The snapshot carries the number of the message that follows it: that message would be lost unseen.
        var decoder = Coinbase();
        Take(decoder, L2(4, "snapshot", "BTC-USD", "10"));
        Take(decoder, L2(4, "update", "BTC-USD", "11"));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
    }

    [Fact]
    public void Coinbase_counts_another_instruments_message_but_not_a_garbled_one()
    {
        var decoder = Coinbase();
        Take(decoder, L2(0, "snapshot", "BTC-USD", "10"));
        Assert.Equal(RejectReason.UnknownSymbol, Accept(decoder, L2(1, "update", "DOGE-USD", "11")));
        Take(decoder, L2(2, "update", "BTC-USD", "12"));
        Assert.True(decoder.Instruments[0].IsProven);
        foreach (var (sequence, pair, bid) in new[] { (3, "BTC-US?", "13"), (13, "DOGE-USD", "NaN") })
        {
            Assert.NotEqual(RejectReason.UnknownSymbol, Accept(decoder, L2(sequence, "update", pair, bid)));
            Take(decoder, L2(sequence + 1, "update", "BTC-USD", "14"));
            Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
            Take(decoder, L2(sequence + 2, "snapshot", "BTC-USD", "14"));
        }
    }

    [Fact]
    public void Coinbase_applies_its_own_event_beside_another_instruments()
    {
        var decoder = Coinbase();
        Take(decoder, L2(0, "snapshot", "BTC-USD", "10"));
        var own = L2(1, "update", "BTC-USD", "11");
        var foreign = L2(1, "update", "DOGE-USD", "1");
        var at = foreign.IndexOf("[{", StringComparison.Ordinal) + 1;
        foreach (var order in new[] { 0, 1 })
        {
            var first = (order == 0 ? own : foreign).Replace(":1,\"events", $":{order + 1},\"events", StringComparison.Ordinal);
            var second = order == 0 ? foreign : own;
            Take(decoder, first[..^2] + "," + second[at..]);
            Assert.True(decoder.Instruments[0].IsProven);
            Assert.Equal(2, decoder.Instruments[0].Book.Bids.Count);
        }
    }

    [Fact]
    public void Coinbase_recovers_from_a_number_that_was_far_too_high()
    {
        var decoder = Coinbase();
        Take(decoder, L2(0, "snapshot", "BTC-USD", "10"));
        Take(decoder, L2(long.MaxValue, "update", "BTC-USD", "11"));
        Take(decoder, L2(2, "update", "BTC-USD", "12"));
        Assert.Equal(BookProof.Gap, decoder.Instruments[0].Proof);
        Take(decoder, L2(3, "snapshot", "BTC-USD", "10"));
        Take(decoder, L2(4, "update", "BTC-USD", "11"));
        Assert.True(decoder.Instruments[0].IsProven);
    }

    [Fact]
    public void Kraken_does_not_let_another_depth_cut_the_book()
    {
        var decoder = new FeedDecoder(Venue.Kraken, [Symbol.Parse("ETH/USD")], discover: false, _sink);
        var levels = string.Join(',', Enumerable.Range(1, 30).Select(i => $"[\"{100 + i}.0\",\"1.00000000\",\"1.0\"]"));
        Take(decoder, $$"""[1,{"as":[{{levels}}],"bs":[["99.0","1.00000000","1.0"]]},"book-1000","ETH/USD"]""");
        Assert.Equal(30, decoder.Instruments[0].Book.Asks.Count);
        Take(decoder, """[1,{"b":[["99.0","1.00000000","1.0"]],"c":"1"},"book-25","ETH/USD"]""");
        Assert.Equal(30, decoder.Instruments[0].Book.Asks.Count);
    }

    [Fact]
    public void Kraken_learns_the_precision_again_after_a_garbled_start()
    {
        var frames = RecordedFrames.Load("kraken/v1-book-session-1.txt.gz")
            .FindAll(f => f.Text.EndsWith("\"XMR/USD\"]", StringComparison.Ordinal));
        var decoder = new FeedDecoder(Venue.Kraken, [Symbol.Parse("XMR/USD")], discover: false, _sink);
        Take(decoder, """[1,{"b":[["354.1","0.10","1618678133.366461"]],"c":"1822697057"},"book-1000","XMR/USD"]""");
        Take(decoder, frames[0].Text);
        Take(decoder, frames[1].Text);
        Take(decoder, frames[0].Text);
        foreach (var frame in frames.Skip(1))
        {
            Take(decoder, frame.Text);
            Assert.True(decoder.Instruments[0].IsProven);
        }
    }

    [Fact]
    public void A_rejected_kraken_frame_costs_the_books_that_it_may_have_concerned()
    {
        var decoder = new FeedDecoder(Venue.Kraken, [Symbol.Parse("XMR/USD"), Symbol.Parse("ETH/USD")], discover: false, _sink);
        foreach (var pair in new[] { "XMR/USD", "ETH/USD" })
        {
            Take(decoder, $$"""[1,{"as":[["2.0","1.0","1.0"]],"bs":[["1.0","1.0","1.0"]]},"book-10","{{pair}}"]""");
        }

        Assert.Equal(RejectReason.OffGrid, Accept(decoder, """[1,{"b":[["-1","1.0","1.0"]],"c":"1"},"book-10","XMR/USD"]"""));
        Assert.Equal([false, true], decoder.Instruments.Select(instrument => instrument.IsProven));
        Assert.Equal(RejectReason.MalformedJson, Accept(decoder, "[1,{"));
        Assert.Equal([false, false], decoder.Instruments.Select(instrument => instrument.IsProven));
    }

    [Fact]
    public void A_crossed_book_is_not_proven_until_it_uncrosses()
    {
        var decoder = Coinbase();
        Take(decoder, L2(0, "snapshot", "BTC-USD", "10"));
        Take(decoder, L2(1, "update", "BTC-USD", "1000"));
        Assert.Equal(BookProof.Crossed, decoder.Instruments[0].Proof);
        Take(decoder, L2(2, "update", "BTC-USD", "1000", "0"));
        Assert.True(decoder.Instruments[0].IsProven);
    }

    private static void AssertProven(FeedDecoder decoder, int bids)
    {
        Assert.Equal(BookProof.Proven, decoder.Instruments[0].Proof);
        Assert.Equal(bids, decoder.Instruments[0].Book.Bids.Count);
    }

    private static RejectReason Accept(FeedDecoder decoder, string frame, string context = "") =>
        decoder.Accept(Encoding.UTF8.GetBytes(frame), context, 1);

    private static void Take(FeedDecoder decoder, string frame, string context = "") =>
        Assert.Equal(RejectReason.None, Accept(decoder, frame, context));

    private static string Diff(long first, long last, string price, string quantity) =>
        $$"""{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":{{first}},"u":{{last}},"b":[["{{price}}","{{quantity}}"]],"a":[]}""";

    private static string Snapshot(long id) => $$"""{"lastUpdateId":{{id}},"bids":[["1","1"]],"asks":[["100","1"]]}""";

    private static string BybitBook(string type, long id, int depth)
    {
        var data = $"{{\"s\":\"BTCUSDT\",\"b\":[[\"1\",\"1\"]],\"a\":[],\"u\":{id},\"seq\":1}}";
        return $"{{\"topic\":\"orderbook.{depth}.BTCUSDT\",\"type\":\"{type}\",\"ts\":1,\"data\":{data}}}";
    }

    private static string L2(long sequence, string type, string pair, string bid, string quantity = "1")
    {
        var updates = $"{{\"side\":\"bid\",\"price_level\":\"{bid}\",\"new_quantity\":\"{quantity}\"}},"
            + "{\"side\":\"offer\",\"price_level\":\"100\",\"new_quantity\":\"1\"}";
        return $"{{\"channel\":\"l2_data\",\"sequence_num\":{sequence},\"events\":"
            + $"[{{\"type\":\"{type}\",\"product_id\":\"{pair}\",\"updates\":[{updates}]}}]}}";
    }

    private FeedDecoder Binance() => new(Venue.Binance, [Symbol.Parse("BTC/USDT")], discover: false, _sink);

    private FeedDecoder Coinbase() =>
        new(Venue.Coinbase, [Symbol.Parse("BTC/USD"), Symbol.Parse("ETH/USD")], discover: false, _sink);
}
