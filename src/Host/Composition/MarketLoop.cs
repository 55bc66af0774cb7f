using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>The thread that owns the <see cref="MarketCore"/> of a live run.</summary>
/// <remarks>
/// Its inbox holds one slot for each venue and symbol, so that it never grows: a top that was not taken yet is replaced
/// by the newer one.
/// </remarks>
internal sealed class MarketLoop : ITopInbox, IDisposable
{
    private const int TickMs = 100;
    private const int ConfirmEveryTicks = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<(Venue, Symbol), int> _slots = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly MarketCore _core;
    private readonly IReadOnlyList<VenueDesk> _desks;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private TopOfBook[] _tops = new TopOfBook[64];
    private bool[] _isDirty = new bool[64];
    private int[] _dirty = new int[64];
    private int _dirtyCount;
    private volatile bool _stopped;

    public MarketLoop(
        MarketCore core, IReadOnlyList<VenueDesk> desks, TimeProvider clock, Action<Exception> failed)
    {
        _failed = failed;
        _core = core;
        _desks = desks;
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = "market loop" };
    }

    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Post(in TopOfBook top)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue((top.Venue, top.Symbol), out var slot))
            {
                slot = _slots.Count;
                _slots.Add((top.Venue, top.Symbol), slot);
                if (slot == _tops.Length)
                {
                    Array.Resize(ref _tops, slot * 2);
                    Array.Resize(ref _isDirty, slot * 2);
                    Array.Resize(ref _dirty, slot * 2);
                }
            }

            _tops[slot] = top;
            if (!_isDirty[slot])
            {
                _isDirty[slot] = true;
                _dirty[_dirtyCount++] = slot;
            }
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        try
        {
            Loop();
        }
        catch (Exception e)
        {
            // Prices that nobody makes any more must not be shown as if somebody did: the run ends.
            _failed(e);
        }
    }

    private void Loop()
    {
        var taken = new TopOfBook[64];
        var nextTick = Environment.TickCount64;
        var ticks = 0;
        while (!_stopped)
        {
            _wake.WaitOne((int)Math.Clamp(nextTick - Environment.TickCount64, 0, TickMs));
            var count = Take(ref taken);
            for (var i = 0; i < count; i++)
            {
                _core.OnTop(taken[i], _clock.UnixNanos());
            }

            if (Environment.TickCount64 >= nextTick)
            {
                nextTick = Environment.TickCount64 + TickMs;
                if (++ticks % ConfirmEveryTicks == 0)
                {
                    foreach (var desk in _desks)
                    {
                        desk.ConfirmTops(_clock.UnixNanos());
                    }
                }

                _core.OnTime(_clock.UnixNanos());
            }
        }
    }

    private int Take(ref TopOfBook[] into)
    {
        lock (_gate)
        {
            if (into.Length < _dirtyCount)
            {
                into = new TopOfBook[_tops.Length];
            }

            for (var i = 0; i < _dirtyCount; i++)
            {
                into[i] = _tops[_dirty[i]];
                _isDirty[_dirty[i]] = false;
            }

            var count = _dirtyCount;
            _dirtyCount = 0;
            return count;
        }
    }
}
