using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>What can go wrong on command.</summary>
public enum FaultKind
{
    /// <summary>Connections are cut without a closing handshake, once.</summary>
    Disconnect,

    /// <summary>New connections and REST requests are refused with 503.</summary>
    Refuse,

    /// <summary>Data stops while pings and heartbeats go on; the sequence continues without a gap afterwards.</summary>
    Freeze,

    /// <summary>One book message of each pair is lost while the sequence goes on.</summary>
    Gap,

    /// <summary>One book message of each pair comes twice.</summary>
    Duplicate,

    /// <summary>Two book messages of each pair change places.</summary>
    Reorder,

    /// <summary>A frame that is no JSON comes before a book message.</summary>
    Garbage,

    /// <summary>A book message ends in the middle.</summary>
    Truncate,

    /// <summary>Kraken's checksum is wrong.</summary>
    Checksum,

    /// <summary>Prices stand apart from the other venues by a percentage.</summary>
    Offset,

    /// <summary>Everything arrives late.</summary>
    Slow,

    /// <summary>Binance announces <c>serverShutdown</c>, then closes at the end of the duration.</summary>
    Shutdown,

    /// <summary>Bybit restarts its service: books come again as snapshots with <c>u</c> = 1.</summary>
    Restart,
}

/// <summary>A fault that stands on one venue or one of its pairs for a time.</summary>
internal sealed class Fault(long id, Venue venue, FaultKind kind, Symbol? symbol)
{
    private readonly HashSet<(long Line, int Pair)> _taken = [];

    public long Id { get; } = id;

    public Venue Venue { get; } = venue;

    public FaultKind Kind { get; } = kind;

    public Symbol? Symbol { get; } = symbol;

    public long UntilNanos { get; init; }

    public double Percent { get; init; }

    public long DelayNanos { get; init; }

    /// <summary>
    /// Lines that were connected when the fault was set; later ones are spared by faults that happen once.
    /// </summary>
    public long LastLineId { get; init; }

    /// <summary>How often it has been applied.</summary>
    public long Hits { get; private set; }

    public bool Matches(Venue venue, PairState? pair) =>
        Venue == venue && (Symbol is null || (pair is not null && Symbol == pair.Pair.Symbol));

    public bool TakeOnce(ClientLine line, PairState pair)
    {
        if (line.Id > LastLineId || !_taken.Add((line.Id, pair.Index)))
        {
            return false;
        }

        Hits++;
        return true;
    }

    public void Hit() => Hits++;
}
