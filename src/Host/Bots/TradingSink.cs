using Strikeline.Kernel;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>Passes what prediction venues say to the cache, and what resolved markets pay to the portfolio and the
/// paper accounts.</summary>
/// <param name="cache">The newest state of every market.</param>
/// <param name="desk">The executor.</param>
/// <param name="papers">The paper venues.</param>
/// <param name="clocks">Learns the clock's offset from the venues' times.</param>
/// <param name="fee">A fee instead of every market's own, so that strategies, plans and fills count the same one; null
/// for the markets' own.</param>
internal sealed class TradingSink(
    MarketSink cache, ExecutionDesk desk, IReadOnlyList<PaperOrders> papers, ClockWatch clocks, FeeCurve? fee)
    : IOutcomeSink
{
    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket described, long receivedNanos)
    {
        var market = fee is { } flat ? described with { Rules = described.Rules with { Fee = flat } } : described;
        cache.OnMarket(market, receivedNanos);
        if (market.Phase == MarketPhase.Resolved)
        {
            foreach (var paper in papers)
            {
                if (paper.Venue == market.Venue)
                {
                    paper.Settle(market);
                }
            }

            desk.OnMarket(market);
        }
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos) =>
        cache.OnGone(venue, marketId, receivedNanos);

    /// <inheritdoc/>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        foreach (var book in books)
        {
            clocks.Take(book.Key.Venue, book.VenueNanos, receivedNanos);
        }

        cache.OnBooks(books, receivedNanos);
    }

    /// <inheritdoc/>
    public void OnTrade(in OutcomeTrade trade, long receivedNanos) => cache.OnTrade(trade, receivedNanos);

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos) => cache.OnReference(price, receivedNanos);

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
        Serilog.Log.Warning(
            "{Venue} {Market}: {Code}: {Detail}; it is not traded", alert.Venue.Name(), Short(alert.MarketId),
            alert.Code, alert.Detail);
        cache.OnAlert(alert, receivedNanos);
    }

    // A condition id has the length of a private key, which no log shows.
    private static string Short(string id) => id.Length > 40 ? $"{id[..10]}…" : id;
}
