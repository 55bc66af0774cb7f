using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Once warm, no usual message costs a byte of memory, however it is written.</summary>
[Collection(Alone.Name)]
public sealed class KalshiAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steady_state_allocates_nothing(bool rewritten)
    {
        var sink = new CountingSink();
        var decoder = KalshiTexts.Decoder(sink);
        var texts = new List<(string Text, string Context)>
        {
            (KalshiTexts.Snapshot(KalshiTexts.Ticker, 5, 1, """[["0.4500","100.00"],["0.4700","50.25"]]""", """[["0.5000","3.00"]]"""), ""),
            (KalshiTexts.Snapshot("KXBTCD-26FEB1217-T67749.99", 5, 2, "[]", """[["0.5000","3.00"]]"""), ""),
            ("""{"type":"orderbook_snapshot","sid":5,"seq":3,"msg":{"market_ticker":"OLD-1","yes":[[45,100]],"no":[[53,120]]}}""", ""),
            ("""{"type":"trade","sid":2,"seq":9,"msg":{"market_ticker":"OLD-1","yes_price":46,"count":1,"taker_side":"yes","ts":1770897981}}""", ""),
            ("""{"type":"ticker","sid":3,"msg":{"market_ticker":"OLD-1","yes_bid_dollars":"0.4500","yes_ask_dollars":"0.4700","ts_ms":5}}""", ""),
            ("""{"type":"market_lifecycle_v2","sid":4,"msg":{"event_type":"created","market_ticker":"OTHER-1"}}""", ""),
            (KalshiTexts.Books("POLLED-1", """[["0.4600","2.00"]]""", "[]"), "/trade-api/v2/markets/orderbooks?tickers=POLLED-1"),
        };
        for (var i = 0; i < 100; i++)
        {
            texts.Add((KalshiTexts.Delta(KalshiTexts.Ticker, 5, 4 + i, i % 2 == 0 ? "yes" : "no", "0.4400", i % 4 < 2 ? "12.34" : "-12.34"), ""));
        }

        // The lifecycle of markets that are not watched is passed by only where it is known what is watched.
        if (decoder.Catalog.IsOurs("OTHER-1"))
        {
            texts.RemoveAt(5);
        }

        var frames = texts.ConvertAll(one => (
            Payload: rewritten ? RecordedFrames.Rewritten(Encoding.UTF8.GetBytes(one.Text)) : Encoding.UTF8.GetBytes(one.Text), one.Context));
        for (var round = 0; round < 20; round++)
        {
            decoder.Connected(1, 2);
            Pass();
        }

        Assert.Equal(0, Allocated.By(Pass, () => decoder.Connected(1, 2)));
        Assert.Equal((0, 0), (decoder.Tally.Rejected, decoder.Tally.Gaps));
        Assert.True(sink.Books > 4_000 && sink.Trades > 20, "the frames did something");
        Assert.Equal(BookProof.Proven, decoder.Table.Find(KalshiTexts.Ticker)!.Proof);

        void Pass()
        {
            foreach (var (payload, context) in frames)
            {
                decoder.Accept(1, payload, context, 3);
            }
        }
    }

    private sealed class CountingSink : IOutcomeSink
    {
        public long Books { get; private set; }

        public long Trades { get; private set; }

        public void OnMarket(OutcomeMarket market, long receivedNanos)
        {
        }

        public void OnGone(Venue venue, string marketId, long receivedNanos)
        {
        }

        public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos) => Books += books.Length;

        public void OnTrade(in OutcomeTrade trade, long receivedNanos) => Trades++;

        public void OnReference(in ReferencePrice price, long receivedNanos)
        {
        }

        public void OnAlert(in MarketAlert alert, long receivedNanos)
        {
        }
    }
}
