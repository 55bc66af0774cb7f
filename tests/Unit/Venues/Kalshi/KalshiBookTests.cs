using Strikeline.Venues;
using Strikeline.Venues.Kalshi;
using static Strikeline.Unit.Venues.Kalshi.KalshiTexts;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>The rules by which Kalshi's books are made and believed.</summary>
public sealed class KalshiBookTests
{
    private const string Other = "KXBTCD-26NOV2101-T63249.99";
    private const long Second = 1_000_000_000;

    private readonly OutcomeNotes _notes = new();
    private readonly KalshiDecoder _decoder;

    public KalshiBookTests() => _decoder = Decoder(_notes);

    [Fact]
    public void Bids_of_one_side_are_offers_of_the_other()
    {
        Snap(Ticker, 1, """[["0.4500","100.00"],["0.4700","50.25"]]""", """[["0.5000","3.00"],["0.5200","7.01"]]""");
        var book = BookOf(Ticker);
        Assert.Equal("0.47x50.25 0.45x100 | 0.48x7.01 0.5x3", Line(book.Yes));
        Assert.Equal("0.52x7.01 0.5x3 | 0.53x50.25 0.55x100", Line(book.No));
        Assert.Equal((Ticker, Ticker + ":no"), (book.Yes.Key.TokenId, book.No.Key.TokenId));
        Assert.Equal((BookProof.Proven, BookProof.Proven), (book.Yes.Proof, book.No.Proof));
    }

