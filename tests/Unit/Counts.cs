namespace Strikeline.Unit;

/// <summary>How much a seeded test does: reduced by default, whole with <c>./test --full</c>.</summary>
internal static class Counts
{
    /// <summary>True where STRIKELINE_FULL is 1.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("STRIKELINE_FULL") == "1";

    /// <summary>The full count under <c>--full</c>, else the reduced one.</summary>
    public static int Of(int full, int reduced) => Full ? full : reduced;
}
