using System.Text;
using System.Text.Json;
using Strikeline.Lab;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Strikeline.Venues.Kalshi;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Recordings and documented examples of Kalshi.</summary>
public sealed class KalshiFixtureTests
{
    [Fact]
    public void Every_file_is_parsed_or_refused_with_a_reason()
    {
        var refused = new List<string>();
        foreach (var file in Directory.GetFiles(RecordedData.File("kalshi")).Order(StringComparer.Ordinal))
        {
            var decoder = OutcomeDecoders.Of(Venue.Kalshi, new OutcomeNotes());
            decoder.Connected(0, 1);
            foreach (var frame in RecordedFrames.Load(Venue.Kalshi, file))
            {
                var reason = decoder.Accept(0, frame.Payload, frame.Context, 2);
                if (reason != RejectReason.None)
                {
                    refused.Add($"{Path.GetFileName(file)}: {reason}");
                }
            }

            Assert.Equal(decoder.Tally.Frames, decoder.Tally.Parsed + decoder.Tally.Rejected);
            Assert.NotEqual(0, decoder.Tally.Frames);
        }

        // The recorder of the REST answers wrapped them in an object of its own.
        Assert.All(refused, line => Assert.Matches("^rest-.*: UnknownShape$", line));
        Assert.Equal(9, refused.Count);
    }

    [Theory]
    [InlineData("rest-event-single-1.json", "/events/KXELONMARS-99", RejectReason.None)]
    [InlineData("rest-market-single-1.json", "/markets/KXMVENFLSINGLEGAME-S202513E70FA7695-688BECB3826", RejectReason.None)]
    [InlineData("rest-series-single-1.json", "/series/CO2", RejectReason.None)]
    [InlineData("rest-exchange-status-1.json", "/exchange/status", RejectReason.None)]
    [InlineData("rest-orderbook-1.json", "/markets/KXMVENFLSINGLEGAME-S202513E70FA7695-688BECB3826/orderbook", RejectReason.None)]
    [InlineData("rest-series-candlesticks-1.json", "/series/KXELONMARS/markets/KXELONMARS-99/candlesticks", RejectReason.UnknownShape)]
    [InlineData("rest-event-metadata-1.json", "/events/KXELONMARS-99/metadata", RejectReason.UnknownShape)]
    [InlineData("rest-create-order-1.json", "/portfolio/orders", RejectReason.UnknownShape)]
    [InlineData("rest-cancel-order-1.json", "/portfolio/orders/x", RejectReason.UnknownShape)]
    public void Recorded_answers_are_read_or_refused(string file, string path, RejectReason expected)
    {
        Assert.Equal(expected, Answer(KalshiTexts.Decoder(new OutcomeNotes()), file, path));
    }

    [Fact]
    public void A_recorded_event_becomes_its_market()
    {
        var notes = new OutcomeNotes();
        var decoder = KalshiTexts.Decoder(notes);
        Answer(decoder, "rest-event-single-1.json", "/events/KXELONMARS-99");
        decoder.Say(KalshiTexts.Series("KXELONMARS"), 3, "/series/KXELONMARS");
        var market = Assert.Single(notes.Markets);
        Assert.Equal(("KXELONMARS-99", "Will Elon Musk visit Mars before Aug 1, 2099?"), (market.MarketId, market.Question));
        Assert.Equal([new PriceBand(10_000, 990_000, 10_000)], market.Rules.Bands);
        Assert.Equal((MarketPhase.Open, null, 1), (market.Phase, market.Price, market.EventMarkets));
        Assert.Empty(notes.Alerts);
    }

    [Fact]
    public void An_empty_book_of_null_sides_is_a_book()
    {
        var decoder = KalshiTexts.Decoder(new OutcomeNotes());
        Answer(decoder, "rest-orderbook-1.json", "/trade-api/v2/markets/KXMVENFLSINGLEGAME-S202513E70FA7695-688BECB3826/orderbook?depth=0");
        var book = Assert.Single(decoder.Table.All);
        Assert.Equal((BookProof.Proven, "|"), (book.Proof, KalshiTexts.Line(book.Yes)));
    }

    [Fact]
    public void The_documented_snapshot_is_read_and_its_crossed_book_not_believed()
    {
        using var source = RecordingFiles.Open([RecordedData.File("kalshi/ws-orderbook-snapshot-1.json")], Venue.Kalshi);
        using var replay = new OutcomeReplay(Venue.Kalshi);
        while (source.MoveNext())
        {
            replay.Take(source);
        }

        var report = replay.Report();
        Assert.Equal((1, 1, 0), (report.Frames, report.Parsed, report.Rejected));
        Assert.Equal(["KXBTCD-26FEB14-T100000", "KXBTCD-26FEB14-T100000:no"], report.Books.Keys);
        Assert.Equal(new BookLine(null, null, 2, 2, false), report.Books["KXBTCD-26FEB14-T100000"]);
    }

    [Fact]
    public void Recorded_trades_and_tickers_are_read_whole()
    {
        var notes = new OutcomeNotes();
        var decoder = KalshiTexts.Decoder(notes);
        foreach (var frame in RecordedFrames.Load(Venue.Kalshi, "kalshi/ws-trade-1.jsonl", "kalshi/ws-ticker-1.jsonl"))
        {
            Assert.Equal(RejectReason.None, decoder.Accept(frame.Payload, string.Empty, 2));
        }

        Assert.Equal((5, 0), (decoder.Tally.TradeMessages, decoder.Tally.Gaps));
        var first = notes.Trades[0];
        Assert.Equal(
            ("KXSOLD-26FEB1217-T79.9999", 770_000, 75_000_000, Side.Buy, 1_770_897_981_000_000_000),
            (first.Key.TokenId, first.PricePpm, first.SizeMicro, first.TakerSide, first.VenueNanos));
    }

    private static RejectReason Answer(KalshiDecoder decoder, string file, string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("kalshi/" + file)));
        var inner = Encoding.UTF8.GetBytes(document.RootElement.GetProperty("response").GetRawText());
        return decoder.Accept(0, inner, path, 2);
    }
}
