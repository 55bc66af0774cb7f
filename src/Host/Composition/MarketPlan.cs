using Strikeline.Host.Configuration;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>Which instruments make which composite, and which ladders stand on it.</summary>
internal static class MarketPlan
{
    private const string StableBase = "USDT";

    private static readonly string[] Quotes = ["USDT", "USD", "USDC"];

    /// <summary>The composites of the configured series over the instruments that exist.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="instruments">Every venue and symbol that is fed.</param>
    /// <param name="replay">True for a tape, whose venues are what they are: one may be enough.</param>
    public static CompositeOptions Composites(
        Settings settings, IReadOnlyList<VenueSymbol> instruments, bool replay)
    {
        var series = settings.Strikes.Series
            .Select(row => Symbol.Parse(row.Symbol))
            .Distinct()
            .Select(symbol => new CompositeSeries(symbol, Providers(symbol, instruments)))
            .Where(one => !replay || one.Providers.Count > 0)
            .ToList();
        var fewest = series.Count == 0 ? 0 : series.Min(one => one.Providers.Count);
        var single = replay && fewest < 2;
        return new CompositeOptions
        {
            Series = series,
            Basis =
            [
                .. instruments.Where(
                    one => one.Symbol.Base is StableBase or "USDC" && Quotes.Contains(one.Symbol.Quote)),
            ],
            StaleAfterNanos = settings.Prices.StaleMs * Stamps.NanosPerMilli,
            BasisStaleAfterNanos = settings.Prices.BasisStaleMs * Stamps.NanosPerMilli,
            OutlierPpm = settings.Prices.OutlierBps * 100,
            FrozenMovePpm = settings.Prices.FrozenBps * 100,
            MinAgreeing = single ? 1 : settings.Prices.MinVenues,
            MajorityPercent = single ? 0 : 50,
        };
    }

    /// <summary>The ladders of the configured series.</summary>
    public static IReadOnlyList<SeriesOptions> Ladders(Settings settings, CompositeOptions composites) =>
    [
        .. settings.Strikes.Series
            .Select(row => row.ToOptions())
            .OfType<SeriesOptions>()
            .Where(one => composites.Series.Any(series => series.Symbol == one.Symbol)),
    ];

    // One instrument for each venue: the one in the composite's own currency first.
    private static List<VenueSymbol> Providers(Symbol symbol, IReadOnlyList<VenueSymbol> instruments) =>
    [
        .. instruments
            .Where(one => one.Symbol.Base == symbol.Base && Quotes.Contains(one.Symbol.Quote))
            .GroupBy(one => one.Venue)
            .Select(group => group.MinBy(one => Array.IndexOf(Quotes, one.Symbol.Quote))),
    ];
}
