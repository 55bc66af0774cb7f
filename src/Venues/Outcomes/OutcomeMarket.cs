using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>A market of two outcomes as its venue describes it.</summary>
/// <remarks>Immutable: any thread. A change at the venue is a new record of the same <see cref="MarketId"/>.</remarks>
public sealed record OutcomeMarket
{
    /// <summary>The venue.</summary>
    public required Venue Venue { get; init; }

    /// <summary>The venue's id of the market: Polymarket's condition id, Kalshi's ticker.</summary>
    public required string MarketId { get; init; }

    /// <summary>The short name in addresses: Polymarket's slug, Kalshi's ticker.</summary>
    public required string Slug { get; init; }

    /// <summary>The question in words.</summary>
    public required string Question { get; init; }

    /// <summary>Token of the first outcome: YES, or Up.</summary>
    public required MarketKey Yes { get; init; }

    /// <summary>Token of the second outcome: NO, or Down.</summary>
    public required MarketKey No { get; init; }

    /// <summary>The venue's trading rules.</summary>
    public required MarketRules Rules { get; init; }

    /// <summary>What the market takes now.</summary>
    public required MarketPhase Phase { get; init; }

    /// <summary>The event that it belongs to with others; empty where it stands alone.</summary>
    public string EventId { get; init; } = string.Empty;

    /// <summary>True where exactly one market of the event resolves YES (negative risk, mutually exclusive).</summary>
    public bool IsExclusive { get; init; }

    /// <summary>True where outcomes may be added to the event later (augmented), so that its known YES shares need not
    /// pay.</summary>
    public bool IsAugmented { get; init; }

    /// <summary>How many markets the event has, as far as the venue says; zero where unknown.</summary>
    public int EventMarkets { get; init; }

    /// <summary>What the outcome depends on; null where it is not a price.</summary>
    public PriceQuestion? Price { get; init; }

    /// <summary>When trading in it begins to matter: the window's start; zero where unknown. Nanoseconds since the Unix
    /// epoch.</summary>
    public long OpensNanos { get; init; }

    /// <summary>When it closes; zero where unknown. Nanoseconds since the Unix epoch.</summary>
    public long ClosesNanos { get; init; }

    /// <summary>The winner once <see cref="Phase"/> is <see cref="MarketPhase.Resolved"/>: what a YES share pays, in
    /// parts
    /// per million; null before.</summary>
    public long? YesPaysPpm { get; init; }

    /// <summary>The other outcome's token.</summary>
    public MarketKey Other(MarketKey token) => token == Yes ? No : Yes;
}

/// <summary>A market's question about a price, complete enough to say whether two markets settle alike.</summary>
/// <param name="Asset">The asset, such as <c>BTC</c>.</param>
/// <param name="Oracle">Who says the price: <c>chainlink</c>, <c>cfbenchmarks</c>, <c>binance</c>.</param>
/// <param name="Statistic">Of what: <c>twap60</c> (time-weighted over 60 s), <c>mean60</c> (mean of 60 one-second
/// values),
/// <c>last</c>, <c>candle</c>.</param>
/// <param name="StrikeE8">The price to beat in 10^-8 dollars; null while it is not known yet.</param>
/// <param name="OpensAtStrike">True where the strike is the same statistic at the window's start.</param>
/// <param name="TieIsYes">Whether YES wins at the strike exactly.</param>
/// <param name="StartNanos">Start of the window; zero for a market without one.</param>
/// <param name="EndNanos">The moment that the statistic is taken at. Nanoseconds since the Unix epoch.</param>
public sealed record PriceQuestion(
    string Asset,
    string Oracle,
    string Statistic,
    long? StrikeE8,
    bool OpensAtStrike,
    bool TieIsYes,
    long StartNanos,
    long EndNanos);
