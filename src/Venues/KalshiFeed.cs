using Strikeline.Kernel;
using Strikeline.Venues.Kalshi;

namespace Strikeline.Venues;

/// <summary>
/// Kalshi's market data: finds the markets of the watched series as they come, keeps their books over the socket where
/// there
/// is a key and by polling where there is none, and says at each moment which of it may be believed.
/// </summary>
/// <remarks>
/// One loop. Time, network and randomness come in, so that a test runs days of it in seconds. The sink is called by one
/// caller at a time. While a socket is down its books are polled.
/// </remarks>
public sealed class KalshiFeed
{
    private const int MostResyncs = 6;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Health = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeldEvery = TimeSpan.FromSeconds(2);

    private readonly KalshiOptions _options;
    private readonly IVenueTransport _transport;
    private readonly IHeldMarkets _held;
    private readonly IFeedListener _listener;
    private readonly TimeProvider _clock;
    private readonly KalshiDesk _desk;
    private readonly KalshiPolls _polls;
    private readonly BackOff _backOff;
    private readonly Dictionary<string, Case> _cases = new(StringComparer.Ordinal);
    private KalshiLink? _link;
    private int _links;
    private long _retryNanos;
    private long _heldNanos;

    /// <summary>Makes a feed; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="options">Where the venue is, what is watched and how it is judged.</param>
    /// <param name="transport">The network.</param>
    /// <param name="sink">Receives markets, books, trades, index values and alerts.</param>
    /// <param name="held">Where something is held: those markets are described until they have paid.</param>
    /// <param name="recorder">The tape.</param>
    /// <param name="listener">Hears of sockets that come and go.</param>
    /// <param name="clock">The clock and the timers.</param>
    /// <param name="random">Source of the back-off's jitter, seeded by the caller and used by this feed alone.</param>
    public KalshiFeed(
        KalshiOptions options,
        IVenueTransport transport,
        IOutcomeSink sink,
        IHeldMarkets held,
        IFeedRecorder recorder,
        IFeedListener listener,
        TimeProvider clock,
        Random random)
    {
        _options = options;
        _transport = transport;
        _held = held;
        _listener = listener;
        _clock = clock;
        _desk = new KalshiDesk(options, sink, recorder, clock);
        _polls = new KalshiPolls(options, transport, _desk, clock, random);
        _backOff = new BackOff(options.ReconnectFirst, options.ReconnectMost, options.ReconnectJitter, random);
    }

    /// <summary>What goes wrong with requests now, in one line; null where nothing does. Any thread.</summary>
    public string? Trouble => _polls.Trouble;

    /// <summary>What was counted of messages and answers since the start. Any thread.</summary>
    public FeedTally Tally => _desk.Read(decoder => decoder.Tally);

    /// <summary>The socket's newest refusal in the venue's own words, cut short; null where it refused nothing. Any
    /// thread.</summary>
    public string? LastRefusal => _desk.Read(decoder => decoder.LastRefusal);

    /// <summary>Requests sent since the start. Any thread.</summary>
    public long Requests => _polls.Requests;

    /// <summary>Where every token stands. Any thread.</summary>
    public IReadOnlyList<OutcomeReport> Report() => _desk.Report();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var now = _clock.UnixNanos();
                _desk.Expire(_polls.PolledLife);
                Hold(now);
                Forget(now);
                await KeepLinkAsync(now, cancel);
                _polls.Step(withBooks: _link is not { IsOpen: true }, now, cancel);
                await Task.Delay(Step, _clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop.
        }

        await _polls.EndAsync();
        if (_link is not null)
        {
            await _link.EndAsync();
        }
    }

    // Asked outside the desk's lock: under it the desk tells those who answer here.
    private void Hold(long now)
    {
        if (now - _heldNanos >= HeldEvery.Nanos())
        {
            _heldNanos = now;
            var held = _held.Of(Venue.Kalshi).Select(one => one.MarketId).ToHashSet(StringComparer.Ordinal);
            _desk.Read(decoder => decoder.Catalog.Held = held);
        }
    }

    private void Forget(long now) => _desk.Read(decoder =>
    {
        decoder.Catalog.ForgetOver(now);
        return true;
    });

    private async Task KeepLinkAsync(long now, CancellationToken cancel)
    {
        if (_options.Key is null)
        {
            return;
        }

        if (_link is { Completion.IsCompleted: true } ended)
        {
            var wait = _backOff.Next();
            _retryNanos = now + wait.Nanos();
            _link = null;
            _listener.OnLost(Venue.Kalshi, ended.Number, await ended.Completion, wait);
            ended.Dispose();
        }

        if (_link is null && now >= _retryNanos)
        {
            _cases.Clear();
            _link = NewLink(cancel);
        }

        if (_link is not { IsOpen: true } link)
        {
            return;
        }

        if (now - link.StartedNanos > Health.Nanos())
        {
            _backOff.Reset();
        }

        link.Follow(_desk.Wanted());
        if ((ResyncUnproven(link, now) ?? JudgeSilence(link, now)) is { } reason)
        {
            _listener.OnReplaced(Venue.Kalshi, link.Number, reason);
            link.End();
        }
    }

    // What broke is asked for at once, what has not come yet is waited for. Where half of the books do not come about,
    // the
    // socket does not serve.
    private string? ResyncUnproven(KalshiLink link, long now)
    {
        var unproven = _desk.Unproven(link.Subscribed);
        foreach (var ticker in _cases.Keys.Where(one => !unproven.Exists(item => item.Ticker == one)).ToArray())
        {
            _cases.Remove(ticker);
        }

        var ask = new List<string>();
        var worst = 0;
        foreach (var (ticker, proof) in unproven)
        {
            if (!_cases.TryGetValue(ticker, out var open))
            {
                var isComing = proof is BookProof.Waiting or BookProof.Disconnected or BookProof.Stale;
                var patience = isComing ? FirstPatience : proof == BookProof.Crossed ? Patience : TimeSpan.Zero;
                open = new Case { NextNanos = now + patience.Nanos() };
                _cases.Add(ticker, open);
            }

            if (now >= open.NextNanos)
            {
                open.Tries++;
                open.NextNanos = now + Math.Min(Patience.Nanos() << Math.Min(open.Tries, 10), MostPatience.Nanos());
                ask.Add(ticker);
            }

            worst = open.Tries > MostResyncs ? worst + 1 : worst;
        }

        link.Resync(ask);
        return worst > 0 && worst * 2 >= link.Subscribed.Count
            ? $"{worst} books stayed unproven after {MostResyncs} requests for snapshots"
            : null;
    }

    // Pings and their answers are no data: they never come this far.
    private string? JudgeSilence(KalshiLink link, long now)
    {
        if (link.IsUnanswered(now))
        {
            return "the venue did not confirm the subscriptions";
        }

        var reason = _desk.JudgeSilence(link.Subscribed.Count > 0, now, out var asks);
        if (asks)
        {
            link.Probe();
        }

        return reason;
    }

    private KalshiLink NewLink(CancellationToken cancel) =>
        new(++_links, _options, _transport, _desk, _clock, cancel);

    private sealed class Case
    {
        public int Tries { get; set; }

        public long NextNanos { get; set; }
    }
}
