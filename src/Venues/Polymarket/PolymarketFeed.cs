using Strikeline.Kernel;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Venues;

/// <summary>
/// Polymarket's market data: finds the markets of rolling windows before they start, keeps the books of their tokens on
/// two sockets each, compares them with the venue's REST answers, and brings the prices that the markets settle on.
/// </summary>
/// <remarks>
/// <para>One loop. Frames, REST answers and the loop's own steps take turns under one lock, and the sink is called
/// under
/// it: it must return at once.</para>
/// <para>Every token is carried by two sockets that are equals; the sink sees the better one, so that a socket that
/// breaks, freezes behind healthy pings or loses one asset costs no unproven moment. Where a book goes wrong it is
/// asked
/// for again on that socket, and the socket is replaced where that does not help.</para>
/// </remarks>
public sealed partial class PolymarketFeed : IOutcomeLinkOwner
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly PolymarketOptions _options;
    private readonly IVenueTransport _transport;
    private readonly IFeedRecorder _recorder;
    private readonly IFeedListener _listener;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly PolymarketDecoder _decoder;
    private readonly Discovery _discovery;
    private readonly EngineWatch _engine = new();
    private readonly List<TokenGroup> _groups = [];
    private readonly List<ReferenceSeat> _references = [];
    private readonly List<Task> _requests = [];
    private int _connections;
    private long _lost;
    private long _restAtNanos;
    private int _refusals;
    private long _clobNanos;
    private double _compareCredit;
    private CancellationToken _cancel;

    /// <summary>Makes a feed; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="options">Where the venue is and what is watched.</param>
    /// <param name="transport">The network.</param>
    /// <param name="sink">Receives books, markets, trades and prices.</param>
    /// <param name="recorder">The tape.</param>
    /// <param name="listener">Hears of connections that come and go.</param>
    /// <param name="held">Where something is held: these markets are described until they have paid.</param>
    /// <param name="clock">The clock and the timers.</param>
    /// <param name="random">Source of jitter, seeded by the caller and used by this feed alone.</param>
    public PolymarketFeed(
        PolymarketOptions options,
        IVenueTransport transport,
        IOutcomeSink sink,
        IFeedRecorder recorder,
        IFeedListener listener,
        IHeldMarkets held,
        TimeProvider clock,
        Random random)
    {
        _options = options;
        _transport = transport;
        _recorder = recorder;
        _listener = listener;
        _clock = clock;
        _random = random;
        _decoder = new PolymarketDecoder(sink, discover: false, options.StaleAfter, options.TakerHold);
        _discovery = new Discovery(options, _decoder, held);
        if (options is { Credentials: not null, PolyBolt: { } polyBolt })
        {
            _references.Add(new ReferenceSeat(polyBolt, isPolyBolt: true, NewBackOff()));
        }

        if (options.Rtds is { } rtds)
        {
            _references.Add(new ReferenceSeat(rtds, isPolyBolt: false, NewBackOff()));
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        _cancel = cancel;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                lock (_gate)
                {
                    Advance(_clock.UnixNanos());
                }

                await Task.Delay(Step, _clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop.
        }

        await EndAsync();
    }

    /// <summary>Where every token's book stands. Any thread.</summary>
    public IReadOnlyList<OutcomeReport> Report()
    {
        lock (_gate)
        {
            var now = _clock.UnixNanos();
            return [.. _decoder.Tokens.All.Where(token => token.IsWatched).Select(token => ReportOf(token, now))];
        }
    }

    void IOutcomeLinkOwner.OnConnected(OutcomeLink link)
    {
        lock (_gate)
        {
            var now = _clock.UnixNanos();
            _recorder.Connected(Venue.Polymarket, link.Number, now);
            _decoder.Connected(link.Number, now);
        }
    }

    void IOutcomeLinkOwner.OnFrame(OutcomeLink link, ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            var now = _clock.UnixNanos();
            _recorder.Frame(Venue.Polymarket, link.Number, string.Empty, frame, now);
            var unknown = _decoder.UnknownEvents.Count;
            _decoder.Accept(link.Number, frame, string.Empty, now);
            if (_decoder.UnknownEvents.Count != unknown)
            {
                _listener.OnUnknown(Venue.Polymarket, link.Number, _decoder.UnknownEvents.Keys.Last());
            }
        }
    }

    void IOutcomeLinkOwner.OnDisconnected(OutcomeLink link)
    {
        lock (_gate)
        {
            var now = _clock.UnixNanos();
            _recorder.Disconnected(Venue.Polymarket, link.Number, now);
            _decoder.Disconnected(link.Number, now);
        }
    }

    private BackOff NewBackOff() =>
        new(_options.ReconnectFirst, _options.ReconnectMost, _options.ReconnectJitter, _random);

    private void Advance(long now)
    {
        Reap(now);
        _decoder.Catalog.SetEngine(_engine.PhaseAt(now), now);
        Discover(now);
        Group();
        foreach (var group in _groups)
        {
            Tend(group, now);
        }

        _decoder.Judge(now);
        Compare(now);
        foreach (var seat in _references)
        {
            Tend(seat, now);
        }

        foreach (var entry in _discovery.Over(now))
        {
            Drop(entry, now);
        }
    }

    // Connections that have ended.
    private void Reap(long now)
    {
        foreach (var seat in _groups.SelectMany(group => group.Seats))
        {
            if (seat.Link is { Completion.IsCompleted: true } link)
            {
                seat.Link = null;
                seat.Asked.Clear();
                seat.Condemned = null;
                seat.RetryAtNanos = now + Lose(link, seat.BackOff.Next()).Nanos();
            }
        }

        foreach (var seat in _references)
        {
            if (seat.Link is { Completion.IsCompleted: true } link)
            {
                seat.Link = null;
                seat.IsSubscribed = false;

                // A wrong key and a broken rule do not mend by asking again soon; a drain is over as soon as it began,
                // and everybody who was on that server comes back at once.
                var wait = link.CloseCode switch
                {
                    4001 or 4008 => _options.ReconnectMost * 2,
                    4003 => TimeSpan.FromMilliseconds(2_000 * _random.NextDouble()),
                    _ => seat.BackOff.Next(),
                };
                seat.RetryAtNanos = now + Lose(link, wait).Nanos();
            }
        }

        _requests.RemoveAll(request => request.IsCompleted);
    }

    private TimeSpan Lose(OutcomeLink link, TimeSpan wait)
    {
        _lost++;
        wait = link.RetryAfter is { } asked && asked > wait ? asked : wait;
        _listener.OnLost(Venue.Polymarket, link.Number, link.Completion.Result, wait);
        link.Dispose();
        return wait;
    }

    private OutcomeLink NewLink(Uri address, IReadOnlyList<string> opening, long now) =>
        new(++_connections, address, opening, _transport, this, now, _cancel);

    private void Drop(MarketCatalog.Entry entry, long now)
    {
        var names = new List<string>();
        var dropped = new List<int>();
        foreach (var token in _decoder.Tokens.All)
        {
            if (token.IsWatched && token.MarketId == entry.ConditionId)
            {
                names.Add(token.Key.TokenId);
                dropped.Add(token.Index);
            }
        }

        foreach (var group in _groups)
        {
            if (dropped.TrueForAll(token => !group.Tokens.Contains(token)))
            {
                continue;
            }

            dropped.ForEach(token => group.Tokens.Remove(token));
            foreach (var seat in group.Seats)
            {
                seat.Link?.Send(MarketSpeech.Unsubscribe(names));
                dropped.ForEach(token => seat.Asked.Remove(token));
            }
        }

        _decoder.Drop(entry, now);
    }

    private async Task EndAsync()
    {
        OutcomeLink?[] links;
        Task[] requests;
        lock (_gate)
        {
            links =
            [
                .. _groups.SelectMany(group => group.Seats).Select(seat => seat.Link),
                .. _references.Select(seat => seat.Link),
            ];
            requests = [.. _requests];
        }

        foreach (var link in links)
        {
            if (link is not null)
            {
                await link.EndAsync();
            }
        }

        await Task.WhenAll(requests);
    }

    private OutcomeReport ReportOf(Token token, long now)
    {
        var line = _decoder.Board.LineOf(token.Index);
        var book = line.Leader?[token.Index];
        var proof = book?.Book.Proof ?? BookProof.Waiting;
        var state = _connections == 0 ? FeedState.Connecting : proof switch
        {
            BookProof.Proven => FeedState.Live,
            BookProof.Waiting or BookProof.AwaitingSnapshot => FeedState.Syncing,
            BookProof.Disconnected => FeedState.Down,
            BookProof.Stale => FeedState.Stale,
            _ => FeedState.Unproven,
        };
        if (line.SinceNanos == 0 || line.State != state)
        {
            line.State = state;
            line.SinceNanos = now;
        }

        var proven = state == FeedState.Live;
        return new OutcomeReport
        {
            Key = token.Key,
            MarketId = token.MarketId,
            State = state,
            Reason = proven ? null : proof.Code(),
            NextStep = proven ? null : proof.NextStep(),
            SinceNanos = line.SinceNanos,
            LastChangeNanos = line.Watch.LastChangeNanos,
            ConfirmedNanos = line.ConfirmedNanos,
            Proven = proven,
            Bid = proven ? book!.Book.Levels.Bids.Best : default,
            Ask = proven ? book!.Book.Levels.Asks.Best : default,
            Events = line.Events,
            Gaps = line.Gaps,
            Reconnects = _lost,
        };
    }
}
