using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>One instrument at one venue, as the venue names it: <c>kraken BTC/USD</c>.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Symbol">The pair in the venue's own quote currency.</param>
/// <remarks><c>default</c> is no instrument and is refused by <see cref="CompositePrice"/>.</remarks>
public readonly record struct VenueSymbol(Venue Venue, Symbol Symbol);

/// <summary>One composite price and the instruments that it is made from.</summary>
/// <param name="Symbol">The composite's own symbol; its quote is the currency everything is converted into
/// (USDT).</param>
/// <param name="Providers">The configured instruments, at most one per venue.</param>
public sealed record CompositeSeries(Symbol Symbol, IReadOnlyList<VenueSymbol> Providers);

/// <summary>What a <see cref="CompositePrice"/> is made from and by which limits it judges its inputs.</summary>
public sealed record CompositeOptions
{
    /// <summary>The composites to make.</summary>
    public required IReadOnlyList<CompositeSeries> Series { get; init; }

    /// <summary>The stablecoin pairs that convert quote currencies: USDT/USD, USDC/USD, USDC/USDT, per venue.</summary>
    public IReadOnlyList<VenueSymbol> Basis { get; init; } = [];

    /// <summary>An instrument whose last update is older than this is out, in nanoseconds; 3 s.</summary>
    public long StaleAfterNanos { get; init; } = 3 * Stamps.NanosPerSecond;

    /// <summary>The same limit for basis pairs, in nanoseconds; 30 s, because stablecoin books are quiet and move
    /// little.</summary>
    public long BasisStaleAfterNanos { get; init; } = 30 * Stamps.NanosPerSecond;

    /// <summary>A venue farther than this from the median is ejected, in parts per million; 10,000 = 1 %.</summary>
    public int OutlierPpm { get; init; } = 10_000;

    /// <summary>An instrument that stands still while two others move by more than this is out, in parts per
    /// million; 500 = 5 bp.</summary>
    public int FrozenMovePpm { get; init; } = 500;

    /// <summary>How long an instrument may lag such a move, in nanoseconds; 250 ms, the spread of venues' own
    /// latencies.</summary>
    public long FrozenGraceNanos { get; init; } = 250 * Stamps.NanosPerMilli;

    /// <summary>The fewest agreeing venues that make a price; 2, or 1 for the replay of a single venue.</summary>
    public int MinAgreeing { get; init; } = 2;

    /// <summary>More than this share of the configured venues must agree, in percent; 50, or 0 for the replay of a
    /// single venue.</summary>
    public int MajorityPercent { get; init; } = 50;

    /// <summary>The number of agreeing venues that a composite of <paramref name="configured"/> venues needs.</summary>
    public int Quorum(int configured) => Math.Max(MinAgreeing, (MajorityPercent * configured / 100) + 1);
}