    [Fact]
    public void Changes_add_up_in_hundredths_of_a_share()
    {
        Snap(Ticker, 1, """[["0.4700","0.01"]]""", "[]");
        for (var seq = 2; seq <= 101; seq++)
        {
            _decoder.Say(Delta(Ticker, 5, seq, "yes", "0.4700", "0.01"));
        }

        _decoder.Say(Delta(Ticker, 5, 102, "no", "0.5010", "1234567.89"));
        Assert.Equal("0.47x1.01 | 0.499x1234567.89", Line(BookOf(Ticker).Yes));
        _decoder.Say(Delta(Ticker, 5, 103, "yes", "0.4700", "-1.01"));
        Assert.Equal("| 0.499x1234567.89", Line(BookOf(Ticker).Yes));
        Assert.Equal("0.501x1234567.89 |", Line(BookOf(Ticker).No));
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);
        Assert.Equal(1_795_212_000_123_000_000, BookOf(Ticker).Yes.VenueNanos);
    }

    [Theory]
    [InlineData("""{"market_ticker":"A","yes_dollars_fp":[["0.4600","250.00"]],"no_dollars_fp":[[0.5,10]]}""")]
    [InlineData("""{"market_ticker":"A","yes_dollars":[["0.46",250]],"no_dollars":[["0.50","10"]]}""")]
    [InlineData("""{"market_ticker":"A","yes":[[46,250]],"no":[[50,10]]}""")]
    [InlineData("""{"market_ticker":"A","no":[["50","10"]],"yes_dollars":[[0.46,250.00]],"yes":[[45,1]]}""")]
    [InlineData("""{"no_dollars_fp":[["0.500000",10.0]], "yes_dollars_fp" : [[4.6e-1,"250.000000"]],"market_ticker":"A"}""")]
    public void Every_shape_of_the_numbers_gives_the_same_book(string message)
    {
        Assert.Equal(RejectReason.None, _decoder.Say($"{{\"type\":\"orderbook_snapshot\",\"sid\":5,\"seq\":1,\"msg\":{message}}}"));
        Assert.Equal("0.46x250 | 0.5x10", Line(BookOf("A").Yes));
    }

    [Theory]
    [InlineData("\"price_dollars\":\"0.4600\",\"delta_fp\":\"-50.00\"")]
    [InlineData("\"price_dollars\":0.46,\"delta_fp\":-50")]
    [InlineData("\"price\":46,\"delta\":-50")]
    [InlineData("\"price\":46,\"delta\":-5e1,\"ts\":\"2026-02-14T15:30:00Z\"")]
    [InlineData("\"price\":1,\"price_dollars\":\"0.46\",\"delta\":7,\"delta_fp\":\"-50\"")]
    public void Every_shape_of_a_change_changes_the_same(string fields)
    {
        Snap(Ticker, 1, """[["0.4600","250.00"]]""", "[]");
        Assert.Equal(RejectReason.None, _decoder.Say(
            $"{{\"type\":\"orderbook_delta\",\"sid\":5,\"seq\":2,\"msg\":{{\"market_ticker\":\"{Ticker}\",\"side\":\"yes\",{fields}}}}}"));
        Assert.Equal("0.46x200 |", Line(BookOf(Ticker).Yes));
    }

    [Theory]
    [InlineData("1.0000", "1")]
    [InlineData("0.0000", "1")]
    [InlineData("0.00000049", "1")]
    [InlineData("0.5", "1e400")]
    [InlineData("0.5", "NaN")]
    [InlineData("0.5", "-")]
    [InlineData("0.5", "99999999999999999999")]
    [InlineData("-0.5", "1")]
    public void Numbers_that_cannot_be_are_refused_and_cost_the_proof(string price, string delta)
    {
        Snap(Ticker, 1, """[["0.4600","250.00"]]""", "[]");
        Assert.Equal(RejectReason.OffGrid, _decoder.Say(Delta(Ticker, 5, 2, "yes", price, delta)));
        Assert.Equal(BookProof.FrameRejected, BookOf(Ticker).Proof);
    }

    [Fact]
    public void A_hole_takes_the_proof_of_all_books_of_the_subscription_and_snapshots_give_it_back_one_by_one()
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", "[]");
        Snap(Other, 2, """[["0.3000","1.00"]]""", "[]");
        Snap("ELSEWHERE-1", 1, """[["0.3000","1.00"]]""", "[]", sid: 6);
        _decoder.Say(Delta(Ticker, 5, 4, "yes", "0.4600", "1.00"));
        Assert.Equal((BookProof.Gap, BookProof.Gap), (BookOf(Ticker).Proof, BookOf(Other).Proof));
        Assert.Equal(BookProof.Proven, BookOf("ELSEWHERE-1").Proof);
        Assert.Equal(1, _decoder.Tally.Gaps);
        _decoder.Say(Delta(Other, 5, 5, "yes", "0.3000", "1.00"));
        Snap(Other, 6, """[["0.3100","9.00"]]""", "[]");
        Assert.Equal((BookProof.Gap, BookProof.Proven), (BookOf(Ticker).Proof, BookOf(Other).Proof));
        Assert.Equal("0.31x9 |", Line(BookOf(Other).Yes));
        _decoder.Say(Delta(Ticker, 5, 7, "yes", "0.4600", "1.00"));
        Assert.Equal(0, BookOf(Ticker).Yes.Levels.Bids.Count);
    }

    [Fact]
    public void Answers_to_commands_take_numbers_too_and_what_was_seen_before_counts_once()
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", "[]");
        _decoder.Say("""{"id":3,"type":"ok","sid":5,"seq":2,"msg":{"market_tickers":["A"]}}""");
        _decoder.Say(Delta(Ticker, 5, 3, "yes", "0.4600", "1.00"));
        _decoder.Say(Delta(Ticker, 5, 3, "yes", "0.4600", "1.00"));
        _decoder.Say(Delta(Ticker, 5, 2, "yes", "0.4600", "1.00"));
        Assert.Equal("0.46x3 |", Line(BookOf(Ticker).Yes));
        Assert.Equal((0, BookProof.Proven), ((int)_decoder.Tally.Gaps, BookOf(Ticker).Proof));
    }

    [Fact]
    public void Trades_and_best_prices_have_numbers_of_their_own()
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", "[]");
        _decoder.Say($"{{\"type\":\"trade\",\"sid\":2,\"seq\":900,\"msg\":{{\"trade_id\":\"t\",\"market_ticker\":\"{Ticker}\","
            + "\"yes_price_dollars\":\"0.4610\",\"no_price_dollars\":\"0.5390\",\"count_fp\":\"8.94\",\"taker_side\":\"yes\","
            + "\"taker_outcome_side\":\"no\",\"ts_ms\":5}}");
        _decoder.Say($"{{\"type\":\"trade\",\"sid\":2,\"seq\":907,\"msg\":{{\"trade_id\":\"t\",\"market_ticker\":\"{Ticker}\","
            + "\"yes_price\":46,\"count\":1,\"taker_side\":\"yes\",\"ts\":1770897981}}");
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);
        Assert.Equal(
            [
                new OutcomeTrade(BookOf(Ticker).Yes.Key, 461_000, 8_940_000, Side.Sell, 5_000_000),
                new OutcomeTrade(BookOf(Ticker).No.Key, 539_000, 8_940_000, Side.Buy, 5_000_000),
                new OutcomeTrade(BookOf(Ticker).Yes.Key, 460_000, 1_000_000, Side.Buy, 1_770_897_981 * Second),
                new OutcomeTrade(BookOf(Ticker).No.Key, 540_000, 1_000_000, Side.Sell, 1_770_897_981 * Second),
            ],
            _notes.Trades);
    }

    [Fact]
    public void A_level_below_zero_says_that_something_is_missing()
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", "[]");
        Snap(Other, 2, """[["0.4600","2.00"]]""", "[]");
        _decoder.Say(Delta(Ticker, 5, 3, "yes", "0.4600", "-2.01"));
        Assert.Equal((BookProof.Gap, BookProof.Proven), (BookOf(Ticker).Proof, BookOf(Other).Proof));
    }

    [Fact]
    public void A_crossed_book_is_not_believed_until_it_uncrosses()
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", """[["0.5400","1.00"]]""");
        Assert.Equal(BookProof.Crossed, BookOf(Ticker).Proof);
        _decoder.Say(Delta(Ticker, 5, 2, "no", "0.5400", "-1.00"));
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);
    }

    [Fact]
    public void A_new_connection_knows_nothing_and_counts_anew()
    {
        Snap(Ticker, 41, """[["0.4600","2.00"]]""", "[]");
        _decoder.Disconnected(1, 3);
        Assert.Equal(BookProof.Disconnected, BookOf(Ticker).Proof);
        _decoder.Connected(2, 4);
        Assert.Equal(RejectReason.None, _decoder.Say(Delta(Ticker, 5, 42, "yes", "0.4600", "1.00")));
        Assert.Equal(0, BookOf(Ticker).Yes.Levels.Bids.Count);
        _decoder.Accept(2, System.Text.Encoding.UTF8.GetBytes(Snapshot(Ticker, 1, 1, """[["0.4100","2.00"]]""", "[]")), "", 5);
        Assert.Equal("0.41x2 |", Line(BookOf(Ticker).Yes));
        Assert.Equal(0, _decoder.Tally.Gaps);
    }

    [Fact]
    public void A_polled_book_is_believed_for_a_while_only_and_never_replaces_the_sockets()
    {
        const string Path = "/trade-api/v2/markets/orderbooks?tickers=" + Ticker;
        _decoder.Say(Books(Ticker, """[["0.4600","2.00"]]""", "[]"), 10 * Second, Path);
        Assert.Equal((BookProof.Proven, "0.46x2 |"), (BookOf(Ticker).Proof, Line(BookOf(Ticker).Yes)));
        _decoder.Expire(13 * Second);
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);
        _decoder.Expire((13 * Second) + 1);
        Assert.Equal((BookProof.Stale, 0), (BookOf(Ticker).Proof, BookOf(Ticker).Yes.Levels.Bids.Count));

        _decoder.Say(Snapshot(Ticker, 5, 1, """[["0.4700","2.00"]]""", "[]"), 20 * Second);
        _decoder.Say(Books(Ticker, """[["0.1000","2.00"]]""", "[]"), 21 * Second, Path);
        _decoder.Expire(22 * Second);
        Assert.Equal((BookProof.Proven, "0.47x2 |"), (BookOf(Ticker).Proof, Line(BookOf(Ticker).Yes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_book_that_stands_still_while_the_venue_says_otherwise_is_condemned(bool byRest)
    {
        _decoder.Say(Snapshot(Ticker, 5, 1, """[["0.4700","2.00"]]""", "[]"), 20 * Second);
        Contradict("0.4700", 21);
        _decoder.Expire(30 * Second);
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);

        // The other channel was ahead: the book follows.
        Contradict("0.4600", 31);
        _decoder.Say(Delta(Ticker, 5, 2, "yes", "0.4600", "1"), 32 * Second);
        _decoder.Say(Delta(Ticker, 5, 3, "yes", "0.4700", "-2"), 32 * Second);
        _decoder.Expire(40 * Second);
        Assert.Equal(BookProof.Proven, BookOf(Ticker).Proof);

        Contradict("0.4400", 41);
        _decoder.Expire(43 * Second);
        Assert.Equal(BookProof.CrossCheckFailed, BookOf(Ticker).Proof);

        void Contradict(string bid, long second)
        {
            var size = bid == "0.4700" ? "2.00" : "1.00";
            _ = byRest
                ? _decoder.Say(Books(Ticker, $"[[\"{bid}\",\"{size}\"]]", "[]"), second * Second, "/markets/orderbooks?")
                : _decoder.Say(
                    $"{{\"type\":\"ticker\",\"sid\":3,\"msg\":{{\"market_ticker\":\"{Ticker}\",\"yes_bid_dollars\":\"{bid}\","
                    + "\"yes_ask_dollars\":\"1.0000\"}}", second * Second);
        }
    }

    [Theory]
    [InlineData("{\"type\":\"orderbook_delta\",\"sid\":5,", BookProof.FrameRejected, BookProof.FrameRejected)]
    [InlineData("not json", BookProof.FrameRejected, BookProof.FrameRejected)]
    [InlineData("{\"type\":\"orderbook_delta\",\"sid\":5,\"seq\":3,\"msg\":{\"market_ticker\":\"" + Other + "\"}}", BookProof.Proven, BookProof.FrameRejected)]
    [InlineData("{\"type\":\"orderbook_delta\",\"sid\":5,\"seq\":3,\"msg\":{\"market_ticker\":7}}", BookProof.FrameRejected, BookProof.FrameRejected)]
    [InlineData("{\"type\":\"orderbook_news\",\"sid\":5,\"seq\":3,\"msg\":{}}", BookProof.FrameRejected, BookProof.FrameRejected)]
    [InlineData("{\"type\":\"trade\",\"sid\":9,\"seq\":3,\"msg\":{}}", BookProof.Proven, BookProof.Proven)]
    [InlineData("{\"type\":\"something_new\",\"sid\":9,\"msg\":{}}", BookProof.Proven, BookProof.Proven)]
    [InlineData("{\"type\":\"error\",\"sid\":5,\"msg\":{\"code\":25,\"msg\":\"buffer overflow\"}}", BookProof.Gap, BookProof.Gap)]
    [InlineData("{\"type\":\"error\",\"id\":5,\"msg\":{\"code\":6,\"msg\":\"already\"}}", BookProof.Proven, BookProof.Proven)]
    public void What_cannot_be_read_costs_the_books_that_it_may_have_changed(string frame, BookProof first, BookProof second)
    {
        Snap(Ticker, 1, """[["0.4600","2.00"]]""", "[]");
        Snap(Other, 2, """[["0.4600","2.00"]]""", "[]");
        _decoder.Say(frame);
        Assert.Equal((first, second), (BookOf(Ticker).Proof, BookOf(Other).Proof));
        Assert.Equal(_decoder.Tally.Frames, _decoder.Tally.Parsed + _decoder.Tally.Rejected);
    }

    [Fact]
    public void Markets_that_nobody_watches_only_count()
    {
        var decoder = Decoder(new OutcomeNotes(), discover: false);
        decoder.Table.Add(Ticker);
        decoder.Say(Snapshot(Ticker, 5, 1, """[["0.4700","2.00"]]""", "[]"));
        Assert.Equal(RejectReason.UnknownSymbol, decoder.Say(Delta(Other, 5, 2, "yes", "0.4600", "1")));
        Assert.Equal(RejectReason.None, decoder.Say(Delta(Ticker, 5, 3, "yes", "0.4600", "1")));
        Assert.Equal("0.47x2 0.46x1 |", Line(decoder.Table.Find(Ticker)!.Yes));
        Assert.Single(decoder.Table.All);
    }

    [Fact]
    public void Index_values_are_told_with_their_means()
    {
        _decoder.Say("""
            {"type":"cfbenchmarks_value","sid":1,"seq":42,"msg":{"index_id":"BRTI","received_at":1710000000341,
            "data":"{\"type\":\"value\",\"id\":\"BRTI\",\"time\":1710000000123,\"value\":\"68000.12\"}",
            "avg_60s_data":{"value":"67999.123456789","window_size":60,"window_start_ts_ms":1709999940000,
            "window_end_ts_exclusive":1710000000000}}}
            """);
        _decoder.Say("""
            {"type":"cfbenchmarks_value_5hz","sid":1,"seq":43,"msg":{"index_id":"ETHUSD_RTI","value_usd":"3100.5",
            "source_ts_ms":1710000000323,"received_at":1710000000341,"data":"{}"}}
            """);
        _decoder.Say("""
            {"type":"cfbenchmarks_value","sid":1,"seq":44,"msg":{"index_id":"BRTI","received_at":1,
            "data":"{\"time\":1710000001123,\"value\":\"68001\"}","avg_60s_data":{"value":"1.0","window_size":3,
            "window_start_ts_ms":0,"window_end_ts_exclusive":1710000001000}}}
            """);
        Assert.Equal(
            [
                new ReferencePrice(Venue.Kalshi, "BTC", "cfbenchmarks", "last", 6_800_012_000_000, 1_710_000_000_123_000_000),
                new ReferencePrice(Venue.Kalshi, "BTC", "cfbenchmarks", "mean60", 6_799_912_345_678, 1_710_000_000_000_000_000),
                new ReferencePrice(Venue.Kalshi, "ETH", "cfbenchmarks", "last", 310_050_000_000, 1_710_000_000_323_000_000),
                new ReferencePrice(Venue.Kalshi, "BTC", "cfbenchmarks", "last", 6_800_100_000_000, 1_710_000_001_123_000_000),
            ],
            _notes.References);
        Assert.Equal(0, _decoder.Tally.Rejected);
    }

    private void Snap(string ticker, long seq, string yes, string no, long sid = 5) =>
        Assert.Equal(RejectReason.None, _decoder.Say(Snapshot(ticker, sid, seq, yes, no)));

    private KalshiBook BookOf(string ticker) => _decoder.Table.Find(ticker)!;
}
