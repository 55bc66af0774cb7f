namespace Strikeline.Host.Configuration;

/// <summary>The ladders of one pair.</summary>
internal sealed record SeriesSettings
{
    /// <summary>The pair.</summary>
    [Key(KeyKind.Symbol, "Pair that settles the markets.", Required = true)]
    public string Symbol { get; init; } = "";

    /// <summary>Distance between strikes, as decimal text in the quote currency.</summary>
    [Key(KeyKind.Amount, "Distance between strikes.", Unit = "quote currency", Required = true)]
    public string Spacing { get; init; } = "";

    /// <summary>Length of a window, in seconds.</summary>
    [Key(KeyKind.Whole, "Length of a window; expiries are its multiples in UTC.", Unit = "s", Min = 10, Max = 604_800)]
    public int WindowSeconds { get; init; } = 300;

    /// <summary>Strikes above and below the middle one.</summary>
    [Key(KeyKind.Whole, "Strikes above and below the one nearest to the price.", Unit = "strikes", Min = 0, Max = 20)]
    public int StrikesEachSide { get; init; } = 2;

    /// <summary>Hysteresis of the middle strike, in percent of the spacing.</summary>
    [Key(KeyKind.Whole, "How far past half a spacing the price must go before the ladder moves.",
        Unit = "% of spacing", Max = 100)]
    public int HysteresisPercent { get; init; } = 10;

    /// <summary>Expiries open at a time.</summary>
    [Key(KeyKind.Whole, "Expiries that are open at a time.", Unit = "expiries", Min = 1, Max = 12)]
    public int OpenExpiries { get; init; } = 3;

    /// <summary>Validity of a quote, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Time for which a signed quote is valid.", Unit = "ms", Min = 200, Max = 60_000)]
    public int QuoteLifetimeMs { get; init; } = 2000;

    /// <summary>What both asks sum to above 1, in parts per million.</summary>
    [Key(KeyKind.Whole, "By how much up_price and down_price together exceed 1.", Unit = "ppm", Min = 200,
        Max = 500_000, Step = 200)]
    public int SpreadPpm { get; init; } = 20_000;

    /// <summary>Largest size of one quote, as decimal text.</summary>
    [Key(KeyKind.Amount, "Largest quantity that one quote may be executed for.", Unit = "tokens", Decimals = 6)]
    public string MaxQuantity { get; init; } = "250";
}
