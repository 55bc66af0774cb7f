using System.Text;
using Strikeline.Host.Bridges;
using Strikeline.Testnet;
using Strikeline.Unit.Testnet;
using Strikeline.Venues;

namespace Strikeline.Unit.Host;

/// <summary>Real recordings through the testnet's protocols and back through the program's own decoders.</summary>
public sealed class TapeFloorTests
{
    private const long OpenNanos = 1_790_000_000 * Stamps.NanosPerSecond;

    [Theory]
    [InlineData(Venue.Binance, "binance/spot-recording-1.txt.gz", 60)]
    [InlineData(Venue.Coinbase, "coinbase/exchange-session-1.txt.gz", 5)]
    [InlineData(Venue.Kraken, "kraken/v1-book-session-1.txt.gz", 5)]
    [InlineData(Venue.Bybit, "bybit/v5-orderbook500-recording-1.jsonl.gz", 1)]
    public void A_looping_tape_is_a_proven_book_for_a_client_at_every_step(Venue venue, string file, double speed)
    {
        using var script = new TapeScript(new TapeFiles([RecordedData.File(file)]), speed, loop: true);
        var floor = new MarketFloor(script, 1, TimeSpan.FromHours(24), OpenNanos);
        var pair = floor.Pairs[0];
        var client = new FloorClient(floor, venue, Path(venue)).Say(Subscribe(venue, pair.Pair.Symbol));
        var decoder = new FeedDecoder(venue, [pair.Pair.Symbol], discover: false, new NullSink());
        Read();
        floor.StepOnce();
        Read();
        if (venue == Venue.Binance)
        {
            var query = FloorClient.Query(("symbol", "BTCUSDT"), ("limit", "5000"));
            var snapshot = floor.Booth(venue).Answer("/api/v3/depth", query, floor.NowNanos);
            decoder.Accept(snapshot.Body, "/api/v3/depth?symbol=BTCUSDT", floor.NowNanos);
        }

        var instrument = decoder.Instruments.Single();
        Assert.Equal(BookProof.Proven, instrument.Proof);
        while (floor.Step < 1_500)
        {
            floor.StepOnce();
            Read();
            Assert.Equal(BookProof.Proven, instrument.Proof);
        }

        // The chains that gather changes for up to 100 ms have been written at step 1500.
        Assert.Equal((0L, 0L), (decoder.Tally.Gaps, decoder.Tally.ChecksumFailures));
        foreach (var (side, best) in (ReadOnlySpan<(Side, Level)>)
            [(Side.Buy, instrument.Book.Bids.Best), (Side.Sell, instrument.Book.Asks.Best)])
        {
            Assert.True(TapeGrid.TryMove(best, instrument.Grid, pair.Pair.Grid, out var moved));
            Assert.Equal(pair.Book.Best(side), moved);
        }

        void Read()
        {
            foreach (var text in client.Texts())
            {
                decoder.Accept(Encoding.UTF8.GetBytes(text), "", floor.NowNanos);
            }
        }
    }

    private static string Path(Venue venue) => venue switch
    {
        Venue.Binance => "/ws",
        Venue.Coinbase => "/",
        Venue.Kraken => "/v2",
        _ => "/v5/public/spot",
    };

    private static string Subscribe(Venue venue, Symbol symbol) => venue switch
    {
        Venue.Binance =>
            $$"""{"method":"SUBSCRIBE","params":["{{symbol.Compact.ToLowerInvariant()}}@depth@100ms"],"id":1}""",
        Venue.Coinbase =>
            $$"""{"type":"subscribe","channel":"level2","product_ids":["{{symbol.Base}}-{{symbol.Quote}}"]}""",
        Venue.Kraken =>
            $$$"""{"method":"subscribe","params":{"channel":"book","depth":100,"symbol":["{{{symbol}}}"]}}""",
        _ => $$"""{"op":"subscribe","args":["orderbook.50.{{symbol.Compact}}"]}""",
    };
}
