using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>The pairs that the testnet lists, with each venue's tick and lot.</summary>
/// <remarks>Ticks and lots follow the venues' instrument lists; a tick here is always a power of ten.</remarks>
public static class MarketPairs
{
    /// <summary>All pairs of all venues, in the order of their index.</summary>
    public static IReadOnlyList<MarketPair> All { get; } =
    [
        Pair(Venue.Binance, "BTC/USDT", 2, 5, spread: 1, gap: 40, size: 0.08, rate: 26),
        Pair(Venue.Binance, "ETH/USDT", 2, 4, spread: 1, gap: 6, size: 1.2, rate: 22),
        Pair(Venue.Binance, "SOL/USDT", 2, 3, spread: 1, gap: 1, size: 30, rate: 16),
        Pair(Venue.Binance, "USDC/USDT", 5, 0, spread: 1, gap: 1, size: 25_000, rate: 3),

        Pair(Venue.Coinbase, "BTC/USD", 2, 8, spread: 1, gap: 60, size: 0.05, rate: 22),
        Pair(Venue.Coinbase, "ETH/USD", 2, 8, spread: 1, gap: 7, size: 0.8, rate: 18),
        Pair(Venue.Coinbase, "SOL/USD", 2, 8, spread: 1, gap: 1, size: 18, rate: 14),
        Pair(Venue.Coinbase, "USDT/USD", 5, 2, spread: 1, gap: 1, size: 12_000, rate: 3),
        Pair(Venue.Coinbase, "BTC/USDT", 2, 8, spread: 300, gap: 400, size: 0.02, rate: 6),
        Pair(Venue.Coinbase, "ETH/USDT", 2, 8, spread: 20, gap: 30, size: 0.3, rate: 5),

        Pair(Venue.Kraken, "BTC/USD", 1, 8, spread: 1, gap: 8, size: 0.06, rate: 20),
        Pair(Venue.Kraken, "ETH/USD", 2, 8, spread: 1, gap: 9, size: 0.9, rate: 16),
        Pair(Venue.Kraken, "SOL/USD", 2, 8, spread: 1, gap: 1, size: 20, rate: 12),
        Pair(Venue.Kraken, "USDT/USD", 5, 8, spread: 1, gap: 2, size: 9_000, rate: 3),
        Pair(Venue.Kraken, "USDC/USD", 4, 8, spread: 1, gap: 1, size: 15_000, rate: 2),
        Pair(Venue.Kraken, "BTC/USDT", 1, 8, spread: 20, gap: 30, size: 0.03, rate: 6),
        Pair(Venue.Kraken, "ETH/USDT", 2, 8, spread: 15, gap: 25, size: 0.4, rate: 5),

        Pair(Venue.Bybit, "BTC/USDT", 2, 6, spread: 1, gap: 50, size: 0.06, rate: 24),
        Pair(Venue.Bybit, "ETH/USDT", 2, 5, spread: 1, gap: 6, size: 1.0, rate: 20),
        Pair(Venue.Bybit, "SOL/USDT", 2, 3, spread: 1, gap: 1, size: 25, rate: 14),
        Pair(Venue.Bybit, "USDC/USDT", 4, 2, spread: 1, gap: 1, size: 20_000, rate: 3),
    ];

    private static MarketPair Pair(
        Venue venue, string symbol, byte price, byte quantity, int spread, int gap, double size, double rate) =>
        new(venue, Symbol.Parse(symbol), new Grid(price, quantity), spread, gap, size, rate);
}
