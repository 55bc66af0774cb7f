using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Strikes;

/// <summary>Prices in, signed strike markets out. Owned by one loop, which also calls <see cref="OnTime"/> every
/// 100 ms or so.</summary>
/// <remarks>Other threads may call <see cref="Current"/> only. A price without a configured series is
/// ignored.</remarks>
public sealed class StrikeLoop
{
    private readonly Dictionary<Symbol, MarketSeries> _series = [];

    /// <summary>Makes the loop, with every ladder empty.</summary>
    /// <exception cref="ArgumentException">A series is impossible, or a symbol has two.</exception>
    public StrikeLoop(IReadOnlyList<SeriesOptions> series, QuoteIssuer issuer, IMarketSink sink)
    {
        foreach (var options in series)
        {
            var problem = options.Problem();
            problem ??= _series.TryAdd(options.Symbol, new MarketSeries(options, issuer, sink))
                ? null
                : $"{options.Symbol} has more than one series";
            if (problem is not null)
            {
                throw new ArgumentException(problem, nameof(series));
            }
        }
    }

    /// <summary>The symbols that have a series.</summary>
    public IReadOnlyCollection<Symbol> Symbols => _series.Keys;

    /// <summary>Takes a new composite, samples it once a second and renews what the price has moved.</summary>
    /// <param name="price">The composite, with or without a price.</param>
    /// <param name="nowNanos">Nanoseconds since the Unix epoch.</param>
    public void OnPrice(AggregatedMarket price, long nowNanos)
    {
        if (_series.TryGetValue(price.Symbol, out var series))
        {
            series.OnPrice(price, nowNanos);
        }
    }

    /// <summary>Renews what time has worn out, rolls expiries, and withdraws ladders whose price has grown
    /// old.</summary>
    /// <param name="nowNanos">Nanoseconds since the Unix epoch.</param>
    public void OnTime(long nowNanos)
    {
        foreach (var series in _series.Values)
        {
            series.OnTime(nowNanos);
        }
    }

    /// <summary>Takes what the maker holds of one market; the next price or tick renews its quote. Markets begin at
    /// zero.</summary>
    /// <param name="symbol">The symbol; one without a series is ignored.</param>
    /// <param name="expiryMs">The market's expiry in milliseconds since the Unix epoch; forgotten once it is
    /// over.</param>
    /// <param name="strikeE8">The market's strike in 10^-8, on the ladder now or not.</param>
    /// <param name="netUpAtoms">UP less DOWN tokens that the maker holds, in 10^-6 tokens; who has sold UP is short:
    /// below zero.</param>
    public void SetInventory(Symbol symbol, long expiryMs, long strikeE8, long netUpAtoms)
    {
        if (_series.TryGetValue(symbol, out var series))
        {
            series.SetInventory(expiryMs * Stamps.NanosPerMilli, strikeE8, netUpAtoms);
        }
    }

    /// <summary>The newest ladder of a symbol; null for one without a series. Any thread.</summary>
    public StrikeSnapshot? Current(Symbol symbol) => _series.GetValueOrDefault(symbol)?.Current;
}
