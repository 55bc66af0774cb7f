namespace Strikeline.Exchange;

/// <summary>What a shard is made of; fixed while it runs.</summary>
public sealed record ShardOptions
{
    /// <summary>The instruments, by number.</summary>
    public required IReadOnlyList<SpotInstrument> Instruments { get; init; }

    /// <summary>How many assets there are.</summary>
    public required int Assets { get; init; }

    /// <summary>How many accounts there are; number 0 is the house, which receives the fees.</summary>
    public required int Accounts { get; init; }

    /// <summary>Orders for which there is room from the start.</summary>
    public int ExpectedOrders { get; init; } = 64 * 1024;

    /// <summary>Pages of 1,024 neighbouring prices for which there is room from the start, 17 kB each.</summary>
    public int ExpectedPages { get; init; } = 64;

    /// <summary>Orders that may live at a time.</summary>
    public int MostOrders { get; init; } = 16 * 1024 * 1024;

    /// <summary>What is impossible about the shard as one line; null where it is sound.</summary>
    public string? Problem()
    {
        if (Assets is < 1 or > 4_096 || Accounts < 1 || (long)Assets * Accounts > 1L << 28)
        {
            return "a shard has 1 to 4,096 assets, and accounts times assets at most 268,435,456";
        }

        if (Instruments.Count > short.MaxValue || MostOrders is < 1 or > 1 << 30)
        {
            return "a shard has at most 32,767 instruments and 1,073,741,824 orders";
        }

        for (var i = 0; i < Instruments.Count; i++)
        {
            if (Instruments[i].Problem(Assets) is { } problem)
            {
                return $"instrument {i}: {problem}";
            }
        }

        return null;
    }
}
