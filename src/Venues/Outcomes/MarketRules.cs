using System.Collections.Immutable;

namespace Strikeline.Venues;

/// <summary>Prices between two bounds and their tick. Prices of a market are the multiples of the tick in its
/// bands.</summary>
/// <param name="FromPpm">Lowest price of the band, in parts per million.</param>
/// <param name="ToPpm">Highest price of the band, both included.</param>
/// <param name="TickPpm">Step of prices, more than zero.</param>
public readonly record struct PriceBand(long FromPpm, long ToPpm, long TickPpm);

/// <summary>What a market takes now.</summary>
public enum MarketPhase : byte
{
    /// <summary>Known, but its book is not there yet; the default value.</summary>
    Hydrating = 0,

    /// <summary>All orders.</summary>
    Open = 1,

    /// <summary>Post-only orders and cancels, as after a restart of the engine.</summary>
    PostOnly = 2,

    /// <summary>Cancels only.</summary>
    CancelOnly = 3,

    /// <summary>Nothing for now.</summary>
    Paused = 4,

    /// <summary>Nothing any more.</summary>
    Closed = 5,

    /// <summary>The outcome is known.</summary>
    Resolved = 6,
}

/// <summary>One market's trading rules as data, from the venue's own description of the market: never
/// constants.</summary>
/// <remarks>Immutable: any thread. A rule that is not understood never becomes a <see cref="MarketRules"/>: the market
/// is
/// reported by <see cref="IOutcomeSink.OnAlert"/> and not traded.</remarks>
public sealed record MarketRules
{
    /// <summary>Bands of prices, ascending.</summary>
    public required ImmutableArray<PriceBand> Bands { get; init; }

    /// <summary>Step of sizes, in millionths of a share.</summary>
    public required long SizeStepMicro { get; init; }

    /// <summary>Smallest size of an order that may rest, in millionths of a share.</summary>
    public long LeastRestingMicro { get; init; }

    /// <summary>Smallest worth of an order that takes, in millionths of a dollar.</summary>
    public long LeastTakingMicros { get; init; }

    /// <summary>Step of the dollars of a market buy, in millionths; 1 where the venue has no such rule.</summary>
    public long TakingDollarStepMicros { get; init; } = 1;

    /// <summary>Step of the shares of a market buy, in millionths; 1 where the venue has no such rule.</summary>
    public long TakingShareStepMicro { get; init; } = 1;

    /// <summary>The fee.</summary>
    public FeeCurve Fee { get; init; }

    /// <summary>How long the venue holds a taking order before it is matched; it cannot be cancelled then.</summary>
    public TimeSpan TakerHold { get; init; }

    /// <summary>True where a YES and a NO share can be merged into a dollar, and a dollar split into both.</summary>
    public bool MayMerge { get; init; }

    /// <summary>True where YES and NO positions net by themselves.</summary>
    public bool Nets { get; init; }

    /// <summary>Which name and version of the venue's contracts signs this market's orders; empty where orders are not
    /// signed that way.</summary>
    public string SigningDomain { get; init; } = string.Empty;

    /// <summary>The tick at a price; zero where the price is in no band.</summary>
    public long TickAt(long pricePpm)
    {
        foreach (var band in Bands)
        {
            if (pricePpm >= band.FromPpm && pricePpm <= band.ToPpm)
            {
                return band.TickPpm;
            }
        }

        return 0;
    }

    /// <summary>True where the venue takes the price as it is.</summary>
    public bool IsOnTick(long pricePpm)
    {
        foreach (var band in Bands)
        {
            if (pricePpm >= band.FromPpm && pricePpm <= band.ToPpm && pricePpm % band.TickPpm == 0)
            {
                return true;
            }
        }

        return false;
    }
}
