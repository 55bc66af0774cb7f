namespace Strikeline.Observability;

/// <summary>Upper bounds of histogram buckets, chosen by the instrument's name.</summary>
public static class BucketTable
{
    // Bounds in the instrument's own unit. A name stands here where its values need finer bounds than its unit's
    // default.
    private static readonly Dictionary<string, double[]> ByName = new(StringComparer.Ordinal)
    {
        ["adapter_event_latency_ms"] =
            [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 200, 500, 1000, 2500, 5000, 10_000],
        ["strategy_signal_edge"] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5],
    };

    private static readonly (string Suffix, double[] Bounds)[] BySuffix =
    [
        ("_ns", [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000, 10_000_000]),
        ("_us", [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 100_000, 500_000, 1_000_000]),
        ("_ms", [0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 200, 500, 1000, 2500, 5000, 10_000]),
        ("_seconds", [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
        ("_bytes", [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216]),
    ];

    private static readonly double[] Plain = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000];

    /// <summary>The rising upper bounds of an instrument's buckets, in its unit, without +Inf.</summary>
    public static double[] For(string name)
    {
        if (ByName.TryGetValue(name, out var own))
        {
            return own;
        }

        return Array.Find(BySuffix, row => name.EndsWith(row.Suffix, StringComparison.Ordinal)).Bounds ?? Plain;
    }
}
