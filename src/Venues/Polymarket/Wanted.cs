using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>One description that is wanted: a market by its slug, an event, or a market's terms.</summary>
internal sealed class Wanted
{
    private const long FirstWaitNanos = 2 * Stamps.NanosPerSecond;
    private const long MostWaitNanos = 60 * Stamps.NanosPerSecond;

    private int _tries;

    /// <summary>When to ask next, nanoseconds since the Unix epoch.</summary>
    public long NextNanos { get; set; }

    /// <summary>True where it is asked for among what is closed.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Asked for and not answered yet.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Not there yet: waits twice as long each time.</summary>
    public void Later(long nowNanos)
    {
        NextNanos = nowNanos + Math.Min(FirstWaitNanos << Math.Min(_tries, 10), MostWaitNanos);
        _tries = Math.Min(_tries + 1, 1_000);
    }

    /// <summary>There; to be looked at again.</summary>
    public void Again(long atNanos)
    {
        _tries = 0;
        NextNanos = atNanos;
    }
}
