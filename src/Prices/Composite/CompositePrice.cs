using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>Many venues to one price per asset: conversion, staleness, outlier ejection, median, confidence.</summary>
/// <remarks>
/// Owned by one loop; time is an argument of every call. What it publishes is immutable. Rules and formula:
/// docs/composite-price.md. Guarantee: one wrong venue of four cannot move the price out of the range of the other
/// three, because a price needs three of four and the median of these lies between two honest ones.
/// </remarks>
public sealed class CompositePrice
{
    private readonly CompositeOptions _options;
    private readonly CompositeMarket[] _markets;
    private readonly Dictionary<Symbol, CompositeMarket> _bySymbol = [];
    private readonly Dictionary<VenueSymbol, Route> _routes = [];

    /// <summary>Makes the composites of <paramref name="options"/>, all of them waiting.</summary>
    /// <exception cref="ArgumentException">A series has no provider, or an instrument is named twice.</exception>
    public CompositePrice(CompositeOptions options)
    {
        _options = options;
        var symbols = options.Series.Select(series => series.Symbol).ToImmutableArray();
        var basis = new List<HeldQuote>();
        foreach (var pair in options.Basis)
        {
            var held = new HeldQuote(pair.Venue, pair.Symbol);
            basis.Add(held);
            AddRoute(pair, new Route(held, null, 0, symbols));
        }

        var table = new BasisTable(options, [.. basis]);
        _markets = new CompositeMarket[options.Series.Count];
        for (var i = 0; i < _markets.Length; i++)
        {
            var series = options.Series[i];
            if (series.Providers.Count == 0)
            {
                throw new ArgumentException($"{series.Symbol} has no provider", nameof(options));
            }

            HeldQuote[] held = [.. series.Providers.Select(at => new HeldQuote(at.Venue, at.Symbol))];
            var market = new CompositeMarket(series.Symbol, held, table, options);
            _markets[i] = market;
            _bySymbol.Add(series.Symbol, market);
            for (var p = 0; p < held.Length; p++)
            {
                AddRoute(series.Providers[p], new Route(held[p], market, p, [series.Symbol]));
            }
        }
    }

    /// <summary>The composites' symbols, in configured order.</summary>
    public IEnumerable<Symbol> Symbols => _markets.Select(market => market.Symbol);

    /// <summary>Takes the newest top of book of an instrument; an instrument that is not configured is
    /// ignored.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="symbol">The venue's instrument, a provider of a composite or a basis pair.</param>
    /// <param name="bidPrice">Best bid in 10^-<paramref name="priceDecimals"/>; zero where there is none.</param>
    /// <param name="askPrice">Best ask in 10^-<paramref name="priceDecimals"/>; zero where there is none.</param>
    /// <param name="priceDecimals">Decimals of both prices, 0 to 18.</param>
    /// <param name="proven">True where the book is proven by the venue's continuity rule.</param>
    /// <param name="live">False where the feed's watchdog has given the instrument up.</param>
    /// <param name="atNanos">When the book's content last changed, nanoseconds since the Unix epoch.</param>
    /// <param name="limitNanos">The silence that the feed's own rule allows, where that is more than
    /// <see cref="CompositeOptions.StaleAfterNanos"/>; zero otherwise.</param>
    /// <returns>The composites that this may have changed; empty for an unknown instrument. No allocation.</returns>
    public ImmutableArray<Symbol> Update(
        Venue venue,
        Symbol symbol,
        long bidPrice,
        long askPrice,
        int priceDecimals,
        bool proven,
        bool live,
        long atNanos,
        long limitNanos = 0)
    {
        if (!_routes.TryGetValue(new VenueSymbol(venue, symbol), out var route))
        {
            return [];
        }

        if (route.Held.Set(bidPrice, askPrice, priceDecimals, proven, live, atNanos, limitNanos))
        {
            route.Market?.RememberOthers(route.Provider);
        }

        return route.Affected;
    }

    /// <summary>The composite at a moment.</summary>
    /// <exception cref="KeyNotFoundException">The symbol is not configured.</exception>
    public AggregatedMarket Evaluate(Symbol symbol, long nowNanos) => _bySymbol[symbol].Evaluate(nowNanos);

    /// <summary>All composites at a moment.</summary>
    public AggregatedSnapshot Snapshot(long nowNanos) =>
        new([.. _markets.Select(market => market.Evaluate(nowNanos))], nowNanos);

    private void AddRoute(VenueSymbol at, Route route)
    {
        if (at.Venue == Venue.None || at.Symbol is null || !_routes.TryAdd(at, route))
        {
            throw new ArgumentException(
                $"{at.Venue.Name()} {at.Symbol} is named twice or is no instrument", nameof(at));
        }
    }

    private sealed record Route(HeldQuote Held, CompositeMarket? Market, int Provider, ImmutableArray<Symbol> Affected);
}
