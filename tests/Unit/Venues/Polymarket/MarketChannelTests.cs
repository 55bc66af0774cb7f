using System.Text;
using Strikeline.Lab;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using static Strikeline.Unit.Venues.Polymarket.PolymarketTexts;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>The market channel's frames, and when a book is believed.</summary>
public sealed class MarketChannelTests
{
    private const long Second = Stamps.NanosPerSecond;

    [Fact]
    public void Every_recorded_file_is_understood_or_refused_with_a_reason()
    {
        var files = Directory.GetFiles(RecordedData.File("polymarket"));
        Assert.InRange(files.Length, 30, 100);
        foreach (var file in files)
        {
            using var replay = new OutcomeReplay(Venue.Polymarket);
            using var source = RecordingFiles.Open([file], Venue.Polymarket);
            while (source.MoveNext())
            {
                replay.Take(source);
            }

            var report = replay.Report();
            var name = Path.GetFileName(file);
            Assert.True(report.Frames > 0, name);
            Assert.Equal(report.Frames, report.Parsed + report.Rejected);
            Assert.Equal(report.Rejected, report.RejectedByReason.Sum(pair => pair.Count));
            var isMarketData = name.StartsWith("ws-book", StringComparison.Ordinal)
                || name.StartsWith("ws-last", StringComparison.Ordinal) || name.StartsWith("ws-tick", StringComparison.Ordinal)
                || name.StartsWith("ws-price", StringComparison.Ordinal) || name.StartsWith("ws-quotes", StringComparison.Ordinal)
                || name.StartsWith("gamma", StringComparison.Ordinal) || name.StartsWith("rtds", StringComparison.Ordinal);
            Assert.True(!isMarketData || report.Rejected == 0, $"{name}: {string.Join(',', report.RejectedByReason)}");
        }
    }

    [Fact]
    public void A_replay_gives_the_same_hash_again_and_books_by_token()
    {
        var (first, report) = Replay("ws-book-1.jsonl");
        Assert.Equal(first, Replay("ws-book-1.jsonl").Hash);
        Assert.NotEqual(first, Replay("ws-last-trade-price-1.jsonl").Hash);
        Assert.Equal(5, report.Books.Count);
        var book = report.Books["55558439202698150487746672855322717857013777460388991228050731207297477093591"];
        Assert.Equal(new BookLine("0.13", "0.14", 10, 38, true), book);
        Assert.Equal(5, Replay("ws-last-trade-price-1.jsonl").Report.Trades);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_frame_changes_both_tokens_and_levels_come_in_any_order(bool rewritten)
    {
        var texts = new PolymarketTexts();
        Say(texts, Book(Yes, "30@0.48 15@0.50 20@.49", "10@0.54 25@0.52 60@0.53"), rewritten);
        Say(texts, Book(No, "25@0.48 60@0.47", "15@0.5 20@0.51"), rewritten);
        Say(
            texts, Change(2_000, Item(Yes, "BUY", "0.51", "7.5", "0.51", "0.52"), Item(No, "SELL", "0.49", "7.5", "0.48", "0.49")),
            rewritten);
        var yes = texts.Record.Books[Yes];
        Assert.Equal(BookProof.Proven, yes.Proof);
        Assert.Equal([new(510_000, 7_500_000), new(500_000, 15_000_000), new(490_000, 20_000_000), new(480_000, 30_000_000)], yes.Bids);
        Assert.Equal([new(520_000, 25_000_000), new(530_000, 60_000_000), new(540_000, 10_000_000)], yes.Asks);
        Assert.Equal(new Level(490_000, 7_500_000), texts.Record.Books[No].Asks[0]);

        // Zero removes; an array of events is one frame.
        var frame = $"[{Change(3_000, Item(Yes, "BUY", "0.51", "0", "0.5", "0.52"), Item(No, "SELL", "0.49", "0", "0.48", "0.5"))}]";
        Say(texts, frame, rewritten);
        Assert.Equal(new Level(500_000, 15_000_000), texts.Record.Books[Yes].Bids[0]);
        Assert.Equal(BookProof.Proven, texts.Record.Books[No].Proof);
        Assert.Equal(0, texts.Decoder.Tally.Rejected);

        // Between the two changes the tokens would look as if both could be bought below a dollar.
        Assert.Equal([1, 1, 2, 2], texts.Record.Together);
    }

    [Fact]
    public void Best_prices_that_differ_unprove_the_book_until_the_next_whole_one()
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.47", "1", "0.48", "0.53")), 2);
        Assert.Equal(BookProof.CrossCheckFailed, texts.Record.Books[Yes].Proof);
        Assert.Empty(texts.Record.Books[Yes].Bids);
        texts.Say(Change(3_000, Item(Yes, "BUY", "0.49", "1", "0.49", "0.53")), 3);
        Assert.Empty(texts.Record.Books[Yes].Bids);
        texts.Say(Book(Yes, "30@0.49", "25@0.53", 4_000), 4);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        Assert.Equal(1, texts.Decoder.Tally.Gaps);
    }

