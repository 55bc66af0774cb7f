using System.Text.Json;
using Serilog;
using Strikeline.Host.Configuration;
using Strikeline.Host.Logging;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>The feeds of the prediction venues.</summary>
internal sealed class PredictionFleet : IOutcomeFeeds, IFeedListener, IDisposable
{
    private readonly KalshiKey? _key;
    private readonly PolymarketFeed? _polymarket;
    private readonly KalshiFeed? _kalshi;

    /// <summary>Makes the feeds that are switched on.</summary>
    /// <param name="settings">Where the venues are and what is watched.</param>
    /// <param name="transport">The network.</param>
    /// <param name="sink">Takes what they say.</param>
    /// <param name="held">Where something is held: those markets are described until they have paid.</param>
    /// <param name="recorder">The tape.</param>
    /// <param name="clock">The time.</param>
    /// <param name="seed">Seed of the back-offs.</param>
    /// <exception cref="UserError">A key cannot be used.</exception>
    public PredictionFleet(
        PredictionsSettings settings, IVenueTransport transport, IOutcomeSink sink, IHeldMarkets held,
        IFeedRecorder recorder, TimeProvider clock, int seed)
    {
        if (settings.Polymarket is { Enabled: true } polymarket)
        {
            _polymarket = new PolymarketFeed(
                Options(polymarket), transport, sink, recorder, this, held, clock, new Random(seed));
        }

        if (settings.Kalshi is { Enabled: true } kalshi)
        {
            _key = Key(kalshi);
            _kalshi = new KalshiFeed(
                Options(kalshi, _key), transport, sink, held, recorder, this, clock, new Random(unchecked(seed + 1)));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Venue> Venues =>
        VenueNames.Prediction.Where(venue => venue == Venue.Polymarket ? _polymarket is not null : _kalshi is not null);

    /// <inheritdoc/>
    public IReadOnlyList<OutcomeReport> Report(Venue venue) =>
        (venue == Venue.Polymarket ? _polymarket?.Report() : _kalshi?.Report()) ?? [];

    /// <inheritdoc/>
    public string? Trouble(Venue venue) => venue == Venue.Kalshi ? _kalshi?.Trouble : null;

    /// <summary>Runs until cancelled; a feed that fails ends it with its failure.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var loops = new List<Task>();
        if (_polymarket is not null)
        {
            loops.Add(Task.Run(() => _polymarket.RunAsync(cancel), CancellationToken.None));
        }

        if (_kalshi is not null)
        {
            loops.Add(Task.Run(() => _kalshi.RunAsync(cancel), CancellationToken.None));
        }

        if (loops.Count == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await await Task.WhenAny(loops);
        await Task.WhenAll(loops);
    }

    /// <summary>The settings with every prediction venue pointed at the testnet; a venue that it has not is switched
    /// off.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="endpoints">What the testnet has said.</param>
    /// <param name="kalshiKeyFile">The private key of its demo account on Kalshi.</param>
    public static PredictionsSettings Redirect(
        PredictionsSettings settings, JsonElement endpoints, string kalshiKeyFile)
    {
        var polymarket = settings.Polymarket with { Enabled = false };
        if (settings.Polymarket.Enabled && endpoints.TryGetProperty("polymarket", out var poly))
        {
            string Of(string name) => poly.GetProperty(name).GetString()!;
            polymarket = settings.Polymarket with
            {
                GammaUrl = Of("gamma"), ClobUrl = Of("clob"), MarketWsUrl = Of("ws") + "/market",
                RtdsWsUrl = Of("rtds"), PricesWsUrl = Of("polybolt"),
                Events = [.. poly.GetProperty("events").EnumerateArray().Select(slug => slug.GetString()!)],
            };
        }

        var kalshi = settings.Kalshi with { Enabled = false };
        if (settings.Kalshi.Enabled && endpoints.TryGetProperty("kalshi", out var venue))
        {
            kalshi = settings.Kalshi with
            {
                RestUrl = venue.GetProperty("rest").GetString() + "/trade-api/v2",
                WsUrl = venue.GetProperty("ws").GetString() + "/trade-api/ws/v2",
                KeyId = endpoints.TryGetProperty("kalshi_key_id", out var id) ? id.GetString()! : "",
                KeyFile = kalshiKeyFile,
            };
        }

        return settings with { Polymarket = polymarket, Kalshi = kalshi };
    }

    /// <inheritdoc/>
    public void OnLost(Venue venue, int connection, string reason, TimeSpan wait) => Log.Warning(
        "{Venue} connection {Connection} ended: {Reason}; next try in {WaitMs} ms",
        venue.Name(), connection, reason, (long)wait.TotalMilliseconds);

    /// <inheritdoc/>
    public void OnReplaced(Venue venue, int connection, string reason) =>
        Log.Warning("{Venue} connection {Connection} is replaced: {Reason}", venue.Name(), connection, reason);

    /// <inheritdoc/>
    public void OnChangeOver(Venue venue, int connection, string reason) => Log.Information(
        "{Venue} connection {Connection} gets a successor: {Reason}", venue.Name(), connection, reason);

    /// <inheritdoc/>
    public void OnUnknown(Venue venue, int connection, string kind) => Log.Warning(
        "{Venue} connection {Connection} says {Kind}, which nobody knows", venue.Name(), connection, kind);

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    private static PolymarketOptions Options(PolymarketSettings settings) => new()
    {
        Gamma = new Uri(settings.GammaUrl),
        Clob = new Uri(settings.ClobUrl),
        MarketSocket = new Uri(settings.MarketWsUrl),
        Rtds = new Uri(settings.RtdsWsUrl),
        PolyBolt = new Uri(settings.PricesWsUrl),
        Credentials = Credentials(settings),
        Assets = settings.Assets,
        Windows = [.. UpDownWindow.All.Where(window => settings.Windows.Contains(window.Name))],
        Events = settings.Events,
        Slugs = settings.Markets,
    };

    private static PolymarketCredentials? Credentials(PolymarketSettings settings)
    {
        if (settings.ApiKey.Length == 0 || settings.ApiSecret.Length == 0)
        {
            return null;
        }

        Redaction.Remember(settings.ApiSecret);
        Redaction.Remember(settings.ApiPassphrase);
        return new PolymarketCredentials(settings.ApiKey, settings.ApiSecret, settings.ApiPassphrase);
    }

    private static KalshiOptions Options(KalshiSettings settings, KalshiKey? key) =>
        new(new Uri(settings.RestUrl), new Uri(settings.WsUrl))
        {
            Key = key, Series = [.. settings.Series.Select(KalshiSeries.Of)], Events = settings.Events,
        };

    private static KalshiKey? Key(KalshiSettings settings)
    {
        if (settings.KeyFile.Length == 0 || settings.KeyId.Length == 0)
        {
            return null;
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(settings.KeyFile) & Others) != UnixFileMode.None)
            {
                throw new UserError($"\"{settings.KeyFile}\" can be read by others; chmod 600 it");
            }

            return KalshiKey.FromPem(settings.KeyId, File.ReadAllText(settings.KeyFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError($"predictions.kalshi.key_file: \"{settings.KeyFile}\": {e.Message}", e);
        }
    }
}
