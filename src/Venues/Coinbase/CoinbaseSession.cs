using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues.Coinbase;

/// <summary>Coinbase Advanced Trade: one channel for each subscribe frame; heartbeats keep quiet channels
/// open.</summary>
internal sealed class CoinbaseSession(FeedOptions options) : IVenueSession
{
    public Uri Address => options.WebSocket;

    public string? Ping => null;

    public TimeSpan PingEvery => Timeout.InfiniteTimeSpan;

    public IReadOnlyList<string> Subscribe()
    {
        var all = string.Join(',', options.Symbols.Select(Quoted));
        return
        [
            """{"type":"subscribe","channel":"heartbeats"}""",
            Frame("subscribe", "level2", all),
            Frame("subscribe", "market_trades", all),
            Frame("subscribe", "ticker", all),
        ];
    }

    public IReadOnlyList<string> Resubscribe(IReadOnlyList<Symbol> symbols)
    {
        var all = string.Join(',', symbols.Select(Quoted));
        return [Frame("unsubscribe", "level2", all), Frame("subscribe", "level2", all)];
    }

    public string? SnapshotPath(Symbol symbol) => null;

    private static string Quoted(Symbol symbol) => $"\"{WireNames.Of(Venue.Coinbase, symbol)}\"";

    private static string Frame(string type, string channel, string products) =>
        $$"""{"type":"{{type}}","channel":"{{channel}}","product_ids":[{{products}}]}""";
}
