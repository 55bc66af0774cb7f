namespace Strikeline.Trading;

/// <summary>Why something that looked like an edge is none. Codes are for programs and never change.</summary>
public enum RefusalReason : byte
{
    /// <summary>It is one; the default value.</summary>
    None = 0,

    /// <summary>Fees, or their rounding, take all of it.</summary>
    Fees = 1,

    /// <summary>At these prices there is less than one common step of sizes.</summary>
    Depth = 2,

    /// <summary>What is there is below a venue's smallest order.</summary>
    MinSize = 3,

    /// <summary>It is left after fees, but less than the strategy asks for.</summary>
    MinEdge = 4,

    /// <summary>A leg's book has not changed for longer than the rule allows.</summary>
    StaleLeg = 5,

    /// <summary>A leg's book is not proven.</summary>
    UnprovenLeg = 6,

    /// <summary>A leg's market does not take orders.</summary>
    NotOpen = 7,

    /// <summary>A leg's venue said something that is not understood.</summary>
    Alerted = 8,

    /// <summary>Outcomes may be added to the event, so that the known ones need not pay.</summary>
    Augmented = 9,

    /// <summary>Not every market of the event is known.</summary>
    EventIncomplete = 10,

    /// <summary>The set has more legs than the strategy may send.</summary>
    TooManyLegs = 11,

    /// <summary>The two markets do not settle alike.</summary>
    PairNotEquivalent = 12,
}

/// <summary>Codes of <see cref="RefusalReason"/>.</summary>
public static class RefusalReasons
{
    /// <summary>How many there are.</summary>
    internal const int Count = 13;

    private static readonly string[] Codes =
    [
        string.Empty, "FEES", "DEPTH", "MIN_SIZE", "MIN_EDGE", "STALE_LEG", "UNPROVEN_LEG", "NOT_OPEN", "ALERTED",
        "AUGMENTED", "EVENT_INCOMPLETE", "TOO_MANY_LEGS", "PAIR_NOT_EQUIVALENT",
    ];

    /// <summary>The stable code; empty for <see cref="RefusalReason.None"/>.</summary>
    public static string Code(this RefusalReason reason) => Codes[(int)reason];

    /// <summary>What a book's refusal means for a leg on it.</summary>
    public static RefusalReason OfLeg(this BookRefusal refusal) => refusal switch
    {
        BookRefusal.None => RefusalReason.None,
        BookRefusal.Stale => RefusalReason.StaleLeg,
        BookRefusal.NotOpen => RefusalReason.NotOpen,
        BookRefusal.Alerted => RefusalReason.Alerted,
        _ => RefusalReason.UnprovenLeg,
    };
}
