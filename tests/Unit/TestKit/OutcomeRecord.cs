using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>Hears everything of a prediction venue and keeps it.</summary>
internal sealed class OutcomeRecord : IOutcomeSink
{
    /// <summary>A token's book as it was told.</summary>
    public sealed record Told(BookProof Proof, IReadOnlyList<Level> Bids, IReadOnlyList<Level> Asks, long AtNanos);

    public Dictionary<string, OutcomeMarket> Markets { get; } = [];

    public List<OutcomeMarket> MarketsInOrder { get; } = [];

    public List<string> Gone { get; } = [];

    public Dictionary<string, Told> Books { get; } = [];

    /// <summary>Every change of proof, in order.</summary>
    public List<(string Token, BookProof Proof, long AtNanos)> Proofs { get; } = [];

    public List<OutcomeTrade> Trades { get; } = [];

    public List<ReferencePrice> References { get; } = [];

    public List<MarketAlert> Alerts { get; } = [];

    public long BookEvents { get; private set; }

    /// <summary>How many books each call told of.</summary>
    public List<int> Together { get; } = [];

    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
        Markets[market.MarketId] = market;
        MarketsInOrder.Add(market);
    }

    public void OnGone(Venue venue, string marketId, long receivedNanos) => Gone.Add(marketId);

    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        Together.Add(books.Length);
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
        var token = book.Key.TokenId;
        if (!Books.TryGetValue(token, out var before) || before.Proof != book.Proof)
        {
            Proofs.Add((token, book.Proof, receivedNanos));
        }

        Books[token] = new Told(book.Proof, Copy(book.Levels.Bids), Copy(book.Levels.Asks), receivedNanos);
    }

    private static Level[] Copy(BookSide side)
    {
        var levels = new Level[side.Count];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = side.FromBest(i);
        }

        return levels;
    }
}
