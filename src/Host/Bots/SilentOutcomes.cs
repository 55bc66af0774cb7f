using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>Takes what prediction venues say and does nothing with it: for whoever only records their frames.</summary>
internal sealed class SilentOutcomes : IOutcomeSink
{
    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
        // As below: nobody listens.
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void OnTrade(in OutcomeTrade trade, long receivedNanos)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
        // Nobody listens.
    }
}
