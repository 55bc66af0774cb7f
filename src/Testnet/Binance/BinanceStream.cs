namespace Strikeline.Testnet.Binance;

/// <summary>What a Binance stream carries.</summary>
internal enum BinanceFlow
{
    Trade,
    AggregateTrade,
    BookTicker,
    Depth,
    PartialDepth,
    Ticker,
    MiniTicker,
    Kline,
}

/// <summary>A stream by name, such as <c>btcusdt@depth@100ms</c>, and who listens.</summary>
/// <remarks>WebSocket Streams for Binance, "Detailed Stream information".</remarks>
internal sealed class BinanceStream(string name, PairState pair, BinanceFlow flow, int levels, int everySteps)
{
    private static readonly Dictionary<string, int> Intervals = new(StringComparer.Ordinal)
    {
        ["1m"] = 1, ["3m"] = 3, ["5m"] = 5, ["15m"] = 15, ["30m"] = 30, ["1h"] = 60, ["2h"] = 120, ["4h"] = 240,
        ["6h"] = 360, ["8h"] = 480, ["12h"] = 720, ["1d"] = 1440,
    };

    public string Name { get; } = name;

    public PairState Pair { get; } = pair;

    public BinanceFlow Flow { get; } = flow;

    /// <summary>Levels of a partial book, minutes of a candle.</summary>
    public int Levels { get; } = levels;

    /// <summary>Steps of the floor between two messages; one is real-time.</summary>
    public int EverySteps { get; } = everySteps;

    public string Interval => Name[(Name.LastIndexOf('_') + 1)..];

    public HashSet<ClientLine> Lines { get; } = [];

    public static bool TryInterval(string? text, out int minutes)
    {
        minutes = 0;
        return text is not null && Intervals.TryGetValue(text, out minutes);
    }

    /// <summary>
    /// Finds what a stream name means; the venue accepts names it does not know and sends nothing on them.
    /// </summary>
    public static BinanceStream? Parse(string name, IReadOnlyList<PairState> pairs)
    {
        var parts = name.Split('@');
        var pair = pairs.FirstOrDefault(known =>
            known.Pair.Symbol.Compact.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        if (pair is null || parts.Length is < 2 or > 3 || parts[0].Any(char.IsAsciiLetterUpper))
        {
            return null;
        }

        var fast = parts.Length == 3 && parts[2] == "100ms";
        if (parts.Length == 3 && !fast && parts[2] != "1000ms")
        {
            return null;
        }

        var steps = fast ? MarketFloor.StepsPerSecond / 10 : MarketFloor.StepsPerSecond;
        return parts[1] switch
        {
            "trade" => new BinanceStream(name, pair, BinanceFlow.Trade, 0, 1),
            "aggTrade" => new BinanceStream(name, pair, BinanceFlow.AggregateTrade, 0, 1),
            "bookTicker" => new BinanceStream(name, pair, BinanceFlow.BookTicker, 0, 1),
            "ticker" => new BinanceStream(name, pair, BinanceFlow.Ticker, 0, MarketFloor.StepsPerSecond),
            "miniTicker" => new BinanceStream(name, pair, BinanceFlow.MiniTicker, 0, MarketFloor.StepsPerSecond),
            "depth" => new BinanceStream(name, pair, BinanceFlow.Depth, 0, steps),
            "depth5" => new BinanceStream(name, pair, BinanceFlow.PartialDepth, 5, steps),
            "depth10" => new BinanceStream(name, pair, BinanceFlow.PartialDepth, 10, steps),
            "depth20" => new BinanceStream(name, pair, BinanceFlow.PartialDepth, 20, steps),
            _ when parts[1].StartsWith("kline_", StringComparison.Ordinal) && TryInterval(parts[1][6..], out var m) =>
                new BinanceStream(name, pair, BinanceFlow.Kline, m, 2 * MarketFloor.StepsPerSecond),
            _ => null,
        };
    }
}
