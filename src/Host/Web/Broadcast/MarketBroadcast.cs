using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Strikes;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>
/// Sends every ladder to everyone who wants it: one thread, each message made once, one system call a client.
/// </summary>
/// <remarks>
/// Nothing is queued for a client: one that has not taken a message whole gets nothing more until it has, and then a
/// snapshot of the newest state. One that takes no byte for <see cref="Patience"/> is cut off. The market loop only
/// leaves its newest snapshot here.
/// </remarks>
internal sealed class MarketBroadcast : IMarketSink, IDisposable
{
    /// <summary>Most clients at a time.</summary>
    public const int MaxClients = 10_000;

    /// <summary>How long a client may take nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Shorter than the pause between two messages; a thousand clients that never read cost next to nothing then.
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan IdleEvery = TimeSpan.FromSeconds(1);

    // A close frame with code 1001, going away (RFC 6455 §5.5.1, §7.4.1).
    private static readonly byte[] GoingAway = [0x88, 0x02, 0x03, 0xE9];

    private readonly ConcurrentQueue<Wish> _wishes = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly HashSet<BroadcastClient> _clients = [];
    private readonly List<BroadcastClient> _busy = [];
    private readonly Stack<SharedFrame> _pool = new();
    private readonly Utf8JsonWriter _writer = new(Stream.Null);
    private readonly BroadcastMeter _meter = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly long _pauseTicks;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private FrozenDictionary<Symbol, LadderStream> _streams = FrozenDictionary<Symbol, LadderStream>.Empty;
    private LadderStream[] _inOrder = [];
    private long[] _due = [];
    private int _clientCount;
    private long _retryDue;
    private volatile bool _stopped;
    private volatile bool _isOver;

    /// <summary>Makes a broadcast that has no stream yet.</summary>
    /// <param name="pause">The shortest time between two messages of one stream.</param>
    /// <param name="clock">The time of the data.</param>
    /// <param name="failed">Told of a failure that ended the thread.</param>
    /// <param name="patience">How long a client may take nothing; <see cref="Patience"/> where it is not given.</param>
    public MarketBroadcast(
        TimeSpan pause, TimeProvider clock, Action<Exception> failed, TimeSpan? patience = null)
    {
        _patience = patience ?? Patience;
        _pauseTicks = (long)(pause.TotalSeconds * Stopwatch.Frequency);
        (_clock, _failed) = (clock, failed);
        _thread = new Thread(Run) { IsBackground = true, Name = "market broadcast" };
    }

    /// <summary>The streams in configured order; fixed from <see cref="Start"/> on.</summary>
    public IReadOnlyList<LadderStream> Streams => _inOrder;

    /// <summary>Clients now; any thread.</summary>
    public int ClientCount => Volatile.Read(ref _clientCount);

    /// <summary>Opens one stream for each ladder and starts the thread.</summary>
    /// <param name="ladders">The ladders as they are now, most of them empty.</param>
    /// <param name="epoch">The run's id, which tells a client that sequences begin anew.</param>
    public void Start(IEnumerable<StrikeSnapshot> ladders, string epoch)
    {
        var at = Stamps.ToMillis(_clock.UnixNanos());
        _inOrder = [.. ladders.Select(ladder => new LadderStream(ladder, epoch, at, _pool))];
        _due = new long[_inOrder.Length];
        Volatile.Write(ref _streams, _inOrder.ToFrozenDictionary(stream => stream.Symbol));
        _meter.Observe(() => ClientCount);
        _thread.Start();
    }

