namespace Strikeline.Exchange;

/// <summary>How long a candle is, in seconds.</summary>
public enum CandleInterval
{
    /// <summary>1s.</summary>
    OneSecond = 1,

    /// <summary>1m.</summary>
    OneMinute = 60,

    /// <summary>5m.</summary>
    FiveMinutes = 300,

    /// <summary>15m.</summary>
    FifteenMinutes = 900,

    /// <summary>1h.</summary>
    OneHour = 3_600,

    /// <summary>4h.</summary>
    FourHours = 14_400,

    /// <summary>1d, beginning at 00:00 UTC.</summary>
    OneDay = 86_400,
}

/// <summary>What the trades of an instrument in a stretch of time come to. There is none where nothing
/// traded.</summary>
/// <param name="Instrument">The instrument, by its number.</param>
/// <param name="Interval">How long.</param>
/// <param name="OpenSecond">When it begins, in seconds since the Unix epoch.</param>
/// <param name="Open">Price of the first trade, in ticks.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Price of the last trade.</param>
/// <param name="Lots">Traded lots.</param>
/// <param name="TickLots">Sum of price × lots.</param>
/// <param name="Trades">How many.</param>
/// <param name="LastSequence">Number of the last trade in it.</param>
public sealed record Candle(
    short Instrument, CandleInterval Interval, long OpenSecond, int Open, int High, int Low, int Close,
    Int128 Lots, Int128 TickLots, int Trades, long LastSequence);
