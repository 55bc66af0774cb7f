namespace Strikeline.Venues;

/// <summary>Whether a book may be believed, and if not, why. Numbers are part of the decision hash: never
/// reused.</summary>
public enum BookProof : byte
{
    /// <summary>No book data yet.</summary>
    Waiting = 0,

    /// <summary>Updates arrive; the snapshot they build on does not exist yet.</summary>
    AwaitingSnapshot = 1,

    /// <summary>Snapshot and every update since are accounted for by the venue's own continuity rule.</summary>
    Proven = 2,

    /// <summary>An update is missing: the venue's sequence has a hole.</summary>
    Gap = 3,

    /// <summary>The venue's checksum does not match the book.</summary>
    ChecksumFailed = 4,

    /// <summary>A frame could not be read, and it may have held changes of this book.</summary>
    FrameRejected = 5,

    /// <summary>Best bid at or above best ask.</summary>
    Crossed = 6,

    /// <summary>The book's best prices contradict the venue's best bid/ask stream.</summary>
    CrossCheckFailed = 7,

    /// <summary>The connection that fed the book is gone.</summary>
    Disconnected = 8,

    /// <summary>The venue has said something newer elsewhere, and nothing of it here.</summary>
    Stale = 9,
}

/// <summary>Codes and words of <see cref="BookProof"/> for people.</summary>
public static class BookProofText
{
    /// <summary>Stable code, as in API answers: <c>FEED_GAP</c>.</summary>
    public static string Code(this BookProof proof) => proof switch
    {
        BookProof.Waiting => "FEED_WAITING",
        BookProof.AwaitingSnapshot => "FEED_AWAITING_SNAPSHOT",
        BookProof.Proven => "FEED_PROVEN",
        BookProof.Gap => "FEED_GAP",
        BookProof.ChecksumFailed => "FEED_CHECKSUM",
        BookProof.FrameRejected => "FEED_FRAME_REJECTED",
        BookProof.Crossed => "FEED_CROSSED",
        BookProof.CrossCheckFailed => "FEED_CROSS_CHECK",
        BookProof.Disconnected => "FEED_DISCONNECTED",
        BookProof.Stale => "FEED_STALE",
        _ => "FEED_UNKNOWN",
    };

    /// <summary>What is happening about it, in words.</summary>
    public static string NextStep(this BookProof proof) => proof switch
    {
        BookProof.Waiting => "waiting for the venue's first message",
        BookProof.AwaitingSnapshot => "snapshot requested",
        BookProof.Proven => "none needed",
        BookProof.Gap or BookProof.ChecksumFailed or BookProof.FrameRejected or BookProof.CrossCheckFailed
            or BookProof.Stale => "book dropped, fresh snapshot requested",
        BookProof.Crossed => "waiting for the venue to uncross; a fresh snapshot follows if it does not",
        BookProof.Disconnected => "reconnecting with back-off",
        _ => "see the log",
    };
}
