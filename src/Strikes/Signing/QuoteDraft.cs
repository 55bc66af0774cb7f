using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>A quote before it has a number and a signature.</summary>
internal readonly record struct QuoteDraft(
    SeriesOptions Series,
    long StrikeE8,
    long SpotE8,
    QuotePricing Pricing,
    long MaxQuantityAtoms,
    long PriceNanos,
    long ExpiryNanos,
    long NowNanos)
{
    public long ExpiryMs => Stamps.ToMillis(ExpiryNanos);

    public long GeneratedAtMs => Stamps.ToMillis(NowNanos);

    /// <summary>A quote ends with its market at the latest.</summary>
    public long ValidUntilMs => Math.Min(GeneratedAtMs + Series.QuoteLifetimeMs, ExpiryMs);
}
