using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues.Bybit;

/// <summary>Bybit v5 spot: at most ten topics for each subscribe frame, a ping every 20 seconds.</summary>
internal sealed class BybitSession(FeedOptions options) : IVenueSession
{
    private const int MaxTopics = 10;

    private readonly int _depth = options.BookDepth <= 50 ? 50 : options.BookDepth <= 200 ? 200 : 1_000;

    public Uri Address => options.WebSocket;

    public string? Ping => """{"op":"ping"}""";

    public TimeSpan PingEvery => TimeSpan.FromSeconds(20);

    public IReadOnlyList<string> Subscribe() =>
    [
        .. options.Symbols
            .SelectMany(s => new[] { Book(s), $"\"orderbook.1.{s.Compact}\"", $"\"publicTrade.{s.Compact}\"" })
            .Chunk(MaxTopics)
            .Select(topics => Frame("subscribe", string.Join(',', topics))),
    ];

    public IReadOnlyList<string> Resubscribe(IReadOnlyList<Symbol> symbols) =>
    [
        .. symbols.Select(Book).Chunk(MaxTopics).Select(topics => string.Join(',', topics))
            .SelectMany(topics => new[] { Frame("unsubscribe", topics), Frame("subscribe", topics) }),
    ];

    public string? SnapshotPath(Symbol symbol) => null;

    private string Book(Symbol symbol) => $"\"orderbook.{_depth}.{symbol.Compact}\"";

    private static string Frame(string op, string topics) => $$"""{"op":"{{op}}","args":[{{topics}}]}""";
}
