using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Writes down what a feed of outcomes says, and checks of each book what must hold whenever it is
/// told.</summary>
internal sealed class OutcomeNotes : IOutcomeSink
{
    /// <summary>The newest proof of each token.</summary>
    public Dictionary<string, BookProof> Proofs { get; } = [];

    /// <summary>Every change of a proof.</summary>
    public List<(long Nanos, string Token, BookProof Proof)> ProofChanges { get; } = [];

    public List<OutcomeMarket> Markets { get; } = [];

    public List<string> Gone { get; } = [];

    public List<OutcomeTrade> Trades { get; } = [];

    public List<ReferencePrice> References { get; } = [];

    public List<MarketAlert> Alerts { get; } = [];

    public long BookEvents { get; private set; }

    public OutcomeMarket Newest(string ticker) => Markets.Last(market => market.MarketId == ticker);

    public void OnMarket(OutcomeMarket market, long receivedNanos) => Markets.Add(market);

    public void OnGone(Venue venue, string marketId, long receivedNanos) => Gone.Add(marketId);

    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        foreach (var book in books)
        {
            OnBook(book, receivedNanos);
        }
    }

    public void OnTrade(in OutcomeTrade trade, long receivedNanos) => Trades.Add(trade);

    public void OnReference(in ReferencePrice price, long receivedNanos) => References.Add(price);

    public void OnAlert(in MarketAlert alert, long receivedNanos) => Alerts.Add(alert);

    private void OnBook(OutcomeBook book, long receivedNanos)
    {
        BookEvents++;
        if (book.Proof == BookProof.Proven)
        {
            Assert.False(book.Levels.IsCrossed, $"{book.Key} is crossed and proven");
        }
        else if (book.Proof != BookProof.Crossed)
        {
            Assert.Equal(0, book.Levels.Bids.Count + book.Levels.Asks.Count);
        }

        if (!Proofs.TryGetValue(book.Key.TokenId, out var before) || before != book.Proof)
        {
            Proofs[book.Key.TokenId] = book.Proof;
            ProofChanges.Add((receivedNanos, book.Key.TokenId, book.Proof));
        }
    }
}
