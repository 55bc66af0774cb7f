using System.Text;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;

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

    /// <summary>Length of the closing window, in seconds.</summary>
    [Key(KeyKind.Whole, "Closing window: a market settles on the mean of its one-second samples.", Unit = "s", Min = 1,
        Max = 604_800)]
    public int ClosingSeconds { get; init; } = 60;

    /// <summary>Strikes above and below the middle one.</summary>
    [Key(KeyKind.Whole, "Strikes above and below the one nearest to the price.", Unit = "strikes", Min = 0, Max = 20)]
    public int StrikesEachSide { get; init; } = 2;

    /// <summary>Hysteresis of the middle strike, in percent of the spacing.</summary>
    [Key(KeyKind.Whole, "How far past half a spacing the price must go before the ladder moves.",
        Unit = "% of spacing", Max = 100)]
    public int HysteresisPercent { get; init; } = 25;

    /// <summary>Expiries open at a time.</summary>
    [Key(KeyKind.Whole, "Expiries that are open at a time.", Unit = "expiries", Min = 1, Max = 12)]
    public int OpenExpiries { get; init; } = 3;

    /// <summary>Validity of a quote, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Time for which a signed quote is valid.", Unit = "ms", Min = 200, Max = 60_000)]
    public int QuoteLifetimeMs { get; init; } = 2000;

    /// <summary>Shortest time between two quotes of one market, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Shortest time between two quotes of one market; at most half of quote_lifetime_ms.",
        Unit = "ms", Min = 1, Max = 30_000)]
    public int MinRenewMs { get; init; } = 100;

    /// <summary>What both asks sum to above 1, in parts per million.</summary>
    [Key(KeyKind.Whole, "By how much up_price and down_price together exceed 1.", Unit = "ppm", Min = 200,
        Max = 500_000, Step = 200)]
    public int SpreadPpm { get; init; } = 20_000;

    /// <summary>Largest size of one quote, as decimal text.</summary>
    [Key(KeyKind.Amount, "Largest quantity that one quote may be executed for.", Unit = "tokens", Decimals = 6)]
    public string MaxQuantity { get; init; } = "250";

    /// <summary>Largest shift of the prices by the inventory, in parts per million.</summary>
    [Key(KeyKind.Whole, "The most by which the maker's inventory of a market raises one ask and lowers the other.",
        Unit = "ppm", Max = 250_000, Step = 100)]
    public int MaxSkewPpm { get; init; } = 10_000;

    /// <summary>Inventory at which the shift is full, as decimal text.</summary>
    [Key(KeyKind.Amount, "Inventory of a market at which the skew is full and nothing that adds to it is offered.",
        Unit = "tokens", Decimals = 6)]
    public string InventoryLimit { get; init; } = "2500";

    /// <summary>Half-life of a return in the volatility, in seconds.</summary>
    [Key(KeyKind.Whole, "Time after which a return weighs half in the volatility.", Unit = "s", Min = 1,
        Max = 1_000_000)]
    public int VolatilityHalfLifeSeconds { get; init; } = 120;

    /// <summary>Smallest volatility.</summary>
    [Key(KeyKind.Fraction, "Smallest volatility that markets are priced with.", Unit = "per √s", Min = 0.000001,
        Max = 0.1)]
    public double VolatilityFloor { get; init; } = 0.00002;

    /// <summary>Volatility before the first return.</summary>
    [Key(KeyKind.Fraction, "Volatility at the start, until returns are known.", Unit = "per √s", Min = 0.000001,
        Max = 0.1)]
    public double VolatilityStart { get; init; } = 0.0001;

    /// <summary>The series that the row describes, sound or not; null where the row itself could not be
    /// read.</summary>
    public SeriesOptions? ToOptions() =>
        !Kernel.Symbol.TryParse(Symbol, out var symbol)
        || !TryAmount(Spacing, StrikesLimits.PriceDecimals, out var spacing)
        || !TryAmount(MaxQuantity, StrikesLimits.CollateralDecimals, out var quantity)
        || !TryAmount(InventoryLimit, StrikesLimits.CollateralDecimals, out var limit)
            ? null
            : new SeriesOptions
            {
                Symbol = symbol,
                SpacingE8 = spacing,
                WindowSeconds = WindowSeconds,
                ClosingSeconds = ClosingSeconds,
                StrikesEachSide = StrikesEachSide,
                OpenExpiries = OpenExpiries,
                HysteresisPercent = HysteresisPercent,
                QuoteLifetimeMs = QuoteLifetimeMs,
                MinRenewMs = MinRenewMs,
                SpreadPpm = SpreadPpm,
                MaxQuantityAtoms = quantity,
                MaxSkewPpm = MaxSkewPpm,
                InventoryLimitAtoms = limit,
                Volatility = new VolatilityOptions
                {
                    HalfLifeSeconds = VolatilityHalfLifeSeconds, Floor = VolatilityFloor, Start = VolatilityStart,
                },
            };

    private static bool TryAmount(string text, int decimals, out long value) =>
        DecimalText.TryParse(Encoding.UTF8.GetBytes(text), decimals, out value);
}
