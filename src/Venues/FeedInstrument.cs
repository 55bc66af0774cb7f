using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>One instrument of one feed: its grid, its book, whether that may be believed, and what was
/// counted.</summary>
/// <remarks>Owned by the feed loop; other threads see it only through what a sink copies.</remarks>
public sealed class FeedInstrument
{
    internal FeedInstrument(int index, Venue venue, Symbol symbol, string wireName, Grid grid)
    {
        Index = index;
        Venue = venue;
        Symbol = symbol;
        WireName = wireName;
        Grid = grid;
    }

    /// <summary>Position in the decoder's table.</summary>
    public int Index { get; }

    /// <summary>The venue that the instrument trades on.</summary>
    public Venue Venue { get; }

    /// <summary>The pair as this program prints it.</summary>
    public Symbol Symbol { get; }

    /// <summary>The pair as the venue writes it.</summary>
    public string WireName { get; }

    /// <summary>The integer scale of every price and quantity of this instrument; fixed before its first
    /// event.</summary>
    public Grid Grid { get; internal set; }

    /// <summary>The book by level.</summary>
    public OrderBook Book { get; } = new();

    /// <summary>Whether <see cref="Book"/> may be believed.</summary>
    public BookProof Proof { get; internal set; }

    /// <summary>True where the book is complete by the venue's own rule and not crossed.</summary>
    public bool IsProven => Proof == BookProof.Proven;

    /// <summary>Events of this instrument: trades, quotes and book events.</summary>
    public long Events { get; internal set; }

    /// <summary>Trades.</summary>
    public long Trades { get; internal set; }

    /// <summary>Holes found in the venue's sequence, or shown by a checksum that an update did not meet.</summary>
    public long Gaps { get; internal set; }

    /// <summary>True where the book is proven but should be refreshed from a wider snapshot.</summary>
    internal bool WantsSnapshot { get; set; }

    /// <summary>Price decimals in which the venue computes checksums; -1 where not known yet.</summary>
    internal int ChecksumPriceDecimals { get; set; } = -1;

    /// <summary>Quantity decimals in which the venue computes checksums; -1 where not known yet.</summary>
    internal int ChecksumQuantityDecimals { get; set; } = -1;

    /// <summary>Depth of the book subscription as the venue acknowledged it; zero where it did not say.</summary>
    internal int SubscribedDepth { get; set; }

    /// <summary>True until the grid was fixed by configuration, by the venue's instrument list or by the first
    /// event.</summary>
    internal bool GridIsOpen { get; set; }
}
