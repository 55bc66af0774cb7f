namespace Strikeline.Lab;

/// <summary>What a workload is made from; equal parameters make equal bytes.</summary>
/// <param name="Symbols">Books, 1 to <see cref="MaxSymbols"/>.</param>
/// <param name="Depth">Resting orders of a book that the flow holds on to, 1 to <see cref="MaxDepth"/>.</param>
/// <param name="Operations">Timed operations, 1 to <see cref="MaxOperations"/>.</param>
/// <param name="Grid">How many ticks the prices of a book spread by, 1 to <see cref="MaxGrid"/>.</param>
/// <param name="Seed">Seed of the random numbers.</param>
public sealed record WorkloadParameters(int Symbols, int Depth, int Operations, int Grid, ulong Seed)
{
    /// <summary>Most symbols.</summary>
    public const int MaxSymbols = 100_000;

    /// <summary>Greatest depth of a book, in orders.</summary>
    public const int MaxDepth = 10_000_000;

    /// <summary>Most orders that stand in all books before the timed part.</summary>
    public const int MaxPrefill = 100_000_000;

    /// <summary>Most timed operations.</summary>
    public const int MaxOperations = 1_000_000_000;

    /// <summary>Widest grid; one that leads to a price below 1 is refused when it does.</summary>
    public const int MaxGrid = 1_024;

    /// <summary>Orders that are placed before the timed part.</summary>
    public long Prefill => (long)Symbols * Depth;

    /// <summary>What is outside of its range; null where nothing is.</summary>
    public string? Fault() =>
        Outside("symbols", Symbols, MaxSymbols)
        ?? Outside("depth", Depth, MaxDepth)
        ?? Outside("ops", Operations, MaxOperations)
        ?? Outside("grid", Grid, MaxGrid)
        ?? Outside("symbols times depth", Prefill, MaxPrefill);

    private static string? Outside(string name, long value, long most) =>
        value >= 1 && value <= most ? null : $"{name}: found {value}; 1 to {most} is allowed";
}
