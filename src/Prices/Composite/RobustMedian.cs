namespace Strikeline.Prices;

/// <summary>Median and agreement over a handful of integer prices.</summary>
internal static class RobustMedian
{
    private const int Million = 1_000_000;

    /// <summary>The middle value, or the mean of the two middle ones rounded down; sorts the span.</summary>
    public static long Of(Span<long> values)
    {
        values.Sort();
        var upper = values[values.Length / 2];
        var lower = values[(values.Length - 1) / 2];
        return lower + ((upper - lower) / 2);
    }

    /// <summary>True where two prices are no more than <paramref name="limitPpm"/> of the second apart.</summary>
    public static bool Near(long value, long reference, int limitPpm) =>
        (Int128)Math.Abs(value - reference) * Million <= (Int128)reference * limitPpm;

    /// <summary>Distance from a reference in parts per million of the reference, rounded up; at most a
    /// million.</summary>
    public static int DeviationPpm(long value, long reference)
    {
        var ppm = (((Int128)Math.Abs(value - reference) * Million) + reference - 1) / reference;
        return (int)Int128.Min(ppm, Million);
    }
}
