using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>One reason why nothing is traded now.</summary>
/// <param name="Code">Stable code, such as <c>FEED_UNPROVEN</c>.</param>
/// <param name="Who">What or who it is about: a venue, a limit, <c>api</c>.</param>
/// <param name="SinceNanos">Since when, nanoseconds since the Unix epoch.</param>
/// <param name="Detail">What was seen, one line.</param>
/// <param name="Fix">What to do, in words.</param>
/// <param name="Venue">The venue on which alone nothing is traded; null where it is all of them.</param>
public sealed record Blocker(
    string Code, string Who, long SinceNanos, string Detail, string Fix, Venue? Venue = null);

/// <summary>Codes of <see cref="Blocker.Code"/>.</summary>
public static class BlockerCodes
{
    /// <summary>No book of the venue is proven.</summary>
    public const string Feed = "FEED_UNPROVEN";

    /// <summary>The clock's offset is unknown or too large.</summary>
    public const string Clock = "CLOCK_OFFSET";

    /// <summary>The venue's heartbeat is late.</summary>
    public const string Heartbeat = "HEARTBEAT_LATE";

    /// <summary>Orders of an earlier run are not resolved yet.</summary>
    public const string Reconciliation = "RECONCILIATION";

    /// <summary>A limit is used up.</summary>
    public const string Limits = "LIMITS";

    /// <summary>A venue's key is missing.</summary>
    public const string Keys = "KEYS";

    /// <summary>The emergency stop holds.</summary>
    public const string Stop = "EMERGENCY_STOP";

    /// <summary>The journal of intents has failed.</summary>
    public const string Journal = "JOURNAL";

    /// <summary>A check threw: nothing is known, so nothing is traded.</summary>
    public const string CheckFailed = "CHECK_FAILED";
}
