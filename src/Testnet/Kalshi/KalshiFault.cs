namespace Strikeline.Testnet.Kalshi;

/// <summary>What can go wrong with Kalshi on command. On the wire the words are parted: <c>drop_response</c>.</summary>
public enum KalshiFaultKind
{
    /// <summary>Connections are cut without a closing handshake, once.</summary>
    Disconnect,

    /// <summary>New connections and requests are refused with 503.</summary>
    Refuse,

    /// <summary>Data stops while pings go on; the sequence continues without a gap afterwards.</summary>
    Freeze,

    /// <summary>One book message is lost while the sequence goes on.</summary>
    Gap,

    /// <summary>One book message comes twice.</summary>
    Duplicate,

    /// <summary>Two book messages change places.</summary>
    Reorder,

    /// <summary>A frame that is no JSON comes before a book message.</summary>
    Garbage,

    /// <summary>A book message ends in the middle.</summary>
    Truncate,

    /// <summary>Everything arrives late.</summary>
    Slow,

    /// <summary>An order or a cancel is lost on its way: the connection ends, nothing has happened.</summary>
    DropRequest,

    /// <summary>The answer to an order or a cancel is lost: the connection ends, it has happened.</summary>
    DropResponse,

    /// <summary>The answer to an order or a cancel is 500 although it has happened.</summary>
    FailAfter,

    /// <summary>Answers and messages have fields that nobody knows.</summary>
    UnknownField,

    /// <summary>Markets have a status, and orders a self-trade type, that nobody knows.</summary>
    UnknownEnum,

    /// <summary>Series have a fee type that nobody knows.</summary>
    UnknownFee,

    /// <summary>Prices and counts in messages come as numbers instead of texts.</summary>
    Numbers,

    /// <summary>A market is paused: inactive.</summary>
    Pause,

    /// <summary>The whole exchange is paused, as on Thursday nights.</summary>
    Maintenance,

    /// <summary>A market takes one-cent prices only.</summary>
    Ranges,

    /// <summary>A market closes early, once.</summary>
    Close,

    /// <summary>A market is decided between yes and no, once: scalar.</summary>
    Void,

    /// <summary>A market's result is disputed and turned round before it is paid, once.</summary>
    Amend,
}

/// <summary>A fault that stands on the venue, or on the markets whose ticker begins with a text.</summary>
internal sealed class KalshiFault(long id, KalshiFaultKind kind, string? symbol)
{
    private readonly HashSet<(long Line, string Ticker)> _taken = [];

    public long Id { get; } = id;

    public KalshiFaultKind Kind { get; } = kind;

    /// <summary>A market, an event or a series; null for all.</summary>
    public string? Symbol { get; } = symbol;

    public long UntilNanos { get; init; }

    public long DelayNanos { get; init; }

    /// <summary>How often it may happen at most; zero for any number.</summary>
    public int Times { get; init; }

    /// <summary>Lines that were connected when it was set; later ones are spared by faults that happen once.</summary>
    public long LastLineId { get; init; }

    public long Hits { get; private set; }

    public bool IsOnce => Kind is KalshiFaultKind.Gap or KalshiFaultKind.Duplicate or KalshiFaultKind.Reorder
        or KalshiFaultKind.Garbage or KalshiFaultKind.Truncate;

    public bool Stands(string? ticker, long nowNanos) =>
        UntilNanos > nowNanos && (Times == 0 || Hits < Times) && Matches(ticker);

    public bool Matches(string? ticker) => Symbol is null || (ticker is not null
        && (ticker == Symbol || ticker.StartsWith(Symbol + "-", StringComparison.Ordinal)));

    public bool TakeOnce(long line, string ticker)
    {
        if (line > LastLineId || !_taken.Add((line, ticker)))
        {
            return false;
        }

        Hits++;
        return true;
    }

    public void Hit() => Hits++;
}
