namespace Strikeline.Host.Configuration;

/// <summary>Exponential back-off between attempts to connect.</summary>
internal sealed record ReconnectSettings
{
    /// <summary>The first wait, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Wait before the first new attempt; doubled each time.", Unit = "ms", Min = 1, Max = 60_000)]
    public int FirstMs { get; init; } = 250;

    /// <summary>The longest wait, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Longest wait between attempts.", Unit = "ms", Min = 1, Max = 600_000)]
    public int MaxMs { get; init; } = 30_000;

    /// <summary>The random share of a wait.</summary>
    [Key(KeyKind.Fraction, "Share of each wait that is random, so that many clients do not return in step.",
        Unit = "share", Min = 0, Max = 1)]
    public double Jitter { get; init; } = 0.5;
}
