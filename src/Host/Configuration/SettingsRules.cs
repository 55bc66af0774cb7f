using Strikeline.Kernel;
using Strikeline.Strikes;

namespace Strikeline.Host.Configuration;

/// <summary>Rules that hold between keys.</summary>
internal static class SettingsRules
{
    // Depths that the venues' book channels offer (Kraken v2 "book", Bybit v5 "orderbook" for spot; read 2026-11).
    private static readonly int[] KrakenDepths = [10, 25, 100, 500, 1000];
    private static readonly int[] BybitDepths = [1, 50, 200, 1000];
    private static readonly string[] Currencies = ["USDT", "USD", "USDC"];

    // Some two kilobytes each, in process.
    private const long MostLiveQuotes = 500_000;

    /// <summary>Everything that is wrong, with the key to blame.</summary>
    public static IEnumerable<(string Key, string Problem)> Check(Settings settings)
    {
        foreach (var venue in VenueNames.Spot)
        {
            foreach (var found in CheckFeed($"feeds.{venue.Name()}", settings.Feeds.Of(venue)))
            {
                yield return found;
            }
        }

        foreach (var (venue, depths) in new[] { (Venue.Kraken, KrakenDepths), (Venue.Bybit, BybitDepths) })
        {
            var depth = settings.Feeds.Of(venue).BookDepth;
            if (!depths.Contains(depth))
            {
                yield return ($"feeds.{venue.Name()}.book_depth",
                    $"found {depth}; {venue.Name()} offers {string.Join(", ", depths)}");
            }
        }

        var shared = settings.Urls.Intersect(settings.MetricsUrls)
            .FirstOrDefault(url => !url.EndsWith(":0", StringComparison.Ordinal));
        if (shared is not null)
        {
            yield return ("metrics_urls", $"found {shared}, which urls has too: choose another port for one of them");
        }

        var repeated = settings.Strikes.Series.Where(row => row is not null).GroupBy(row => row.Symbol)
            .FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            yield return ("strikes.series", $"{repeated.Key} has {repeated.Count()} rows; one is allowed");
        }

        // A row that could not be read has its line already.
        foreach (var problem in settings.Strikes.Series.Select(row => row?.ToOptions()?.Problem()).OfType<string>())
        {
            yield return ("strikes.series", problem);
        }

        foreach (var problem in CheckProviders(settings))
        {
            yield return ("strikes.series", problem);
        }

        // The tape that is being written is never deleted, so there must be room for another.
        if (settings.Tapes.MaxFileMb > settings.Tapes.MaxTotalMb / 2)
        {
            yield return ("tapes.max_file_mb",
                $"found {settings.Tapes.MaxFileMb}; at most half of tapes.max_total_mb ({settings.Tapes.MaxTotalMb}) "
                + "is allowed");
        }
    }

    // A composite is made for each base asset, of what the feeds have in the currencies that can be converted.
    private static IEnumerable<string> CheckProviders(Settings settings)
    {
        // An impossible row has its line already.
        var sound = settings.Strikes.Series.Select(row => row?.ToOptions()).OfType<SeriesOptions>()
            .Where(series => series.Problem() is null).ToList();
        var symbols = sound.ConvertAll(series => series.Symbol);
        foreach (var symbol in symbols.Distinct())
        {
            if (!Currencies.Contains(symbol.Quote))
            {
                yield return $"{symbol}: prices are made in {string.Join(", ", Currencies)}";
            }

            var venues = VenueNames.Spot.Where(venue => settings.Feeds.Of(venue) is { Enabled: true } feed
                && feed.Symbols.Any(name => Symbol.TryParse(name, out var fed) && fed.Base == symbol.Base));
            if (!venues.Any())
            {
                yield return $"{symbol}: no enabled feed has {symbol.Base}; add a pair to feeds.VENUE.symbols";
            }
        }

        foreach (var group in symbols.Distinct().GroupBy(symbol => symbol.Base).Where(group => group.Count() > 1))
        {
            yield return $"{group.Key} has a series in {string.Join(" and ", group.Select(symbol => symbol.Quote))}; "
                + "one is allowed";
        }

        var quotes = sound.Sum(series => series.MostLiveQuotes);
        if (quotes > MostLiveQuotes)
        {
            yield return $"up to {quotes} quotes could be valid at one time; at most {MostLiveQuotes} are allowed: "
                + "lengthen min_renew_ms or shorten quote_lifetime_ms";
        }
    }

    private static IEnumerable<(string Key, string Problem)> CheckFeed(string path, FeedSettings feed)
    {
        if (feed.Reconnect.FirstMs > feed.Reconnect.MaxMs)
        {
            yield return ($"{path}.reconnect.first_ms",
                $"found {feed.Reconnect.FirstMs}; at most {path}.reconnect.max_ms ({feed.Reconnect.MaxMs}) is allowed");
        }

        if (feed.Enabled && feed.Symbols.Count == 0)
        {
            yield return ($"{path}.symbols", $"found no pair; name at least one, or set {path}.enabled to false");
        }
    }
}
