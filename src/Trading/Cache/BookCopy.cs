using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>A token's best levels at one moment, copied out of the cache.</summary>
/// <remarks>Owned by whoever made it, one thread at a time; reused, so that reading allocates nothing.</remarks>
public sealed class BookCopy
{
    /// <summary>Most levels of a side that are kept: what is deeper is not traded on.</summary>
    public const int MaxLevels = 32;

    private readonly Level[] _bids = new Level[MaxLevels];
    private readonly Level[] _asks = new Level[MaxLevels];

    /// <summary>Whose book.</summary>
    public MarketKey Token { get; internal set; }

    /// <summary>The market, with the rules and phase of the moment; null where it is not known.</summary>
    public OutcomeMarket? Market { get; internal set; }

    /// <summary>Why the book must not be traded on; <see cref="BookRefusal.None"/> where it may.</summary>
    public BookRefusal Refusal { get; internal set; }

    /// <summary>Whether the venue's own figures agree with it, whatever the market is doing.</summary>
    public bool IsProven { get; internal set; }

    /// <summary>When the newest frame arrived, nanoseconds since the Unix epoch.</summary>
    public long ReceivedNanos { get; internal set; }

    /// <summary>Counts the changes of this token's state.</summary>
    public long Version { get; internal set; }

    /// <summary>Which of the moments of its market it belongs to, at which several books change together; negative
    /// where it was copied in the middle of one. See <see cref="FitsTo"/>.</summary>
    public long Moment { get; internal set; }

    /// <summary>Buyers, best first. Prices in parts per million, sizes in millionths of a share.</summary>
    public ReadOnlySpan<Level> Bids => _bids.AsSpan(0, BidCount);

    /// <summary>Sellers, best first.</summary>
    public ReadOnlySpan<Level> Asks => _asks.AsSpan(0, AskCount);

    internal int BidCount { get; set; }

    internal int AskCount { get; set; }

    internal Span<Level> BidRoom => _bids;

    internal Span<Level> AskRoom => _asks;

    /// <summary>True where this copy and one of another book of the same market show what the venue had at one moment;
    /// false where a frame changed them in between, and then the market is told of again at once.</summary>
    public bool FitsTo(BookCopy other) => Moment >= 0 && Moment == other.Moment;

    /// <summary>The levels that an order of a side would meet, best first.</summary>
    public ReadOnlySpan<Level> Against(Side side) => side == Side.Buy ? Asks : Bids;
}

/// <summary>Why a book must not be traded on. Codes in answers are the names in capitals.</summary>
public enum BookRefusal : byte
{
    /// <summary>It may be traded on.</summary>
    None = 0,

    /// <summary>The token or its market is not known; the default of a new entry is this.</summary>
    Unknown = 1,

    /// <summary>The book is not proven.</summary>
    Unproven = 2,

    /// <summary>Its content has not changed for longer than the rule allows, whatever the socket answers.</summary>
    Stale = 3,

    /// <summary>The market does not take orders now.</summary>
    NotOpen = 4,

    /// <summary>The venue said something about the market that is not understood.</summary>
    Alerted = 5,
}
