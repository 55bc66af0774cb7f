using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>
/// A venue in memory that speaks as much of Binance's or Bybit's protocol as a feed needs, on virtual time, with faults
/// on
/// command. Update ids belong to the venue, not to a connection, as on the real ones.
/// </summary>
internal sealed class ScriptedVenue : ScriptedServer<ScriptedVenue.Socket>, IVenueTransport
{
    private readonly Venue _venue;
    private readonly IReadOnlyList<Symbol> _symbols;
    private readonly Dictionary<Symbol, long> _ids = [];
    private ITimer? _beat;

    public ScriptedVenue(VirtualTime time, Venue venue, IReadOnlyList<Symbol> symbols, TimeSpan every)
        : base(time)
    {
        (_venue, _symbols) = (venue, symbols);
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

    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Note("connect");
        if (Refuses)
        {
            throw new VenueException($"cannot connect to {address}: refused");
        }

        var socket = Accept(number => new Socket(number));
        if (_venue == Venue.Binance)
        {
            socket.Subscribed.UnionWith(_symbols);
        }

        return Task.FromResult<IVenueSocket>(socket);
    }

    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancel)
    {
        Note($"get {address.Query}");
        await Task.Delay(TimeSpan.FromMilliseconds(30), Time, cancel);
        if (RetryAfter is { } wait)
        {
            throw new VenueException($"GET {address} answered 429", wait);
        }

        var symbol = _symbols.Single(s => address.Query.Contains($"symbol={s.Compact}&", StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes($"{{\"lastUpdateId\":{_ids[symbol]},{Sides("bids", "asks", _ids[symbol])}}}");
    }

    /// <summary>Says on every connection that it will end soon.</summary>
    public void AnnounceShutdown() =>
        Array.ForEach(Open, socket => socket.Deliver("""{"e":"serverShutdown","E":1770123456789}"""));

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

            foreach (var socket in Open)
            {
                if (socket.Subscribed.Contains(symbol))
                {
                    socket.Deliver(Garbage ?? Update(symbol, id));
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

    protected override void Said(Socket socket, string text)
    {
        Note($"sent {text}");
        if (_venue != Venue.Bybit)
        {
            return;
        }

        if (text.Contains("\"ping\"", StringComparison.Ordinal))
        {
            socket.Deliver("""{"success":true,"ret_msg":"pong","op":"ping"}""");
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
                socket.Deliver(Bybit("snapshot", symbol, _ids[symbol]));
            }
        }

        if (CutsNewest && socket.Number > 1 && socket.Subscribed.Count == _symbols.Count)
        {
            CutsNewest = false;
            socket.EndAfterQueue();
        }
    }

    internal sealed class Socket(int number) : ScriptedSocket(number)
    {
        public HashSet<Symbol> Subscribed { get; } = [];
    }
}
