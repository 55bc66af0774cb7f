using Strikeline.Kernel;

namespace Strikeline.Venues.Wire;

/// <summary>The events of one frame, parsed whole before any of them takes effect: a frame counts entirely or not at
/// all.</summary>
/// <remarks>Reused for every frame; grows to the largest frame seen and then allocates nothing. Feed loop
/// only.</remarks>
internal sealed class FrameEvents
{
    private VenueEvent[] _events = new VenueEvent[16];
    private Level[] _bids = new Level[256];
    private Level[] _asks = new Level[256];
    private int _bidCount;
    private int _askCount;

    /// <summary>Number of events in the frame.</summary>
    public int Count { get; private set; }

    /// <summary>The connection-wide sequence number of the frame; -1 where the venue has none.</summary>
    public long ConnectionSequence { get; set; }

    /// <summary>True where the frame belongs to a channel of trades.</summary>
    public bool IsTradeMessage { get; set; }

    /// <summary>Set where the venue announces the end of the connection.</summary>
    public bool ServerShutdown { get; set; }

    /// <summary>Set where the frame is the venue's refusal of something that was asked.</summary>
    public bool IsRefusal { get; set; }

    /// <summary>The instrument that a rejected frame certainly belongs to; -1 where unknown.</summary>
    public int Culprit { get; set; }

    public ref VenueEvent this[int index] => ref _events[index];

    public void Clear()
    {
        Count = 0;
        _bidCount = 0;
        _askCount = 0;
        ConnectionSequence = -1;
        IsTradeMessage = false;
        ServerShutdown = false;
        IsRefusal = false;
        Culprit = -1;
    }

    public ref VenueEvent Add(VenueEventKind kind, int instrument)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, Count * 2);
        }

        ref var e = ref _events[Count++];
        e = default;
        e.Kind = kind;
        e.Instrument = instrument;
        e.BidStart = _bidCount;
        e.AskStart = _askCount;
        return ref e;
    }

    /// <summary>Adds a level to the newest event; false beyond the limit.</summary>
    public bool AddLevel(Side side, long price, long quantity)
    {
        ref var e = ref _events[Count - 1];
        if (side == Side.Buy)
        {
            if (_bidCount == _bids.Length && !Grow(ref _bids))
            {
                return false;
            }

            _bids[_bidCount++] = new Level(price, quantity);
            e.BidCount++;
        }
        else
        {
            if (_askCount == _asks.Length && !Grow(ref _asks))
            {
                return false;
            }

            _asks[_askCount++] = new Level(price, quantity);
            e.AskCount++;
        }

        return true;
    }

    /// <summary>Puts the events into the opposite order: for frames that list the newest first.</summary>
    public void Reverse() => Array.Reverse(_events, 0, Count);

    public ReadOnlySpan<Level> Bids(in VenueEvent e) => _bids.AsSpan(e.BidStart, e.BidCount);

    public ReadOnlySpan<Level> Asks(in VenueEvent e) => _asks.AsSpan(e.AskStart, e.AskCount);

    private static bool Grow(ref Level[] levels)
    {
        if (levels.Length >= VenuesLimits.MaxLevelsPerSide)
        {
            return false;
        }

        Array.Resize(ref levels, levels.Length * 2);
        return true;
    }
}
