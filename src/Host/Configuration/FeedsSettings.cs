using Strikeline.Kernel;

namespace Strikeline.Host.Configuration;

/// <summary>The venues' feeds.</summary>
internal sealed record FeedsSettings
{
    /// <summary>Binance.</summary>
    [Section("Binance spot: book by update ids (U, u) over a REST snapshot.")]
    public FeedSettings Binance { get; init; } = new()
    {
        WsUrl = "wss://stream.binance.com:9443",
        RestUrl = "https://api.binance.com",
        Symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "USDC/USDT"],
        BookDepth = 5000,
    };

    /// <summary>Coinbase.</summary>
    [Section("Coinbase Advanced Trade: book by sequence_num.")]
    public FeedSettings Coinbase { get; init; } = new()
    {
        WsUrl = "wss://advanced-trade-ws.coinbase.com",
        RestUrl = "https://api.coinbase.com",
        Symbols = ["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD"],
        BookDepth = 1000,
    };

    /// <summary>Kraken.</summary>
    [Section("Kraken v2: book proven by CRC32; book_depth is 10, 25, 100, 500 or 1000.")]
    public FeedSettings Kraken { get; init; } = new()
    {
        WsUrl = "wss://ws.kraken.com/v2",
        RestUrl = "https://api.kraken.com",
        Symbols = ["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD", "USDC/USD"],
        BookDepth = 100,
    };

    /// <summary>Bybit.</summary>
    [Section("Bybit v5 spot: book by u; book_depth is 1, 50, 200 or 1000.")]
    public FeedSettings Bybit { get; init; } = new()
    {
        WsUrl = "wss://stream.bybit.com/v5/public/spot",
        RestUrl = "https://api.bybit.com",
        Symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "USDC/USDT"],
        BookDepth = 200,
    };

    /// <summary>The section of a venue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The venue has no feed.</exception>
    public FeedSettings Of(Venue venue) => venue switch
    {
        Venue.Binance => Binance,
        Venue.Coinbase => Coinbase,
        Venue.Kraken => Kraken,
        Venue.Bybit => Bybit,
        _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, "no feed of this venue"),
    };
}
