using System.Diagnostics.Metrics;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>The metrics of composites and ladders, by symbol.</summary>
/// <remarks>Gauges are read from snapshots on any thread; quotes are counted on the market's loop.</remarks>
internal sealed class MarketMeter : IMarketSink, IDisposable
{
    private const double PriceScale = 1e8;

    private readonly Meter _meter = new("Strikeline.Markets");
    private readonly Counter<long> _signed;

    public MarketMeter() => _signed = _meter.CreateCounter<long>(
        "strikeline_quotes_signed_total", null, "Quotes of strike markets that were signed.");

    /// <summary>Adds gauges that are read when metrics are; a composite without a price has no price and no
    /// age.</summary>
    public void Observe(MarketCore core)
    {
        IEnumerable<Measurement<T>> Each<T>(Func<AggregatedMarket, T?> value)
            where T : struct =>
            from market in core.Prices.Markets
            let measured = value(market)
            where measured is not null
            select new Measurement<T>(measured.Value, Tag(market.Symbol.ToString()));

        _meter.CreateObservableGauge(
            "strikeline_composite_price", () => Each<double>(market => market.PriceE8 / PriceScale), null,
            "The composite price in its quote currency.");
        _meter.CreateObservableGauge(
            "strikeline_composite_confidence", () => Each<double>(market => market.Confidence), null,
            "Confidence in the composite price, 0 to 1; 0 without a price.");
        _meter.CreateObservableGauge(
            "strikeline_composite_providers", () => Each<int>(market => market.ProviderCount), null,
            "Venues that agree on the composite price.");
        _meter.CreateObservableGauge(
            "strikeline_composite_age_seconds",
            () => Each<double>(market => market.AgeNanos / (double)Stamps.NanosPerSecond), "s",
            "Age of the quorum that the composite price rests on.");
        _meter.CreateObservableGauge(
            "strikeline_open_markets",
            () => core.LadderSymbols.Select(symbol => new Measurement<int>(
                core.Ladder(symbol)?.Markets.Length ?? 0, Tag(symbol.ToString()))),
            null,
            "Strike markets with a signed quote.");
    }

    /// <inheritdoc/>
    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed) =>
        _signed.Add(renewed.Count, Tag(snapshot.Symbol.ToString()));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string symbol) => new("symbol", symbol);
}
