namespace Strikeline.Venues;

/// <summary>How long to wait before the next try: doubling from first to most, each time with jitter.</summary>
/// <param name="first">The first wait.</param>
/// <param name="most">The longest wait.</param>
/// <param name="jitter">Share of each wait that is random, 0 to 1: many clients of one venue must not return in
/// step.</param>
/// <param name="random">Source of the jitter; seeded by the caller.</param>
/// <remarks>Feed loop only.</remarks>
public sealed class BackOff(TimeSpan first, TimeSpan most, double jitter, Random random)
{
    private int _tries;

    /// <summary>Failures since the last <see cref="Reset"/>.</summary>
    public int Tries => _tries;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var doublings = Math.Min(_tries, 30);
        _tries = Math.Min(_tries + 1, 1_000_000);
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, doublings), most.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (jitter * random.NextDouble())));
    }

    /// <summary>The connection held: start from the first wait again.</summary>
    public void Reset() => _tries = 0;
}
