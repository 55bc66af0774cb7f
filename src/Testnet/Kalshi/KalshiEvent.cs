namespace Strikeline.Testnet.Kalshi;

/// <summary>An event: one or more markets that are decided at the same time.</summary>
internal sealed class KalshiEvent(long number, KalshiSeries series, string ticker, string subtitle, long strikeNanos)
{
    /// <summary>Rises with each event; pages go along it.</summary>
    public long Number { get; } = number;

    public KalshiSeries Series { get; } = series;

    public string Ticker { get; } = ticker;

    public string Subtitle { get; } = subtitle;

    /// <summary>When it is decided, Unix nanoseconds.</summary>
    public long StrikeNanos { get; } = strikeNanos;

    public List<KalshiMarket> Markets { get; } = [];
}
