namespace Strikeline.Venues;

/// <summary>What a decoder has counted. Feed loop only; other threads read stale but whole numbers.</summary>
public sealed class FeedTally
{
    private readonly long[] _rejected = new long[Enum.GetValues<RejectReason>().Length];

    /// <summary>Frames received, REST snapshots included.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames understood, acknowledgements and unused channels included.</summary>
    public long Parsed { get; internal set; }

    /// <summary>Frames refused; <see cref="Frames"/> is the sum of this and <see cref="Parsed"/>.</summary>
    public long Rejected { get; private set; }

    /// <summary>Holes in a venue's sequence.</summary>
    public long Gaps { get; internal set; }

    /// <summary>Checksums compared with a book.</summary>
    public long ChecksumsChecked { get; internal set; }

    /// <summary>Checksums that did not match.</summary>
    public long ChecksumFailures { get; internal set; }

    /// <summary>Messages of trade channels; aggregated trades are not among them.</summary>
    public long TradeMessages { get; internal set; }

    /// <summary>Frames refused for one reason.</summary>
    public long RejectedFor(RejectReason reason) => _rejected[(int)reason];

    internal void Reject(RejectReason reason)
    {
        Rejected++;
        _rejected[(int)reason]++;
    }
}
