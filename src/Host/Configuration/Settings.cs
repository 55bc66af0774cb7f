namespace Strikeline.Host.Configuration;

/// <summary>The whole configuration; a new one holds every default.</summary>
internal sealed record Settings
{
    /// <summary>Where all state lies.</summary>
    [Key(KeyKind.Path, "Folder that holds all state: keys, tapes, logs.")]
    public string DataDir { get; init; } = "data";

    /// <summary>Where API and terminal listen.</summary>
    [Key(KeyKind.LoopbackUrls, "Addresses of API and terminal.")]
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>Where Prometheus reads.</summary>
    [Key(KeyKind.LoopbackUrls, "Addresses of the Prometheus text at /metrics.")]
    public IReadOnlyList<string> MetricsUrls { get; init; } = ["http://127.0.0.1:9000"];

    /// <summary>Connections at a time.</summary>
    [Key(KeyKind.Whole, "Connections at a time, over all addresses, of which five sixths may be WebSockets; where one "
        + "more comes, the one that has asked for nothing for the longest is cut. At most three quarters of the "
        + "files that the process may open.", Unit = "connections", Min = 60, Max = 200_000)]
    public int MaxConnections { get; init; } = 12_000;

    /// <summary>A Redis that mirrors the hot cache; empty for none.</summary>
    [Key(KeyKind.RedisUrl, "Redis that holds every ladder and quote for other programs; on another machine it must "
        + "want a password.", Environment = ["REDIS_URL"], Secret = true)]
    public string RedisUrl { get; init; } = "";

    /// <summary>A PostgreSQL for trades, orders and candles; empty for a file.</summary>
    [Key(KeyKind.PostgresUrl, "PostgreSQL that keeps trades, orders and candles; "
        + "empty for a file of SQLite beside the exchange's journal.", Environment = ["DATABASE_URL"], Secret = true)]
    public string DbUrl { get; init; } = "";

    /// <summary>Logs.</summary>
    [Section("Structured logs: short lines on standard error, JSON lines in files.")]
    public LogSettings Log { get; init; } = new();

    /// <summary>Venue feeds.</summary>
    [Section("Public market data, one section per venue.")]
    public FeedsSettings Feeds { get; init; } = new();

    /// <summary>The composite price.</summary>
    [Section("Many venues to one price.")]
    public PricesSettings Prices { get; init; } = new();

    /// <summary>Strike markets.</summary>
    [Section("Strike ladders and signed markets.")]
    public StrikesSettings Strikes { get; init; } = new();

    /// <summary>The exchange.</summary>
    [Section("Our own exchange: its markets, fees and limits.")]
    public ExchangeSettings Exchange { get; init; } = new();

    /// <summary>Prediction venues.</summary>
    [Section("Venues of outcome tokens.")]
    public PredictionsSettings Predictions { get; init; } = new();

    /// <summary>The bots.</summary>
    [Section("Strategies on outcome tokens, their limits, and the paper executor.")]
    public TradingSettings Trading { get; init; } = new();

    /// <summary>Recordings of raw frames.</summary>
    [Section("Recordings of raw frames.")]
    public TapesSettings Tapes { get; init; } = new();

    /// <summary>The built-in testnet.</summary>
    [Section("The local servers of `strikeline testnet` and `run --testnet`.")]
    public TestnetSettings Testnet { get; init; } = new();
}
