using Strikeline.Kernel;
using Strikeline.Venues.Kalshi;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Venues;

/// <summary>Picks the decoder of a prediction venue for tapes and recordings: tokens are taken as they
/// appear.</summary>
public static class OutcomeDecoders
{
    /// <summary>True where the venue trades outcomes, so that <see cref="Of"/> knows it.</summary>
    public static bool Knows(Venue venue) => VenueNames.Prediction.Contains(venue);

    /// <summary>Makes a decoder.</summary>
    /// <param name="venue">Whose protocol the frames speak.</param>
    /// <param name="sink">Receives what it makes of them.</param>
    public static IOutcomeDecoder Of(Venue venue, IOutcomeSink sink) => venue switch
    {
        Venue.Kalshi => new KalshiDecoder(KalshiOptions.Production with { Series = [] }, discover: true, sink),
        Venue.Polymarket => new PolymarketDecoder(
            sink, discover: true, new PolymarketOptions().StaleAfter, new PolymarketOptions().TakerHold),
        _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, $"no decoder of outcomes for {sink}"),
    };
}
