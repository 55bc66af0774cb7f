namespace Strikeline.Host.Bench;

/// <summary>Percentiles of measured values.</summary>
internal static class Percentile
{
    /// <summary>The value that a share of all values does not exceed; sorts a copy.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="share">0 to 1.</param>
    public static double Of(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
