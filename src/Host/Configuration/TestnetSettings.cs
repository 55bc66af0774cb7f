namespace Strikeline.Host.Configuration;

/// <summary>The local venue servers.</summary>
internal sealed record TestnetSettings
{
    private const int MaxPort = 65_535;

    /// <summary>Seed of the markets.</summary>
    [Key(KeyKind.Whole, "Seed of every price, size and time: the same seed gives the same markets.")]
    public int Seed { get; init; } = 1;

    /// <summary>Factor on the rate of events.</summary>
    [Key(KeyKind.Fraction, "Factor on the rate of events; 1 is 20 to 50 messages a second on a busy pair.",
        Unit = "times", Min = 0.01, Max = 100)]
    public double Rate { get; init; } = 1;

    /// <summary>Levels of each side of a book.</summary>
    [Key(KeyKind.Whole, "Levels of each side of a book.", Unit = "levels", Min = 50, Max = 5000)]
    public int Depth { get; init; } = 300;

    /// <summary>Whether there are simulated traders.</summary>
    [Key(KeyKind.Flag, "Whether simulated traders trade on the exchange of `run --testnet`.")]
    public bool Traders { get; init; } = true;

    /// <summary>Port of the fault commands.</summary>
    [Key(KeyKind.Whole, "Loopback port that takes fault commands; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int ControlPort { get; init; } = 18_080;

    /// <summary>Port of Binance's protocol.</summary>
    [Key(KeyKind.Whole, "Loopback port of Binance's protocol; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int BinancePort { get; init; } = 18_081;

    /// <summary>Port of Coinbase's protocol.</summary>
    [Key(KeyKind.Whole, "Loopback port of Coinbase's protocol; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int CoinbasePort { get; init; } = 18_082;

    /// <summary>Port of Kraken's protocol.</summary>
    [Key(KeyKind.Whole, "Loopback port of Kraken's protocol; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int KrakenPort { get; init; } = 18_083;

    /// <summary>Port of Bybit's protocol.</summary>
    [Key(KeyKind.Whole, "Loopback port of Bybit's protocol; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int BybitPort { get; init; } = 18_084;

    /// <summary>Port of Kalshi's protocol.</summary>
    [Key(KeyKind.Whole, "Loopback port of Kalshi's protocol; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int KalshiPort { get; init; } = 18_086;

    /// <summary>Whether Kalshi has quick markets.</summary>
    [Key(KeyKind.Flag, "Whether Kalshi's testnet has windows and ladders of five minutes, too.")]
    public bool KalshiFiveMinutes { get; init; }

    /// <summary>Port of Polymarket's CLOB.</summary>
    [Key(KeyKind.Whole, "Loopback port of Polymarket's CLOB and its channels; 0 takes a free one.", Unit = "port",
        Max = MaxPort)]
    public int PolymarketClobPort { get; init; } = 18_085;

    /// <summary>Port of Polymarket's Gamma.</summary>
    [Key(KeyKind.Whole, "Loopback port of Polymarket's Gamma; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int PolymarketGammaPort { get; init; } = 18_087;

    /// <summary>Port of Polymarket's price feeds.</summary>
    [Key(KeyKind.Whole, "Loopback port of Polymarket's price feeds; 0 takes a free one.", Unit = "port", Max = MaxPort)]
    public int PolymarketLivePort { get; init; } = 18_088;
}
