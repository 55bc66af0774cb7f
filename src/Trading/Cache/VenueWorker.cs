using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>The market worker of one venue: writes what it says to the cache and tells the strategies.</summary>
/// <remarks>The venue's loop only; it has no thread of its own, and lends the strategies the loop's. Allocates nothing
/// for a book of a known token.</remarks>
public sealed class VenueWorker
{
    private readonly MarketCache _cache;
    private readonly NotificationInbox _inbox;
    private readonly List<TokenState> _written = [];

    internal VenueWorker(Venue venue, MarketCache cache, NotificationInbox inbox) =>
        (Venue, _cache, _inbox) = (venue, cache, inbox);

    /// <summary>The venue.</summary>
    public Venue Venue { get; }

    /// <summary>A market was described: strategies learn of it before they see a book of it again.</summary>
    public void OnMarket(OutcomeMarket market, long receivedNanos, long receivedStamp)
    {
        _inbox.Post(_cache.Describe(market));

        // Other rules can make an opportunity of books that stand still.
        Tell(market.Yes, receivedNanos, receivedStamp);
        Tell(market.No, receivedNanos, receivedStamp);
        _inbox.Offer();
    }

    /// <summary>A market is watched no longer.</summary>
    public void OnGone(string marketId)
    {
        if (_cache.Forget(Venue, marketId) is { } state)
        {
            _inbox.Post(state);
            _inbox.Offer();
        }
    }

    /// <summary>Books or their proofs have changed, all at the same moment: strategies hear of it when all of them are
    /// written, and a reader that comes in between sees that it does (<see cref="BookCopy.Moment"/>).</summary>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos, long receivedStamp)
    {
        _written.Clear();
        if (books.Length > 1)
        {
            foreach (var book in books)
            {
                _cache.Token(book.Key)?.Market?.BeginMoment();
            }
        }

        foreach (var book in books)
        {
            if (_cache.Write(book, receivedNanos) is { } state)
            {
                _written.Add(state);
            }
        }

        foreach (var state in _written)
        {
            state.Market?.EndMoment();
        }

        foreach (var state in _written)
        {
            _inbox.Post(state, receivedNanos, receivedStamp);
        }

        _inbox.Offer();
    }

    /// <summary>Something was not understood.</summary>
    public void OnAlert(in MarketAlert alert) => _cache.Raise(alert);

    private void Tell(MarketKey token, long receivedNanos, long receivedStamp)
    {
        if (!string.IsNullOrEmpty(token.TokenId) && _cache.Token(token) is { } state)
        {
            _inbox.Post(state, receivedNanos, receivedStamp);
        }
    }
}
