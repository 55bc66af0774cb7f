using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>One composite price at one moment, with everything it was made from. Immutable: any thread.</summary>
/// <param name="Symbol">The composite's symbol.</param>
/// <param name="PriceE8">The price in 10^-8 of the quote currency, or null where there is none.</param>
/// <param name="ProviderCount">The number of venues that agree, also where they are too few for a price.</param>
/// <param name="ConfidencePpm">Confidence in parts per million, zero without a price: docs/composite-price.md.</param>
/// <param name="Inputs">The three factors of the confidence.</param>
/// <param name="AgeNanos">Age of the quorum: that many venues as a price needs are at least this fresh; null
/// without a price.</param>
/// <param name="Venues">The configured instruments, in configured order.</param>
/// <param name="Reason">Why there is no price.</param>
/// <param name="AtNanos">When this was evaluated, in nanoseconds since the Unix epoch.</param>
public sealed record AggregatedMarket(
    Symbol Symbol,
    long? PriceE8,
    int ProviderCount,
    int ConfidencePpm,
    ConfidenceInputs Inputs,
    long? AgeNanos,
    ImmutableArray<VenuePrice> Venues,
    PriceReason Reason,
    long AtNanos)
{
    /// <summary>Confidence in [0, 1].</summary>
    public double Confidence => ConfidencePpm / 1e6;

    /// <summary>The receive time that the price stands for, in nanoseconds since the Unix epoch; null without a
    /// price.</summary>
    public long? PriceNanos => AtNanos - AgeNanos;
}

/// <summary>The factors of a confidence, each in parts per million.</summary>
/// <param name="CoveragePpm">Agreeing venues over configured ones.</param>
/// <param name="AgreementPpm">One minus the largest deviation from the price over the outlier limit; half for a
/// lone venue.</param>
/// <param name="FreshnessPpm">One minus the mean age of the agreeing venues over the staleness limit.</param>
/// <remarks><c>default</c> is no confidence at all.</remarks>
public readonly record struct ConfidenceInputs(int CoveragePpm, int AgreementPpm, int FreshnessPpm)
{
    /// <summary>The product of the three, in parts per million, rounded down.</summary>
    public int ProductPpm => (int)((long)CoveragePpm * AgreementPpm / 1_000_000 * FreshnessPpm / 1_000_000);
}

/// <summary>What one venue contributed to a composite.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Symbol">The instrument in the venue's quote currency.</param>
/// <param name="MidE8">Mean of best bid and ask in 10^-8 of the venue's quote currency; null where unknown.</param>
/// <param name="ConvertedE8">The mid in 10^-8 of the composite's quote currency; null where it was not
/// converted.</param>
/// <param name="AgeMs">Milliseconds since the last update; null before the first.</param>
/// <param name="Used">True where it is part of the price.</param>
/// <param name="Reason">Why it is not.</param>
/// <remarks><c>default</c> is no venue.</remarks>
public readonly record struct VenuePrice(
    Venue Venue, Symbol Symbol, long? MidE8, long? ConvertedE8, long? AgeMs, bool Used, PriceReason Reason);

/// <summary>All composites at one moment. Immutable: any thread.</summary>
/// <param name="Markets">One per configured series, in configured order.</param>
/// <param name="AtNanos">When they were evaluated, in nanoseconds since the Unix epoch.</param>
public sealed record AggregatedSnapshot(ImmutableArray<AggregatedMarket> Markets, long AtNanos);
