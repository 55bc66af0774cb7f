namespace Strikeline.Prices;

/// <summary>Why an instrument is left out of a composite, or why a composite has no price.</summary>
/// <remarks>The codes are published and stable; numbers are never reused.</remarks>
public enum PriceReason : byte
{
    /// <summary>Nothing is wrong; the default value.</summary>
    None = 0,

    /// <summary>Nothing has been received yet.</summary>
    Waiting = 1,

    /// <summary>The feed says that it is not live.</summary>
    Down = 2,

    /// <summary>The book is not proven by the venue's continuity rule.</summary>
    Unproven = 3,

    /// <summary>The book has no bid or no ask.</summary>
    Empty = 4,

    /// <summary>The bid is above the ask.</summary>
    Crossed = 5,

    /// <summary>The last update is older than the limit.</summary>
    Stale = 6,

    /// <summary>It stands still while two other venues have moved.</summary>
    Frozen = 7,

    /// <summary>Its quote currency cannot be converted now.</summary>
    NoBasis = 8,

    /// <summary>It is too far from the median of the venues.</summary>
    Outlier = 9,

    /// <summary>Too few of the configured venues agree.</summary>
    NoQuorum = 10,

    /// <summary>Its time stamp lies in the future: the clock was set back.</summary>
    Clock = 11,

    /// <summary>The number is outside what a price can be.</summary>
    OutOfRange = 12,
}

/// <summary>The published text of a <see cref="PriceReason"/>: a stable code, a space, and words.</summary>
public static class PriceReasons
{
    private static readonly string?[] Texts =
    [
        null,
        "WAITING nothing received yet",
        "DOWN the feed is not live",
        "UNPROVEN the book is not proven by the venue's continuity rule",
        "EMPTY the book has no bid or no ask",
        "CROSSED the bid is above the ask",
        "STALE the last update is too old",
        "FROZEN it stands still while two other venues moved",
        "NO_BASIS its quote currency cannot be converted now",
        "OUTLIER it is too far from the median of the venues",
        "NO_QUORUM too few of the configured venues agree",
        "CLOCK its time stamp lies in the future",
        "OUT_OF_RANGE the number is no possible price",
    ];

    /// <summary>Code and words, or null for <see cref="PriceReason.None"/>; no allocation.</summary>
    public static string? Text(this PriceReason reason) => Texts[(int)reason];
}