    /// <inheritdoc/>
    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        if (Volatile.Read(ref _streams).TryGetValue(snapshot.Symbol, out var stream))
        {
            stream.Offer(snapshot);
            _wake.Set();
        }
    }

    /// <summary>The stream of a symbol; null where there is none. Any thread.</summary>
    public LadderStream? Find(Symbol symbol) => Volatile.Read(ref _streams).GetValueOrDefault(symbol);

    /// <summary>A client wants its streams; any thread.</summary>
    public void Join(BroadcastClient client) => Ask(new Wish(WishKind.Join, client));

    /// <summary>A control frame of the protocol for a client; any thread.</summary>
    /// <returns>Done when it was taken: so a client has one at a time here, however fast it provokes them.</returns>
    public Task ReplyAsync(BroadcastClient client, byte[] frame)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Ask(new Wish(WishKind.Reply, client, frame, taken));
        return taken.Task;
    }

    /// <summary>A client goes once it has taken what was begun; any thread.</summary>
    public void Leave(BroadcastClient client) => Ask(new Wish(WishKind.Leave, client));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopped && !_thread.IsAlive)
        {
            return;
        }

        _stopped = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _meter.Dispose();
        _writer.Dispose();
    }

    private void Ask(Wish wish)
    {
        _wishes.Enqueue(wish);
        if (_isOver)
        {
            // Nobody takes wishes any more, and nobody else touches the client.
            wish.Client.End();
            wish.Taken?.TrySetResult();
            return;
        }

        _wake.Set();
    }

    private void Run()
    {
        try
        {
            while (!_stopped)
            {
                _wake.WaitOne(Pause(Stopwatch.GetTimestamp()));
                TakeWishes();
                Retry();
                for (var i = 0; i < _inOrder.Length; i++)
                {
                    var now = Stopwatch.GetTimestamp();
                    if (_inOrder[i].HasNews && now >= _due[i])
                    {
                        _due[i] = now + _pauseTicks;
                        Publish(_inOrder[i]);
                    }
                }
            }

            SayGoodbye();
        }
        catch (Exception e)
        {
            // Clients that get nothing any more must not believe that nothing happens.
            _stopped = true;
            _failed(e);
            SayGoodbye();
        }
    }

    private TimeSpan Pause(long now)
    {
        var pause = _busy.Count > 0 ? RetryEvery : IdleEvery;
        for (var i = 0; i < _inOrder.Length; i++)
        {
            if (_inOrder[i].HasNews)
            {
                var left = Math.Max(0, _due[i] - now) * TimeSpan.TicksPerSecond / Stopwatch.Frequency;
                // A wait counts whole milliseconds and would end early for less than one.
                pause = TimeSpan.FromTicks(
                    Math.Min(pause.Ticks, left == 0 ? 0 : Math.Max(left, TimeSpan.TicksPerMillisecond)));
            }
        }

        return pause;
    }

    private void Publish(LadderStream stream)
    {
        var began = Stopwatch.GetTimestamp();
        stream.Step(_writer, Stamps.ToMillis(_clock.UnixNanos()));

        // From the end: one that turns out to be gone leaves the list.
        for (var i = stream.Subscriptions.Count - 1; i >= 0; i--)
        {
            Offer(stream.Subscriptions[i]);
        }

        _meter.Published(stream.Subscriptions.Count, Stopwatch.GetElapsedTime(began));
    }

    private void Offer(Subscription subscription)
    {
        var (client, stream) = (subscription.Client, subscription.Stream);
        if (client.IsBusy || client.IsLeaving)
        {
            return;
        }

        if (subscription.Sent != 0 && subscription.Sent < stream.Sequence - 1)
        {
            _meter.Conflated();
        }

        var frame = stream.FrameAfter(subscription.Sent, _writer);
        subscription.Sent = stream.Sequence;
        After(client, client.Begin(frame));
    }

    private void Retry()
    {
        var now = Stopwatch.GetTimestamp();
        if (now < _retryDue)
        {
            return;
        }

        _retryDue = now + (long)(RetryEvery.TotalSeconds * Stopwatch.Frequency);
        for (var i = _busy.Count - 1; i >= 0; i--)
        {
            var client = _busy[i];
            var works = client.Continue(out var progressed);
            if (progressed)
            {
                client.ProgressTimestamp = Stopwatch.GetTimestamp();
            }

            if (!works)
            {
                Remove(client);
            }
            else if (Stopwatch.GetElapsedTime(client.ProgressTimestamp) > _patience)
            {
                _meter.CutOff();
                Remove(client);
            }
            else if (!client.IsBusy)
            {
                _busy.RemoveAt(i);
                CatchUp(client);
            }
        }
    }

    private void CatchUp(BroadcastClient client)
    {
        if (client.IsLeaving)
        {
            Remove(client);
            return;
        }

        foreach (var subscription in client.Subscriptions)
        {
            if (subscription.Sent < subscription.Stream.Sequence)
            {
                Offer(subscription);
            }
        }
    }

    private void TakeWishes()
    {
        // What was there, and no more: who asks without end must not keep the others waiting.
        for (var left = _wishes.Count; left > 0 && _wishes.TryDequeue(out var wish); left--)
        {
            var client = wish.Client;
            wish.Taken?.TrySetResult();
            if (wish.Kind == WishKind.Join)
            {
                _clients.Add(client);
                Volatile.Write(ref _clientCount, _clients.Count);
                foreach (var subscription in client.Subscriptions)
                {
                    subscription.Stream.Subscriptions.Add(subscription);
                }

                CatchUp(client);
            }
            else if (!_clients.Contains(client))
            {
                client.End();
            }
            else if (wish.Kind == WishKind.Reply)
            {
                var wasBusy = client.IsBusy;
                After(client, client.Reply(wish.Frame!), wasBusy);
            }
            else
            {
                client.IsLeaving = true;
                if (!client.IsBusy)
                {
                    Remove(client);
                }
            }
        }
    }

    private void After(BroadcastClient client, bool works, bool wasBusy = false)
    {
        if (!works)
        {
            Remove(client);
        }
        else if (client.IsBusy && !wasBusy)
        {
            client.ProgressTimestamp = Stopwatch.GetTimestamp();
            _busy.Add(client);
        }
        else if (!client.IsBusy && wasBusy)
        {
            _busy.Remove(client);
            CatchUp(client);
        }
    }

    private void Remove(BroadcastClient client)
    {
        if (_clients.Remove(client))
        {
            Volatile.Write(ref _clientCount, _clients.Count);
            _busy.Remove(client);
            foreach (var subscription in client.Subscriptions)
            {
                subscription.Stream.Subscriptions.Remove(subscription);
            }

            // Nothing is begun for it any more, whoever still has it in hand.
            client.IsLeaving = true;
            client.End();
        }
    }

    private void SayGoodbye()
    {
        foreach (var client in _clients)
        {
            if (!client.IsBusy)
            {
                client.Reply(GoingAway);
            }

            client.End();
        }

        // First this, then the rest: what is asked in between is answered by one of the two.
        _isOver = true;
        while (_wishes.TryDequeue(out var wish))
        {
            wish.Client.End();
            wish.Taken?.TrySetResult();
        }
    }

    private enum WishKind
    {
        Join,
        Reply,
        Leave,
    }

    private readonly record struct Wish(
        WishKind Kind, BroadcastClient Client, byte[]? Frame = null, TaskCompletionSource? Taken = null);
}
