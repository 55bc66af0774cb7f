using Strikeline.Host.Configuration;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>The feeds of a live run: one desk and one loop for each enabled venue.</summary>
internal sealed class FeedFleet : IFeedListener
{
    private readonly List<FeedOptions> _options = [];
    private readonly Serilog.ILogger _log;

    public FeedFleet(Settings settings, Serilog.ILogger log)
    {
        _log = log;
        foreach (var venue in VenueNames.Spot)
        {
            var feed = settings.Feeds.Of(venue);
            if (feed.Enabled && feed.Symbols.Count > 0)
            {
                _options.Add(Options(venue, feed));
            }
        }
    }

    /// <summary>What is fed.</summary>
    public IReadOnlyList<FeedOptions> Options() => _options;

    /// <summary>Makes the desks.</summary>
    public List<VenueDesk> Desks(IFeedSink sink, ITopInbox? tops) =>
        _options.ConvertAll(one => new VenueDesk(one.Venue, one.Symbols, discover: false, one.StaleAfter, sink, tops));

    /// <summary>Runs every loop until cancelled.</summary>
    /// <remarks>A loop ends only when it is told to: the first that fails ends this, with its failure.</remarks>
    public async Task RunAsync(
        IReadOnlyList<VenueDesk> desks,
        IVenueTransport transport,
        IFeedRecorder recorder,
        TimeProvider clock,
        int seed,
        CancellationToken cancel)
    {
        if (desks.Count == 0)
        {
            // The exchange alone.
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var loops = new List<Task>(desks.Count);
        for (var i = 0; i < desks.Count; i++)
        {
            var loop = new FeedLoop(
                _options[i], desks[i], transport, recorder, this, clock, new Random(unchecked(seed + i)));
            loops.Add(Task.Run(() => loop.RunAsync(cancel), CancellationToken.None));
        }

        var first = await Task.WhenAny(loops);
        await first;
        await Task.WhenAll(loops);
    }

    /// <inheritdoc/>
    public void OnLost(Venue venue, int connection, string reason, TimeSpan wait) => _log.Warning(
        "{Venue} connection {Connection} ended: {Reason}; next try in {WaitMs} ms",
        venue.Name(), connection, reason, (long)wait.TotalMilliseconds);

    /// <inheritdoc/>
    public void OnReplaced(Venue venue, int connection, string reason) =>
        _log.Warning("{Venue} connection {Connection} is replaced: {Reason}", venue.Name(), connection, reason);

    /// <inheritdoc/>
    public void OnChangeOver(Venue venue, int connection, string reason) =>
        _log.Information(
            "{Venue} connection {Connection} gets a successor: {Reason}", venue.Name(), connection, reason);

    private static FeedOptions Options(Venue venue, FeedSettings feed) =>
        new(venue, new Uri(feed.WsUrl), new Uri(feed.RestUrl), [.. feed.Symbols.Select(Symbol.Parse)])
        {
            BookDepth = feed.BookDepth,
            StaleAfter = TimeSpan.FromMilliseconds(feed.StaleAfterMs),
            ReconnectFirst = TimeSpan.FromMilliseconds(feed.Reconnect.FirstMs),
            ReconnectMost = TimeSpan.FromMilliseconds(feed.Reconnect.MaxMs),
            ReconnectJitter = feed.Reconnect.Jitter,
            ConnectionLife = TimeSpan.FromHours(feed.MaxConnectionHours),
        };
}
