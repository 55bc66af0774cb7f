using System.Text;
using System.Text.Json;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Venues.Reference;
using Strikeline.Venues;
using Strikeline.Venues.Kraken;

namespace Strikeline.Unit.Venues;

/// <summary>Examples of the venues' documents, which are no recordings but show every message shape.</summary>
public sealed class FixtureTests
{
    [Theory]
    [InlineData(Venue.Binance, "binance", "ws-*.jsonl", 0)]
    [InlineData(Venue.Coinbase, "coinbase", "advanced-*.json*", 2)]
    [InlineData(Venue.Kraken, "kraken", "v2-*.json*", 0)]
    [InlineData(Venue.Bybit, "bybit", "v5-*.jsonl", 0)]
    public void Every_example_is_parsed_or_refused_with_a_reason(Venue venue, string folder, string pattern, int refused)
    {
        var files = Directory.GetFiles(RecordedData.File(folder), pattern).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        var rejections = new List<string>();
        foreach (var file in files)
        {
            var decoder = new FeedDecoder(venue, [], discover: true, new NullSink());
            foreach (var frame in RecordedFrames.Load(venue, file))
            {
                var reason = decoder.Accept(frame.Payload, frame.Context, frame.Nanos);
                if (reason != RejectReason.None)
                {
                    rejections.Add($"{Path.GetFileName(file)}: {reason}");
                }
            }

            Assert.Equal(decoder.Tally.Frames, decoder.Tally.Parsed + decoder.Tally.Rejected);
        }

        // Bodies of REST answers lie among the files; those are no messages of the streams.
        Assert.True(rejections.TrueForAll(line => line.Contains("-rest-", StringComparison.Ordinal)), string.Join('\n', rejections));
        Assert.Equal(refused, rejections.Count);
    }

    [Fact]
    public void The_documented_v2_snapshot_proves_itself_by_its_checksum()
    {
        var frames = RecordedFrames.Load("kraken/v2-book-1.jsonl");
        var decoder = new FeedDecoder(Venue.Kraken, [], discover: true, new NullSink());
        var reference = new ReferenceKraken();
        reference.Precision.Add("ETH/USDT", (4, 8));
        foreach (var frame in frames)
        {
            Assert.Equal(RejectReason.None, decoder.Accept(frame.Payload, string.Empty, 0));
            reference.Take(frame.Payload, string.Empty);
        }

        Assert.Equal((1, 0), (decoder.Tally.ChecksumsChecked, decoder.Tally.ChecksumFailures));
        Assert.Equal(1, reference.ChecksumsMatched);
        Assert.True(decoder.Instruments[0].IsProven);
        BookAssert.Equal(reference.Books["ETH/USDT"], decoder.Instruments[0], asText: true, "documented snapshot");
    }

    [Theory]
    [InlineData("kraken/v2-book-snapshot-2.json")]
    public void A_snapshot_whose_checksum_is_wrong_is_read_and_not_believed(string file)
    {
        var decoder = new FeedDecoder(Venue.Kraken, [], discover: true, new NullSink());
        Assert.Equal(RejectReason.None, decoder.Accept(RecordedFrames.Load(file)[0].Payload, string.Empty, 0));
        Assert.Equal(1, decoder.Tally.ChecksumFailures);
        Assert.Equal(BookProof.ChecksumFailed, decoder.Instruments[0].Proof);
        Assert.Equal(0, decoder.Instruments[0].Book.Bids.Count);
    }

    [Fact]
    public void Published_checksum_vectors_match()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("kraken/checksum-vectors-1.json")));
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var plain = new PlainBook();
            plain.SetPairs(true, vector.GetProperty("bids"));
            plain.SetPairs(false, vector.GetProperty("asks"));
            var expected = vector.GetProperty("checksum").GetUInt32();
            Assert.Equal(expected, plain.Checksum());

            var book = new OrderBook();
            book.Load(Levels(vector.GetProperty("bids")), Levels(vector.GetProperty("asks")));
            var price = vector.GetProperty("bids")[0][0].GetString()!;
            var decimals = price.Length - price.IndexOf('.', StringComparison.Ordinal) - 1;
            Assert.True(KrakenChecksum.TryCompute(book, Grid.Wire, decimals, 8, out var checksum));
            Assert.Equal(expected, checksum);
        }
    }

    [Fact]
    public void The_documented_advanced_trade_snapshot_becomes_the_book()
    {
        var frame = RecordedFrames.Load("coinbase/advanced-l2-snapshot-1.json")[0];
        var decoder = new FeedDecoder(Venue.Coinbase, [], discover: true, new NullSink());
        var reference = new ReferenceCoinbase();
        Assert.Equal(RejectReason.None, decoder.Accept(frame.Payload, string.Empty, 0));
        reference.Take(frame.Payload, string.Empty);
        BookAssert.Equal(reference.Books["BTC-USD"], decoder.Instruments[0], asText: true, "documented snapshot");
        Assert.True(decoder.Instruments[0].IsProven);
    }

    [Fact]
    public void Documented_trades_keep_the_takers_side()
    {
        Assert.Equal(Side.Sell, TakerOf(Venue.Kraken, "kraken/v2-trade-1.jsonl"));
        Assert.Equal(Side.Buy, TakerOf(Venue.Kraken, "kraken/v2-trade-2.json"));
        Assert.Equal(Side.Buy, TakerOf(Venue.Bybit, "bybit/v5-spot-public-trade-1.jsonl"));
        Assert.Equal(Side.Sell, TakerOf(Venue.Binance, "binance/ws-trade-1.jsonl"));

        // Coinbase names the maker's side.
        Assert.Equal(Side.Sell, TakerOf(Venue.Coinbase, "coinbase/advanced-market-trades-1.jsonl"));
    }

    private static Side TakerOf(Venue venue, string file)
    {
        var sink = new TradeSink();
        var decoder = new FeedDecoder(venue, [], discover: true, sink);
        foreach (var frame in RecordedFrames.Load(venue, file))
        {
            decoder.Accept(frame.Payload, string.Empty, 0);
        }

        Assert.Equal(1, decoder.Tally.TradeMessages);
        return Assert.Single(sink.Sides.Distinct());
    }

    private static Level[] Levels(JsonElement levels) =>
        [.. levels.EnumerateArray().Select(level => new Level(Eight(level[0]), Eight(level[1])))];

    private static long Eight(JsonElement number)
    {
        Assert.True(DecimalText.TryParse(Encoding.ASCII.GetBytes(number.GetString()!), 8, out var value));
        return value;
    }

    private sealed class TradeSink : IFeedSink
    {
        public List<Side> Sides { get; } = [];

        public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos) => Sides.Add(e.TakerSide);

        public void OnBook(
            FeedInstrument instrument,
            in VenueEvent e,
            ReadOnlySpan<Level> bids,
            ReadOnlySpan<Level> asks,
            long receivedNanos) => throw new InvalidOperationException("no book was sent");

        public void OnProof(FeedInstrument instrument, long receivedNanos)
        {
        }
    }
}
