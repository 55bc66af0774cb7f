using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;

namespace Strikeline.Host.Web;

/// <summary>
/// How many connections there are at a time, over all addresses. Where one more would be too many, the one that has
/// asked for nothing for the longest is cut for it, so that connections that say nothing, or say it byte by byte, keep
/// out nobody.
/// </summary>
/// <remarks>Everybody here comes from loopback: no limit by address could tell one from another. Any thread.</remarks>
internal sealed class ConnectionGate : IDisposable
{
    // What journals, feeds, stores and the runtime itself have open.
    private const int OwnFiles = 512;
    private const int LeastConnections = 60;
    private const long TouchMs = 1_000;

    private readonly Lock _gate = new();
    private readonly Meter _meter = new("Strikeline.Connections");
    private readonly Counter<long> _cut;

    // Who could be cut: longest without a request first.
    private readonly LinkedList<Guest> _idle = [];
    private int _settled;

    /// <param name="most">The most connections; a sixth of them cannot be taken by WebSockets for good.</param>
    public ConnectionGate(int most)
    {
        Most = most;
        _cut = _meter.CreateCounter<long>(
            "connections_cut_total", null, "Connections that were cut for newer ones because there were too many.");
        _meter.CreateObservableGauge("connections", () => Count, null, "Connections of clients.");
    }

    /// <summary>The most connections.</summary>
    public int Most { get; }

    /// <summary>Those that there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count + _settled;
            }
        }
    }

    private bool HasRoom => Volatile.Read(ref _settled) < Most / 6 * 5;

    private bool HasRoomForAnybody => Volatile.Read(ref _settled) < Most / 6 * 4;

    /// <summary>The most that a process may have that may open so many files: the rest is for journals, feeds and
    /// stores, which must not fail because of visitors.</summary>
    /// <param name="wanted">The most that are wanted.</param>
    /// <param name="files">What the system allows; null where it says nothing.</param>
    public static int Affordable(int wanted, long? files) =>
        files is { } limit
            ? (int)Math.Min(wanted, Math.Max(Math.Min(limit / 4 * 3, limit - OwnFiles), LeastConnections))
            : wanted;

    /// <summary>How many files this process may have open; null where the system does not say.</summary>
    public static long? OpenFiles()
    {
        const string Row = "Max open files";
        try
        {
            var row = File.ReadLines("/proc/self/limits").FirstOrDefault(
                line => line.StartsWith(Row, StringComparison.Ordinal));
            var words = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is { Length: > 0 } && long.TryParse(words[0], out var limit) ? limit : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Of the connection that a request came on; null where it came through no gate.</summary>
    public static Guest? Of(HttpContext context) => context.Features.Get<Guest>();

    /// <summary>Serves a connection until it ends or is cut.</summary>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var guest = new Guest(this, connection);
        if (!TryEnter(guest))
        {
            connection.Abort();
            return;
        }

        connection.Features.Set(guest);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(guest);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private bool TryEnter(Guest guest)
    {
        Guest? oldest = null;
        lock (_gate)
        {
            if (_idle.Count + _settled >= Most)
            {
                if (_idle.First is not { } first)
                {
                    return false;
                }

                oldest = first.Value;
                _idle.Remove(first);
                _cut.Add(1);
            }

            _idle.AddLast(guest.Node);
        }

        oldest?.Connection.Abort(new ConnectionAbortedException("cut for a newer connection"));
        return true;
    }

    private void Leave(Guest guest)
    {
        lock (_gate)
        {
            if (guest.IsSettled)
            {
                _settled--;
            }
            else if (guest.Node.List is not null)
            {
                _idle.Remove(guest.Node);
            }
        }
    }

    /// <summary>One connection.</summary>
    internal sealed class Guest
    {
        private readonly ConnectionGate _owner;
        private long _touchedMs = Environment.TickCount64;

        internal Guest(ConnectionGate owner, ConnectionContext connection)
        {
            (_owner, Connection) = (owner, connection);
            Node = new LinkedListNode<Guest>(this);
        }

        internal ConnectionContext Connection { get; }

        internal LinkedListNode<Guest> Node { get; }

        internal bool IsSettled { get; private set; }

        /// <summary>True while a further WebSocket may stay.</summary>
        public bool HasRoom => _owner.HasRoom;

        /// <summary>It has asked for something.</summary>
        public void Touch()
        {
            var now = Environment.TickCount64;
            if (now - Volatile.Read(ref _touchedMs) < TouchMs)
            {
                return;
            }

            Volatile.Write(ref _touchedMs, now);
            lock (_owner._gate)
            {
                if (Node.List is not null)
                {
                    _owner._idle.Remove(Node);
                    _owner._idle.AddLast(Node);
                }
            }
        }

        /// <summary>It is a WebSocket that has said what it wants: it may be silent from now on and is not cut. Those
        /// without a key can take at most two thirds of all places so, which leaves some to who has one.</summary>
        /// <param name="isKnown">True where it has a key.</param>
        public void Settle(bool isKnown)
        {
            lock (_owner._gate)
            {
                if (!IsSettled && Node.List is not null && (isKnown ? _owner.HasRoom : _owner.HasRoomForAnybody))
                {
                    _owner._idle.Remove(Node);
                    IsSettled = true;
                    _owner._settled++;
                }
            }
        }
    }
}
