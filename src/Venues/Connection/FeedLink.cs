using Strikeline.Kernel;

namespace Strikeline.Venues.Connection;

/// <summary>One connection of a spot feed: subscribes, receives, fetches snapshots.</summary>
/// <remarks>Nothing reaches the desk or the tape after the end was told.</remarks>
internal sealed class FeedLink : VenueLink
{
    private readonly FeedOptions _options;
    private readonly IVenueSession _session;
    private readonly IVenueTransport _transport;
    private readonly VenueDesk _desk;
    private readonly IFeedRecorder _recorder;
    private readonly TimeProvider _clock;
    private readonly Lock _order = new();
    private readonly HashSet<Symbol> _fetching = [];
    private TimeSpan? _restPause;
    private bool _gone;

    public FeedLink(
        int number,
        FeedOptions options,
        IVenueTransport transport,
        VenueDesk desk,
        IFeedRecorder recorder,
        TimeProvider clock,
        CancellationToken cancel)
        : base(number, clock.UnixNanos(), cancel)
    {
        _options = options;
        _session = VenueSessions.Of(options);
        _transport = transport;
        _desk = desk;
        _recorder = recorder;
        _clock = clock;
        Start();
    }

    /// <summary>Time between calls of <see cref="Ping"/>.</summary>
    public TimeSpan PingEvery => _session.PingEvery;

    /// <summary>Asks for books again. Says nothing of success: the desk sees the snapshots or it does not.</summary>
    public void Resync(IReadOnlyList<Symbol> symbols)
    {
        if (symbols.Count == 0)
        {
            return;
        }

        if (_session.SnapshotPath(symbols[0]) is null)
        {
            Say(_session.Resubscribe([.. symbols]));
            return;
        }

        foreach (var symbol in symbols)
        {
            Aside(FetchAsync(symbol, _session.SnapshotPath(symbol)!));
        }
    }

    /// <summary>Sends the venue's keep-alive text, where it wants one.</summary>
    public void Ping()
    {
        if (_session.Ping is { } ping && IsOpen)
        {
            Say([ping]);
        }
    }

    /// <summary>How long the venue asked to be left alone since the last call; null where it did not.</summary>
    public TimeSpan? TakeRestPause()
    {
        lock (_fetching)
        {
            var pause = _restPause;
            _restPause = null;
            return pause;
        }
    }

    /// <inheritdoc/>
    protected override Task<IVenueSocket> ConnectAsync() => _transport.ConnectAsync(_session.Address, Ending);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Connected()
    {
        _recorder.Connected(_options.Venue, Number, _clock.UnixNanos());
        _desk.Connected(Number);
        return _session.Subscribe();
    }

    /// <inheritdoc/>
    protected override async Task<string> ReceiveAsync(IVenueSocket socket)
    {
        while (await socket.ReceiveAsync(Ending) is { } message)
        {
            Take(message.Span, string.Empty);
        }

        return ClosedByVenue;
    }

    /// <inheritdoc/>
    protected override void Disconnected(bool wasConnected, string reason)
    {
        lock (_order)
        {
            _gone = true;
            var now = _clock.UnixNanos();
            if (wasConnected)
            {
                _recorder.Disconnected(_options.Venue, Number, now);
            }

            _desk.Disconnected(Number, reason, now);
        }
    }

    // The tape and the desk see frames of socket and REST in the same order, or a replay would differ from the run.
    private void Take(ReadOnlySpan<byte> payload, string context)
    {
        lock (_order)
        {
            if (_gone)
            {
                return;
            }

            var now = _clock.UnixNanos();
            _recorder.Frame(_options.Venue, Number, context, payload, now);
            _desk.Frame(Number, payload, context, now);
        }
    }

    private async Task FetchAsync(Symbol symbol, string path)
    {
        lock (_fetching)
        {
            if (!_fetching.Add(symbol))
            {
                return;
            }
        }

        try
        {
            var address = new Uri(_options.Rest.ToString().TrimEnd('/') + path);
            Take(await _transport.GetAsync(address, Ending), path);
        }
        catch (VenueException e)
        {
            // The book stays unproven; the feed loop asks again when it may, or replaces the connection.
            _desk.Refused(symbol, e.Message);
            lock (_fetching)
            {
                _restPause = e.RetryAfter ?? _restPause;
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended first.
        }
        finally
        {
            lock (_fetching)
            {
                _fetching.Remove(symbol);
            }
        }
    }
}