    [Fact]
    public void Empty_sides_are_written_as_the_ends_of_the_range_or_not_at_all()
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", ""), 1);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.5", "200", "0.5", "1")), 2);
        texts.Say(Change(3_000, Item(Yes, "BUY", "0.51", "200", "0.51", "0")), 3);
        texts.Say(Change(4_000, Item(Yes, "BUY", "0.52", "200", "", "")), 4);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        Assert.Equal(4, texts.Record.Books[Yes].Bids.Count);
        texts.Say(Change(5_000, Item(Yes, "BUY", "0.53", "1", "0.53", "0.9")), 5);
        Assert.Equal(BookProof.CrossCheckFailed, texts.Record.Books[Yes].Proof);
    }

    [Fact]
    public void A_new_tick_begins_a_new_epoch_on_every_socket_and_the_rules_follow()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Decoder.Connected(2, 0);
        texts.Describe(Gamma());
        for (var socket = 1; socket <= 2; socket++)
        {
            texts.Say(Book(Yes, "30@0.96", "25@0.97"), 1, socket);
        }

        texts.Say(Tick(Yes, "0.01", "0.001", 2_000), 2);
        Assert.Equal(BookProof.AwaitingSnapshot, texts.Record.Books[Yes].Proof);
        Assert.Equal(1_000, texts.Record.Markets[Market].Rules.Bands[0].TickPpm);

        // Changes before the next whole book are of the old epoch, wherever they come; so are old books.
        texts.Say(Change(1_900, Item(Yes, "BUY", "0.95", "1", "0.96", "0.97")), 3, 2);
        texts.Say(Book(Yes, "31@0.96", "25@0.97", 1_900), 3, 2);
        texts.Say(Change(2_100, Item(Yes, "BUY", "0.961", "1", "0.961", "0.97")), 3);
        Assert.Empty(texts.Record.Books[Yes].Bids);
        texts.Say(Book(Yes, "30@0.961", "25@0.97", 2_200, ",\"tick_size\":\"0.001\""), 4);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);

        // The second socket says the same later: that is no news.
        texts.Say(Tick(Yes, "0.01", "0.001", 2_000), 5, 2);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        Assert.Empty(texts.Record.Alerts);

        texts.Say(Tick(Yes, "0.001", "0.0003", 3_000), 6);
        Assert.Equal("UNKNOWN_TICK", Assert.Single(texts.Record.Alerts).Code);
        texts.Say(Tick(Yes, "0.0003", "0.01", 4_000), 7);
        Assert.Equal(10_000, texts.Record.MarketsInOrder[^1].Rules.Bands[0].TickPpm);
    }

    [Fact]
    public void Unknown_events_are_counted_and_the_books_go_on()
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1);
        Assert.Equal(RejectReason.UnknownShape, texts.Say($"{{\"event_type\":\"fancy\",\"asset_id\":\"{Yes}\"}}", 2));
        Assert.Equal(RejectReason.None, texts.Say("PONG", 3));
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);

        // What would change a book under a name that is not understood does not leave it believed.
        var renamed = Change(2_000, Item(Yes, "BUY", "0.47", "1", "0.48", "0.52")).Replace("\"price_change\"", "\"price_ch\"", StringComparison.Ordinal);
        Assert.Equal(RejectReason.BadField, texts.Say(renamed, 4));
        Assert.Equal(BookProof.FrameRejected, texts.Record.Books[Yes].Proof);
    }

    [Theory]
    [InlineData("\"price\":\"0.47\"", "\"price\":\"0.4700001\"", RejectReason.OffGrid)]
    [InlineData("\"price\":\"0.47\"", "\"price\":\"1\"", RejectReason.OffGrid)]
    [InlineData("\"price\":\"0.47\"", "\"price\":\"NaN\"", RejectReason.OffGrid)]
    [InlineData("\"price\":\"0.47\"", "\"price\":\"\"", RejectReason.MissingField)]
    [InlineData("\"side\":\"BUY\"", "\"side\":\"HOLD\"", RejectReason.BadField)]
    [InlineData("\"side\":\"BUY\"", "\"side\":\"BUY\",\"side\":\"BUY\"", RejectReason.DuplicateField)]
    [InlineData("\"size\":\"1\"", "\"size\":\"-1\"", RejectReason.OffGrid)]
    [InlineData("\"size\":\"1\",", "", RejectReason.MissingField)]
    [InlineData("\"timestamp\":\"2000\"", "\"timestamp\":\"x\"", RejectReason.BadField)]
    [InlineData("}]", "}", RejectReason.MalformedJson)]
    public void A_frame_that_cannot_be_read_unproves_what_it_may_have_changed(string what, string with, RejectReason reason)
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1);
        texts.Say(Book(No, "25@0.48", "30@0.52"), 1);
        var frame = Change(2_000, Item(Yes, "BUY", "0.47", "1", "0.48", "0.52"));
        Assert.Contains(what, frame, StringComparison.Ordinal);
        Assert.Equal(reason, texts.Say(frame.Replace(what, with, StringComparison.Ordinal), 2));
        Assert.Equal(BookProof.FrameRejected, texts.Record.Books[Yes].Proof);
        Assert.Equal(
            reason == RejectReason.MalformedJson ? BookProof.FrameRejected : BookProof.Proven, texts.Record.Books[No].Proof);
    }

    [Fact]
    public void Tokens_of_others_are_passed_over_and_their_frames_alone_are_unknown()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1);
        var mixed = Change(2_000, Item("99", "SELL", "0.53", "1", "0.1", "0.2"), Item(Yes, "BUY", "0.47", "1", "0.48", "0.52"));
        Assert.Equal(RejectReason.None, texts.Say(mixed, 2));
        Assert.Equal(2, texts.Record.Books[Yes].Bids.Count);
        Assert.Equal(RejectReason.UnknownSymbol, texts.Say(Book("99", "30@0.48", "25@0.52"), 3));
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
    }

    [Fact]
    public void A_second_socket_takes_over_without_an_unproven_moment()
    {
        var texts = new PolymarketTexts();
        texts.Decoder.Connected(2, 0);
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1);
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), 1, 2);
        texts.Decoder.Disconnected(1, 2);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.49", "1", "0.49", "0.52")), 3, 2);
        Assert.Equal(490_000, texts.Record.Books[Yes].Bids[0].Price);
        Assert.Equal([BookProof.Proven], texts.Record.Proofs.Select(p => p.Proof));
        texts.Decoder.Disconnected(2, 4);
        Assert.Equal(BookProof.Disconnected, texts.Record.Books[Yes].Proof);
    }

    [Fact]
    public void A_socket_that_misses_what_another_hears_loses_its_say_after_two_seconds()
    {
        var texts = new PolymarketTexts();
        texts.Decoder.Connected(2, 0);
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), Second);
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), Second, 2);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.49", "1", "0.49", "0.52")), 2 * Second, 2);
        texts.Decoder.Judge(2 * Second);
        texts.Decoder.Judge(3 * Second);
        Assert.Equal(480_000, texts.Record.Books[Yes].Bids[0].Price);
        texts.Decoder.Judge((4 * Second) + 1);
        Assert.Equal(490_000, texts.Record.Books[Yes].Bids[0].Price);
        Assert.Equal([BookProof.Proven], texts.Record.Proofs.Select(p => p.Proof));
        Assert.Equal(BookProof.Stale, texts.Decoder.Board.On(1, 0)!.Book.Proof);
    }

    [Fact]
    public void A_rest_answer_that_the_book_never_was_unproves_it_and_one_that_it_was_confirms_it()
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), Second);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.47", "1", "0.48", "0.52")), 10 * Second);
        Assert.Equal(RejectReason.None, texts.Reply("/book?token_id=x", Book(Yes, "30@0.48", "25@0.52"), 11 * Second));
        texts.Decoder.Judge(14 * Second);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);

        // An answer that is ahead of the stream is one that the stream comes to.
        texts.Reply("/book?token_id=x", Book(Yes, "30@0.48 1@0.47 2@0.46", "25@0.52"), 20 * Second);
        texts.Say(Change(3_000, Item(Yes, "BUY", "0.46", "2", "0.48", "0.52")), 21 * Second);
        texts.Decoder.Judge(25 * Second);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);

        texts.Reply("/book?token_id=x", Book(Yes, "30@0.48 1@0.47", "25@0.52 9@0.6"), 30 * Second);
        texts.Decoder.Judge(31 * Second);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        texts.Decoder.Judge(33 * Second);
        Assert.Equal(BookProof.CrossCheckFailed, texts.Record.Books[Yes].Proof);
    }

    [Fact]
    public void Best_prices_of_their_own_event_have_a_second_to_come_true()
    {
        var texts = new PolymarketTexts();
        texts.Say(Book(Yes, "30@0.48", "25@0.52"), Second);
        string Best(string bid, long millis) =>
            $"{{\"event_type\":\"best_bid_ask\",\"market\":\"{Market}\",\"asset_id\":\"{Yes}\",\"best_bid\":\"{bid}\","
            + $"\"best_ask\":\"0.52\",\"spread\":\"0.03\",\"timestamp\":\"{millis}\"}}";
        texts.Say(Best("0.49", 2_000), 2 * Second);
        texts.Say(Change(2_000, Item(Yes, "BUY", "0.49", "1", "0.49", "0.52")), 2 * Second);
        texts.Decoder.Judge(4 * Second);
        Assert.Equal(BookProof.Proven, texts.Record.Books[Yes].Proof);
        texts.Say(Best("0.5", 5_000), 5 * Second);
        texts.Decoder.Judge((6 * Second) + 1);
        Assert.Equal(BookProof.CrossCheckFailed, texts.Record.Books[Yes].Proof);
    }

    [Fact]
    public void Trades_and_outcomes_are_told()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Say(
            $"{{\"asset_id\":\"{No}\",\"event_type\":\"last_trade_price\",\"fee_rate_bps\":\"\",\"market\":\"{Market}\","
            + "\"price\":\"0.47\",\"side\":\"BUY\",\"size\":\"11.276594\",\"timestamp\":\"1770921576801\"}", 1);
        Assert.Equal(
            new OutcomeTrade(new MarketKey(Venue.Polymarket, No), 470_000, 11_276_594, Side.Buy, 1_770_921_576_801_000_000),
            Assert.Single(texts.Record.Trades));
        texts.Say(
            $"{{\"event_type\":\"market_resolved\",\"id\":\"1\",\"market\":\"{Market}\",\"assets_ids\":[\"{Yes}\",\"{No}\"],"
            + $"\"winning_asset_id\":\"{No}\",\"winning_outcome\":\"Down\",\"event_message\":{{\"id\":\"1\"}},\"timestamp\":\"1\"}}", 2);
        var market = texts.Record.MarketsInOrder[^1];
        Assert.Equal((MarketPhase.Resolved, 0L), (market.Phase, market.YesPaysPpm));
    }

    [Fact]
    public void Events_of_types_that_nobody_knows_are_counted_and_never_more_than_a_few_types()
    {
        var texts = new PolymarketTexts();
        texts.Say("{\"event_type\":\"halt\",\"market\":\"m\"}", 1);
        texts.Say("[{\"event_type\":\"halt\"},{\"event_type\":\"auction\"},{\"event_type\":\"book\"}]", 2);
        Assert.Equal([("halt", 2L), ("auction", 1L)], texts.Decoder.UnknownEvents.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(2, texts.Decoder.Tally.Rejected);
        for (var i = 0; i < 100; i++)
        {
            texts.Say($"{{\"event_type\":\"kind{i}\"}}", 3);
        }

        Assert.Equal(33, texts.Decoder.UnknownEvents.Count);
        Assert.Equal(70, texts.Decoder.UnknownEvents["others"]);
    }

    private static void Say(PolymarketTexts texts, string text, bool rewritten)
    {
        var frame = Encoding.UTF8.GetBytes(text);
        Assert.Equal(
            RejectReason.None, texts.Decoder.Accept(1, rewritten ? RecordedFrames.Rewritten(frame) : frame, string.Empty, 1));
    }

    private static (string Hash, ReplayReport Report) Replay(string file)
    {
        using var replay = new OutcomeReplay(Venue.Polymarket);
        using var source = RecordingFiles.Open([RecordedData.File($"polymarket/{file}")], Venue.None);
        while (source.MoveNext())
        {
            Assert.Equal(Venue.Polymarket, source.Venue);
            replay.Take(source);
        }

        var report = replay.Report();
        return (report.DecisionHash, report);
    }
}
