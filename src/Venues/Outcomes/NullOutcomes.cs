using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Hears everything of a prediction venue and does nothing: for whoever only records its frames, or wants
/// books and counts alone.</summary>
/// <remarks>Any thread.</remarks>
public sealed class NullOutcomes : IOutcomeSink
{
    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnTrade(in OutcomeTrade trade, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
    }
}
