namespace Strikeline.Host.Configuration;

/// <summary>The venues of outcome tokens.</summary>
internal sealed record PredictionsSettings
{
    /// <summary>Polymarket.</summary>
    [Section("Polymarket: markets by Gamma, books by the market channel, proven by its best prices and by REST.")]
    public PolymarketSettings Polymarket { get; init; } = new();

    /// <summary>Kalshi.</summary>
    [Section("Kalshi: polled without a key, streamed with one.")]
    public KalshiSettings Kalshi { get; init; } = new();
}

/// <summary>Polymarket.</summary>
internal sealed record PolymarketSettings
{
    /// <summary>Whether it is watched.</summary>
    [Key(KeyKind.Flag, "Whether the venue is watched.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Market descriptions.</summary>
    [Key(KeyKind.HttpUrl, "Base address of Gamma, the market descriptions.")]
    public string GammaUrl { get; init; } = "https://gamma-api.polymarket.com";

    /// <summary>Books and rules.</summary>
    [Key(KeyKind.HttpUrl, "Base address of the CLOB's REST interface.")]
    public string ClobUrl { get; init; } = "https://clob.polymarket.com";

    /// <summary>The market channel.</summary>
    [Key(KeyKind.SocketUrl, "Address of the market channel.")]
    public string MarketWsUrl { get; init; } = "wss://ws-subscriptions-clob.polymarket.com/ws/market";

    /// <summary>The older settlement prices.</summary>
    [Key(KeyKind.SocketUrl, "Address of the older settlement prices, which need no key.")]
    public string RtdsWsUrl { get; init; } = "wss://ws-live-data.polymarket.com";

    /// <summary>The newer settlement prices.</summary>
    [Key(KeyKind.SocketUrl, "Address of the newer settlement prices, used where there is a key of the CLOB.")]
    public string PricesWsUrl { get; init; } = "wss://ws-live-v2.polymarket.com/ws";

    /// <summary>Id of the CLOB key.</summary>
    [Key(KeyKind.Text, "Id of a key of the CLOB, for the newer settlement prices; empty for none.",
        Environment = ["CLOB_API_KEY"], MayBeEmpty = true, Secret = true)]
    public string ApiKey { get; init; } = "";

    /// <summary>Secret of the CLOB key.</summary>
    [Key(KeyKind.Text, "Secret of that key.", Environment = ["CLOB_SECRET"], MayBeEmpty = true, Secret = true)]
    public string ApiSecret { get; init; } = "";

    /// <summary>Passphrase of the CLOB key.</summary>
    [Key(KeyKind.Text, "Passphrase of that key.", Environment = ["CLOB_PASS_PHRASE"], MayBeEmpty = true,
        Secret = true)]
    public string ApiPassphrase { get; init; } = "";

    /// <summary>Assets of the rolling windows.</summary>
    [Key(KeyKind.Words, "Assets whose up or down windows are watched, as in the venue's slugs.")]
    public IReadOnlyList<string> Assets { get; init; } = ["btc", "eth", "sol"];

    /// <summary>Lengths of the rolling windows.</summary>
    [Key(KeyKind.Words, "Lengths of the windows that are watched: 5m, 15m, 4h.")]
    public IReadOnlyList<string> Windows { get; init; } = ["5m", "15m"];

    /// <summary>Further events.</summary>
    [Key(KeyKind.Words, "Slugs of further events, all of whose markets are watched.")]
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Further markets.</summary>
    [Key(KeyKind.Words, "Slugs of further markets.")]
    public IReadOnlyList<string> Markets { get; init; } = [];
}

/// <summary>Kalshi.</summary>
internal sealed record KalshiSettings
{
    /// <summary>Whether it is watched.</summary>
    [Key(KeyKind.Flag, "Whether the venue is watched.")]
    public bool Enabled { get; init; } = true;

    /// <summary>REST.</summary>
    [Key(KeyKind.HttpUrl, "Base address of the REST interface.")]
    public string RestUrl { get; init; } = "https://external-api.kalshi.com/trade-api/v2";

    /// <summary>The socket.</summary>
    [Key(KeyKind.SocketUrl, "Address of the WebSocket, which wants a key.")]
    public string WsUrl { get; init; } = "wss://external-api-ws.kalshi.com/trade-api/ws/v2";

    /// <summary>Series that are watched.</summary>
    [Key(KeyKind.Words, "Series whose markets are watched.")]
    public IReadOnlyList<string> Series { get; init; } = ["KXBTC15M", "KXETH15M", "KXBTCD", "KXETHD"];

    /// <summary>Further events.</summary>
    [Key(KeyKind.Words, "Tickers of further events.")]
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The key's id.</summary>
    [Key(KeyKind.Text, "Id of the API key; empty polls without one.", Environment = ["KALSHI_API_KEY_ID"],
        MayBeEmpty = true, Secret = true)]
    public string KeyId { get; init; } = "";

    /// <summary>The key's file.</summary>
    [Key(KeyKind.Path, "File of the API key's private part in PEM, readable by its owner alone.",
        Environment = ["KALSHI_PRIVATE_KEY_FILE"], MayBeEmpty = true)]
    public string KeyFile { get; init; } = "";
}
