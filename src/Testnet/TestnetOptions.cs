using Strikeline.Testnet.Kalshi;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Testnet;

/// <summary>How a testnet is opened.</summary>
public sealed record TestnetOptions
{
    /// <summary>Decides every price, size and time; equal seeds give equal markets.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Multiplies the rate of events; 1 is about 20 to 50 messages a second on a busy pair.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Levels a side of each book, 50 to 5000.</summary>
    public int Depth { get; init; } = 300;

    /// <summary>Port of the control server; 0 takes a free one.</summary>
    public int ControlPort { get; init; } = 18080;

    /// <summary>Port of Binance's streams and REST; 0 takes a free one.</summary>
    public int BinancePort { get; init; } = 18081;

    /// <summary>Port of Coinbase's streams and REST; 0 takes a free one.</summary>
    public int CoinbasePort { get; init; } = 18082;

    /// <summary>Port of Kraken's streams and REST; 0 takes a free one.</summary>
    public int KrakenPort { get; init; } = 18083;

    /// <summary>Port of Bybit's streams and REST; 0 takes a free one.</summary>
    public int BybitPort { get; init; } = 18084;

    /// <summary>After this long Binance closes a connection; 24 hours by its documents.</summary>
    public TimeSpan BinanceConnectionLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Time between Binance's ping frames; 20 seconds by its documents.</summary>
    public TimeSpan BinancePing { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What happens on the markets; absent, the seeded process.</summary>
    public IMarketScript? Script { get; init; }

    /// <summary>Kalshi's side.</summary>
    public KalshiOptions Kalshi { get; init; } = new();

    /// <summary>Polymarket's side.</summary>
    public PolymarketOptions Polymarket { get; init; } = new();

    /// <summary>These options with every port taken from the free ones.</summary>
    public TestnetOptions OnFreePorts() => this with
    {
        ControlPort = 0, BinancePort = 0, CoinbasePort = 0, KrakenPort = 0, BybitPort = 0,
        Kalshi = Kalshi with { Port = 0 },
        Polymarket = Polymarket.OnFreePorts(),
    };
}
