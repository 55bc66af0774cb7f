using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Where the feeds of prediction venues enter the room: measures, stamps, and passes to the venue's
/// worker.</summary>
/// <remarks>Each venue's loop calls it for its own venue. What a venue says that has no worker is counted
/// only.</remarks>
public sealed class MarketSink(MarketRouter router, OutcomeMeter meter, TimeProvider clock) : IOutcomeSink
{
    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
        meter.Count(market.Venue, OutcomeEventKind.Market, 0, receivedNanos);
        router.Worker(market.Venue)?.OnMarket(market, receivedNanos, clock.GetTimestamp());
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos)
    {
        meter.Count(venue, OutcomeEventKind.Gone, 0, receivedNanos);
        router.Worker(venue)?.OnGone(marketId);
    }

    /// <inheritdoc/>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        if (books.IsEmpty)
        {
            return;
        }

        router.Worker(books[0].Key.Venue)?.OnBooks(books, receivedNanos, clock.GetTimestamp());
        foreach (var book in books)
        {
            meter.Count(book.Key.Venue, OutcomeEventKind.Book, book.VenueNanos, receivedNanos);
        }
    }

    /// <inheritdoc/>
    public void OnTrade(in OutcomeTrade trade, long receivedNanos) =>
        meter.Count(trade.Key.Venue, OutcomeEventKind.Trade, trade.VenueNanos, receivedNanos);

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos) =>
        meter.Count(price.Venue, OutcomeEventKind.Reference, price.VenueNanos, receivedNanos);

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
        router.Worker(alert.Venue)?.OnAlert(alert);
        meter.Count(alert.Venue, OutcomeEventKind.Alert, 0, receivedNanos);
    }
}
