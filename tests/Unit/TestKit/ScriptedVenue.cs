using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>
/// A venue in memory that speaks as much of Binance's or Bybit's protocol as a feed needs, on virtual time, with faults
/// on
/// command. Update ids belong to the venue, not to a connection, as on the real ones.
/// </summary>
internal sealed class ScriptedVenue : IVenueTransport
{
    private readonly VirtualTime _time;
    private readonly Venue _venue;
    private readonly IReadOnlyList<Symbol> _symbols;
    private readonly Dictionary<Symbol, long> _ids = [];
    private readonly List<ScriptedSocket> _open = [];
    private ITimer? _beat;
    private int _sockets;

    public ScriptedVenue(VirtualTime time, Venue venue, IReadOnlyList<Symbol> symbols, TimeSpan every)
    {
        (_time, _venue, _symbols) = (time, venue, symbols);
        foreach (var symbol in symbols)
        {
            _ids[symbol] = 1_000;
        }

        _beat = time.CreateTimer(_ => Beat(), null, every, every);
    }

    /// <summary>Every connection attempt fails.</summary>
    public bool Refuses { get; set; }

    /// <summary>Data stop; the sockets stay open and pings are answered.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Answer REST requests with 429 and this wait.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>A message of this text goes out instead of the next update of each socket.</summary>
    public string? Garbage { get; set; }

    /// <summary>The next socket whose books were delivered whole is cut at once.</summary>
    public bool CutsNewest { get; set; }

    /// <summary>The update is counted but not sent: the next one leaves a hole.</summary>
    public Symbol? Loses { get; set; }

    /// <summary>When, and what: connections, requests, what clients sent.</summary>
    public List<(TimeSpan At, string What)> Log { get; } = [];

    public int OpenSockets => _open.Count;

    public IEnumerable<TimeSpan> TimesOf(string what) =>
        Log.Where(entry => entry.What.StartsWith(what, StringComparison.Ordinal)).Select(entry => entry.At);

    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Note("connect");
        if (Refuses)
        {
            throw new VenueException($"cannot connect to {address}: refused");
        }

        var socket = new ScriptedSocket(this, ++_sockets);
        _open.Add(socket);
        Note($"open {socket.Number}");
        if (_venue == Venue.Binance)
        {
            socket.Subscribed.UnionWith(_symbols);
        }

        return Task.FromResult<IVenueSocket>(socket);
    }

    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancel)
    {
        Note($"get {address.Query}");
        await Task.Delay(TimeSpan.FromMilliseconds(30), _time, cancel);
        if (RetryAfter is { } wait)
        {
            throw new VenueException($"GET {address} answered 429", wait);
        }

        var symbol = _symbols.Single(s => address.Query.Contains($"symbol={s.Compact}&", StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes($"{{\"lastUpdateId\":{_ids[symbol]},{Sides("bids", "asks", _ids[symbol])}}}");
    }

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        foreach (var socket in _open.ToArray())
        {
            socket.Break();
        }
    }

    /// <summary>Says on every connection that it will end soon.</summary>
    public void AnnounceShutdown() =>
        _open.ForEach(socket => socket.Offer("""{"e":"serverShutdown","E":1770123456789}"""));

    private void Note(string what) => Log.Add((_time.GetUtcNow() - DateTimeOffset.UnixEpoch, what));

    private void Beat()
    {
        if (IsFrozen)
        {
            return;
        }

        foreach (var symbol in _symbols)
        {
            var id = ++_ids[symbol];
            if (Loses == symbol)
            {
                Loses = null;
                continue;
            }

            foreach (var socket in _open.ToArray())
            {
                if (socket.Subscribed.Contains(symbol))
                {
                    socket.Offer(Garbage ?? Update(symbol, id));
                }
            }
        }

        Garbage = null;
    }

    private string Update(Symbol symbol, long id) => _venue == Venue.Binance
        ? $"{{\"stream\":\"{symbol.Compact.ToLowerInvariant()}@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":1,\"s\":"
            + $"\"{symbol.Compact}\",\"U\":{id},\"u\":{id},{Sides("b", "a", id)}}}}}"
        : Bybit("delta", symbol, id);

    private static string Bybit(string type, Symbol symbol, long id) =>
        $"{{\"topic\":\"orderbook.200.{symbol.Compact}\",\"type\":\"{type}\",\"ts\":1,\"data\":{{\"s\":\"{symbol.Compact}\","
        + $"{Sides("b", "a", id)},\"u\":{id},\"seq\":{id}}},\"cts\":1}}";

    private static string Sides(string bids, string asks, long id) =>
        $"\"{bids}\":[[\"100\",\"{1 + (id % 7)}\"]],\"{asks}\":[[\"101\",\"{1 + (id % 5)}\"]]";

    private void Said(ScriptedSocket socket, string text)
    {
        Note($"sent {text}");
        if (_venue != Venue.Bybit)
        {
            return;
        }

        if (text.Contains("\"ping\"", StringComparison.Ordinal))
        {
            socket.Offer("""{"success":true,"ret_msg":"pong","op":"ping"}""");
            return;
        }

        foreach (var symbol in _symbols.Where(s => text.Contains($"orderbook.200.{s.Compact}\"", StringComparison.Ordinal)))
        {
            if (text.Contains("\"unsubscribe\"", StringComparison.Ordinal))
            {
                socket.Subscribed.Remove(symbol);
            }
            else if (!IsFrozen && socket.Subscribed.Add(symbol))
            {
                socket.Offer(Bybit("snapshot", symbol, _ids[symbol]));
            }
        }

        if (CutsNewest && socket.Number > 1 && socket.Subscribed.Count == _symbols.Count)
        {
            CutsNewest = false;
            socket.EndAfterQueue();
        }
    }

    private sealed class ScriptedSocket(ScriptedVenue venue, int number) : IVenueSocket
    {
        private readonly Queue<byte[]> _queue = new();
        private TaskCompletionSource? _wake;
        private bool _broken;
        private bool _ends;

        public int Number => number;

        public HashSet<Symbol> Subscribed { get; } = [];

        public void Offer(string text)
        {
            _queue.Enqueue(Encoding.UTF8.GetBytes(text));
            _wake?.TrySetResult();
        }

        public void Break()
        {
            _broken = true;
            venue._open.Remove(this);
            _wake?.TrySetResult();
        }

        public void EndAfterQueue() => _ends = true;

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                if (_broken)
                {
                    throw new VenueException("the connection broke");
                }

                if (_queue.TryDequeue(out var message))
                {
                    return message;
                }

                if (_ends)
                {
                    return null;
                }

                _wake = new TaskCompletionSource();
                using (cancel.Register(() => _wake.TrySetCanceled(cancel)))
                {
                    await _wake.Task;
                }
            }
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            if (_broken)
            {
                throw new VenueException("the connection broke");
            }

            venue.Said(this, Encoding.UTF8.GetString(text.Span));
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            venue._open.Remove(this);
            venue.Note($"close {number}");
            return ValueTask.CompletedTask;
        }
    }
}
