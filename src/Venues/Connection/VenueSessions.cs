using Strikeline.Kernel;
using Strikeline.Venues.Binance;
using Strikeline.Venues.Bybit;
using Strikeline.Venues.Coinbase;
using Strikeline.Venues.Kraken;

namespace Strikeline.Venues.Connection;

/// <summary>Picks the session of a venue.</summary>
internal static class VenueSessions
{
    public static IVenueSession Of(FeedOptions options) => options.Venue switch
    {
        Venue.Binance => new BinanceSession(options),
        Venue.Coinbase => new CoinbaseSession(options),
        Venue.Kraken => new KrakenSession(options),
        Venue.Bybit => new BybitSession(options),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Venue, "no such venue"),
    };
}
