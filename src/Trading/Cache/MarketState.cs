using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>The newest description of one market, and what stands against trading it.</summary>
/// <remarks>One writer, the venue's loop; readers on any thread.</remarks>
internal sealed class MarketState(Venue venue, string marketId)
{
    private volatile OutcomeMarket? _current;
    private volatile HeldAlert? _alert;
    private long _describedAt;
    private long _moment;

    public Venue Venue { get; } = venue;

    public string MarketId { get; } = marketId;

    /// <summary>The description; null once the market is gone.</summary>
    public OutcomeMarket? Current => _current;

    /// <summary>What was said about it and not understood; null where nothing was.</summary>
    public MarketAlert? Alert => _alert?.Alert;

    /// <summary>How many alerts about its whole venue there were when it was last described.</summary>
    public long DescribedAt => Volatile.Read(ref _describedAt);

    /// <summary>Counts the moments at which several of its books changed together; odd while they are
    /// written.</summary>
    public long Moment => Volatile.Read(ref _moment);

    /// <summary>Several of its books are about to be written. The venue's loop.</summary>
    public void BeginMoment()
    {
        if ((_moment & 1) == 0)
        {
            Volatile.Write(ref _moment, _moment + 1);
            Volatile.WriteBarrier();
        }
    }

    /// <summary>They are. The venue's loop.</summary>
    public void EndMoment()
    {
        if ((_moment & 1) != 0)
        {
            Volatile.Write(ref _moment, _moment + 1);
        }
    }

    /// <summary>True while it is in the inbox. Under the inbox's lock.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Takes a description, which ends every alert before it.</summary>
    public void Describe(OutcomeMarket? market, long venueAlerts)
    {
        _current = market;
        Volatile.Write(ref _describedAt, venueAlerts);
        _alert = null;
    }

    public void Raise(in MarketAlert alert) => _alert = new HeldAlert(alert);

    private sealed record HeldAlert(MarketAlert Alert);
}
