using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>Rolling expiries: the multiples of a window on the Unix clock.</summary>
public static class Expiries
{
    /// <summary>The first expiry after a moment; at an expiry itself that window is over and the next one
    /// counts.</summary>
    /// <param name="nowNanos">Nanoseconds since the Unix epoch.</param>
    /// <param name="windowSeconds">Length of a window in seconds.</param>
    /// <returns>Nanoseconds since the Unix epoch.</returns>
    public static long First(long nowNanos, int windowSeconds)
    {
        var window = windowSeconds * Stamps.NanosPerSecond;
        return ((nowNanos / window) + 1) * window;
    }
}
