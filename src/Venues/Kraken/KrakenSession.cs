using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues.Kraken;

/// <summary>Kraken v2: the instrument channel first, because it says in which precision checksums are
/// computed.</summary>
internal sealed class KrakenSession(FeedOptions options) : IVenueSession
{
    private static readonly int[] Depths = [10, 25, 100, 500, 1_000];

    private readonly int _depth = Array.Find(Depths, depth => depth >= options.BookDepth) is var found and not 0
        ? found
        : Depths[^1];

    public Uri Address => options.WebSocket;

    public string? Ping => """{"method":"ping"}""";

    public TimeSpan PingEvery => TimeSpan.FromSeconds(30);

    public IReadOnlyList<string> Subscribe()
    {
        var all = string.Join(',', options.Symbols.Select(symbol => $"\"{symbol}\""));
        return
        [
            """{"method":"subscribe","params":{"channel":"instrument","snapshot":true}}""",
            Book("subscribe", all),
            $$$"""{"method":"subscribe","params":{"channel":"trade","symbol":[{{{all}}}],"snapshot":false}}""",
            $$$"""{"method":"subscribe","params":{"channel":"ticker","symbol":[{{{all}}}],"event_trigger":"bbo"}}""",
        ];
    }

    public IReadOnlyList<string> Resubscribe(IReadOnlyList<Symbol> symbols)
    {
        var all = string.Join(',', symbols.Select(symbol => $"\"{symbol}\""));
        return [Book("unsubscribe", all), Book("subscribe", all)];
    }

    public string? SnapshotPath(Symbol symbol) => null;

    private string Book(string method, string symbols) =>
        $$$"""{"method":"{{{method}}}","params":{"channel":"book","symbol":[{{{symbols}}}],"depth":{{{_depth}}}}}""";
}
