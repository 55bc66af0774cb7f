using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues;

/// <summary>
/// Keeps one venue's feed alive: connects, replaces connections that broke, went silent or grow old, and asks again for
/// books that are not proven.
/// </summary>
/// <remarks>One loop for each venue. Time, network and randomness come in, so that a test runs days of it in
/// milliseconds.</remarks>
public sealed class FeedLoop
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly FeedOptions _options;
    private readonly VenueDesk _desk;
    private readonly IVenueTransport _transport;
    private readonly IFeedRecorder _recorder;
    private readonly IFeedListener _listener;
    private readonly TimeProvider _clock;
    private readonly BackOff _backOff;
    private readonly Supervision _supervision;
    private readonly Supervision _growth;
    private int _connections;
    private FeedLink? _active;
    private FeedLink? _standby;
    private long _retryAtNanos;
    private long _standbyRetryAtNanos;
    private long _pingAtNanos;
    private long _restAtNanos;

    /// <summary>Makes a loop; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="options">Where the venue is and how it is judged.</param>
    /// <param name="desk">Takes the frames.</param>
    /// <param name="transport">The network.</param>
    /// <param name="recorder">The tape.</param>
    /// <param name="listener">Hears of connections that come and go.</param>
    /// <param name="clock">The clock and the timers.</param>
    /// <param name="random">Source of the back-off's jitter, seeded by the caller and used by this loop alone.</param>
    public FeedLoop(
        FeedOptions options,
        VenueDesk desk,
        IVenueTransport transport,
        IFeedRecorder recorder,
        IFeedListener listener,
        TimeProvider clock,
        Random random)
    {
        _options = options;
        _desk = desk;
        _transport = transport;
        _recorder = recorder;
        _listener = listener;
        _clock = clock;
        _backOff = new BackOff(options.ReconnectFirst, options.ReconnectMost, options.ReconnectJitter, random);
        var byRest = VenueSessions.Of(options).SnapshotPath(options.Symbols[0]) is not null;
        _supervision = new Supervision(desk, byRest);
        _growth = new Supervision(desk, byRest);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await StepAsync(_clock.UnixNanos(), cancel);
                await Task.Delay(Step, _clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop.
        }

        foreach (var link in new[] { _active, _standby })
        {
            if (link is not null)
            {
                await link.EndAsync();
            }
        }
    }

    private async Task StepAsync(long now, CancellationToken cancel)
    {
        if (_active is { Completion.IsCompleted: true })
        {
            await LoseActiveAsync(now);
        }

        if (_standby is { Completion.IsCompleted: true })
        {
            _listener.OnLost(_options.Venue, _standby.Number, await _standby.Completion, _options.ReconnectMost);
            _standby.Dispose();
            _standby = null;
            _standbyRetryAtNanos = now + _options.ReconnectMost.Nanos();
        }

        if (_active is null && now >= _retryAtNanos)
        {
            _active = NewLink(cancel);
            _supervision.Begin(now);
        }

        if (_active is not { IsOpen: true } active)
        {
            return;
        }

        if (now - active.StartedNanos > 60 * Stamps.NanosPerSecond)
        {
            _backOff.Reset();
        }

        if (_standby is null && !_desk.IsActive(active.Number))
        {
            // A second connection took over and was lost before this loop saw it: nobody listens to this one any more.
            _listener.OnReplaced(_options.Venue, active.Number, "the connection that took over from it is lost");
            active.End();
            return;
        }

        ObserveRestPause(active, now);
        var verdict = _supervision.Inspect(active.Number, mayAsk: now >= _restAtNanos, now);
        active.Resync(verdict.Resync);
        if (now >= _pingAtNanos && active.PingEvery != Timeout.InfiniteTimeSpan)
        {
            _pingAtNanos = now + active.PingEvery.Nanos();
            active.Ping();
        }

        if (verdict.Replace is { } reason)
        {
            _listener.OnReplaced(_options.Venue, active.Number, reason);
            active.End();
            return;
        }

        await ChangeOverAsync(active, verdict.Succeed, now, cancel);
    }

    // The new connection is opened first; the old one goes when the new one's books are proven.
    private async Task ChangeOverAsync(FeedLink active, string? succeed, long now, CancellationToken cancel)
    {
        if (_standby is null)
        {
            var isOld = now - active.StartedNanos > _options.ConnectionLife.Nanos();
            succeed ??= isOld ? "it is old" : null;
            if (succeed is not null && now >= _standbyRetryAtNanos)
            {
                _listener.OnChangeOver(_options.Venue, active.Number, succeed);
                _standby = NewLink(cancel);
                _growth.Begin(now);
            }

            return;
        }

        if (_desk.IsActive(_standby.Number))
        {
            _active = _standby;
            _standby = null;
            _supervision.Begin(now);
            await active.EndAsync();
            return;
        }

        ObserveRestPause(_standby, now);
        if (_standby.IsOpen && now >= _restAtNanos)
        {
            var verdict = _growth.Grow(_standby.Number, now);
            _standby.Resync(verdict.Resync);
            if (verdict.Replace is { } reason)
            {
                _listener.OnReplaced(_options.Venue, _standby.Number, reason);
                _standby.End();
            }
        }
    }

    // A venue that answers 429 bans those who go on asking, whatever the connection.
    private void ObserveRestPause(FeedLink link, long now)
    {
        if (link.TakeRestPause() is { } pause)
        {
            _restAtNanos = Math.Max(_restAtNanos, now + pause.Nanos());
        }
    }

    private async Task LoseActiveAsync(long now)
    {
        var link = _active!;
        var reason = await link.Completion;
        if (_standby is not null)
        {
            _active = _standby;
            _standby = null;
            _supervision.Begin(now);
            _listener.OnLost(_options.Venue, link.Number, reason, TimeSpan.Zero);
        }
        else
        {
            _active = null;
            var wait = _backOff.Next();
            wait = link.RetryAfter is { } asked && asked > wait ? asked : wait;
            _retryAtNanos = now + wait.Nanos();
            _listener.OnLost(_options.Venue, link.Number, reason, wait);
        }

        link.Dispose();
    }

    private FeedLink NewLink(CancellationToken cancel) =>
        new(++_connections, _options, _transport, _desk, _recorder, _clock, cancel);
}
