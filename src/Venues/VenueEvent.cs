using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>What a normalised venue event says.</summary>
public enum VenueEventKind : byte
{
    /// <summary>No event; the default value.</summary>
    None = 0,

    /// <summary>An execution: price, quantity, taker side, trade id in <see cref="VenueEvent.LastId"/>.</summary>
    Trade = 1,

    /// <summary>Best bid and ask, with quantities.</summary>
    Quote = 2,

    /// <summary>A whole book: replaces what was known.</summary>
    BookSnapshot = 3,

    /// <summary>Changed levels: absolute quantities, zero removes.</summary>
    BookUpdate = 4,
}

/// <summary>One normalised event of a venue: integers on the instrument's grid, whatever the venue's dialect
/// was.</summary>
/// <remarks>
/// Mutable and reused by the parsers, so that steady state allocates nothing: a sink copies what it keeps.
/// Feed loop only. <c>default</c> is no event.
/// </remarks>
public struct VenueEvent
{
    /// <summary>What the event says.</summary>
    public VenueEventKind Kind;

    /// <summary>Trades: the side that took liquidity.</summary>
    public Side TakerSide;

    /// <summary>Books: true where the venue sent a checksum.</summary>
    public bool HasChecksum;

    /// <summary>Books: the venue's CRC32, valid where <see cref="HasChecksum"/>.</summary>
    public uint Checksum;

    /// <summary>Index of the instrument in the decoder's table.</summary>
    public int Instrument;

    /// <summary>The venue's own time, nanoseconds since the Unix epoch; zero where it gave none.</summary>
    public long VenueTimeNanos;

    /// <summary>Trade price, or best bid price of a quote.</summary>
    public long Price;

    /// <summary>Trade quantity, or best bid quantity of a quote.</summary>
    public long Quantity;

    /// <summary>Best ask price of a quote.</summary>
    public long AskPrice;

    /// <summary>Best ask quantity of a quote.</summary>
    public long AskQuantity;

    /// <summary>First update id that a book event covers; zero where the venue has none.</summary>
    public long FirstId;

    /// <summary>Last update id of a book event, update id of a quote, or trade id; zero where the venue has
    /// none.</summary>
    public long LastId;

    /// <summary>Last update id of the event before, where the venue says it (Binance futures); else zero.</summary>
    public long PreviousId;

    /// <summary>Depth of the subscription that the book event belongs to; zero where unlimited.</summary>
    public int Depth;

    internal int BidStart;
    internal int BidCount;
    internal int AskStart;
    internal int AskCount;
}
