using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

/// <summary>Four venues in front of a composite, with prices given as numbers.</summary>
internal sealed class CompositeBench
{
    public const long Start = 1_700_000_000L * Stamps.NanosPerSecond;

    public static readonly Symbol Btc = new("BTC", "USDT");
    public static readonly Symbol BtcUsd = new("BTC", "USD");
    public static readonly Symbol UsdtUsd = new("USDT", "USD");

    public static readonly VenueSymbol[] Providers =
    [
        new(Venue.Binance, Btc), new(Venue.Coinbase, BtcUsd), new(Venue.Kraken, BtcUsd), new(Venue.Bybit, Btc),
    ];

    public static readonly VenueSymbol[] Basis =
    [
        new(Venue.Coinbase, UsdtUsd), new(Venue.Kraken, UsdtUsd), new(Venue.Kraken, new Symbol("USDC", "USD")),
        new(Venue.Binance, new Symbol("USDC", "USDT")),
    ];

    public static CompositeOptions Options { get; } =
        new() { Series = [new CompositeSeries(Btc, Providers)], Basis = Basis };

    public CompositePrice Composite { get; }

    public long Now { get; set; } = Start;

    public CompositeBench(CompositeOptions? options = null) => Composite = new CompositePrice(options ?? Options);

    public void Set(Venue venue, Symbol symbol, decimal mid, bool proven = true, bool live = true)
    {
        var ticks = (long)decimal.Truncate(mid * 100_000_000m);
        Composite.Update(venue, symbol, ticks, ticks, 8, proven, live, Now);
    }

    /// <summary>All four at one price, USDT at par.</summary>
    public CompositeBench AllAt(decimal price)
    {
        foreach (var pair in Basis)
        {
            Set(pair.Venue, pair.Symbol, 1m);
        }

        foreach (var provider in Providers)
        {
            Set(provider.Venue, provider.Symbol, price);
        }

        return this;
    }

    public void Wait(int millis) => Now += millis * Stamps.NanosPerMilli;

    public AggregatedMarket Evaluate() => Composite.Evaluate(Btc, Now);

    public VenuePrice Of(Venue venue) => Evaluate().Venues.Single(price => price.Venue == venue);
}
