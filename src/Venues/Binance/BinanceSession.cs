using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues.Binance;

/// <summary>Binance: streams are named in the address, snapshots come by REST, pings are answered by the
/// socket.</summary>
internal sealed class BinanceSession(FeedOptions options) : IVenueSession
{
    // Snapshot sizes and their request weights: 100 costs 5, 500 costs 25, 1000 costs 50, 5000 costs 250.
    private static readonly int[] Depths = [100, 500, 1_000, 5_000];

    public Uri Address
    {
        get
        {
            var streams = options.Symbols.SelectMany(symbol =>
            {
                var name = symbol.Compact.ToLowerInvariant();
                return new[] { $"{name}@depth@100ms", $"{name}@bookTicker", $"{name}@trade" };
            });
            return new Uri($"{options.WebSocket.ToString().TrimEnd('/')}/stream?streams={string.Join('/', streams)}");
        }
    }

    public string? Ping => null;

    public TimeSpan PingEvery => Timeout.InfiniteTimeSpan;

    public IReadOnlyList<string> Subscribe() => [];

    public IReadOnlyList<string> Resubscribe(IReadOnlyList<Symbol> symbols) => [];

    public string SnapshotPath(Symbol symbol)
    {
        var depth = Array.Find(Depths, depth => depth >= options.BookDepth);
        return $"/api/v3/depth?symbol={symbol.Compact}&limit={(depth == 0 ? Depths[^1] : depth)}";
    }
}
