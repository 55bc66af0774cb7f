namespace Strikeline.Host.Web;

/// <summary>Answer of <c>/health</c>.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>starting</c>.</param>
/// <param name="Version">The program's version.</param>
/// <param name="UptimeMs">Milliseconds since start.</param>
/// <param name="Source"><c>live</c>, <c>simulated</c> or <c>replay</c>.</param>
/// <param name="Reasons">What is wrong, one line each; empty where nothing is.</param>
internal sealed record HealthAnswer(
    string Status, string Version, long UptimeMs, string Source, IReadOnlyList<string> Reasons);

/// <summary>Answer of <c>/api/v1/feeds</c>.</summary>
/// <param name="At">Time of the data, Unix milliseconds.</param>
/// <param name="Source"><c>live</c>, <c>simulated</c> or <c>replay</c>.</param>
/// <param name="Feeds">One row for each venue and symbol.</param>
internal sealed record FeedsAnswer(long At, string Source, IReadOnlyList<FeedRow> Feeds);

/// <summary>One instrument of one feed. Amounts are decimal text.</summary>
internal sealed record FeedRow
{
    public required string Venue { get; init; }

    public required string Symbol { get; init; }

    /// <summary><c>connecting</c>, <c>syncing</c>, <c>live</c>, <c>unproven</c>, <c>stale</c> or <c>down</c>.</summary>
    public required string State { get; init; }

    /// <summary>Stable code and words; null where the feed is live.</summary>
    public string? Reason { get; init; }

    /// <summary>What is being done about it.</summary>
    public string? NextStep { get; init; }

    /// <summary>Time since the content last changed, milliseconds; null where it never did.</summary>
    public long? AgeMs { get; init; }

    public bool Proven { get; init; }

    public string? Bid { get; init; }

    public string? BidQuantity { get; init; }

    public string? Ask { get; init; }

    public string? AskQuantity { get; init; }

    public string? Spread { get; init; }

    /// <summary>Spread in basis points of the mid.</summary>
    public double? SpreadBps { get; init; }

    public string? LastPrice { get; init; }

    public long Messages { get; init; }

    public double MessagesPerSecond { get; init; }

    public long Trades { get; init; }

    public long Gaps { get; init; }

    public long Reconnects { get; init; }
}

/// <summary>Data of the channel <c>books@ASSET</c>.</summary>
internal sealed record BooksAnswer(string Asset, long At, IReadOnlyList<BookRow> Books);

/// <summary>One venue's best levels and newest trades.</summary>
internal sealed record BookRow(
    string Venue,
    string Symbol,
    string State,
    bool Proven,
    string? Reason,
    long? AgeMs,
    IReadOnlyList<string[]> Bids,
    IReadOnlyList<string[]> Asks,
    IReadOnlyList<TradeRow> Trades);

/// <summary>One trade; <c>side</c> is the taker's.</summary>
internal sealed record TradeRow(long At, string Price, string Quantity, string Side);

/// <summary>Data of the channel <c>status</c>.</summary>
internal sealed record StatusAnswer(
    string Epoch,
    long At,
    bool MayQuote,
    bool MayTrade,
    IReadOnlyList<BlockRow> BlockedBy,
    string Data,
    string? Speed,
    string Orders,
    string? Note,
    Bots.StopRow? Stop);

/// <summary>One reason why something is not done.</summary>
internal sealed record BlockRow(string Code, string Detail, long? Since, string? Fix);

/// <summary>Answer of <c>/api/v1/prices</c>; written by the room Prices.</summary>
internal sealed record PricesAnswer(IReadOnlyList<PriceRow> Markets, long At);

/// <summary>One composite price.</summary>
internal sealed record PriceRow(
    string Symbol,
    double? Price,
    int ProviderCount,
    double Confidence,
    long? AgeMs,
    string? Reason,
    PriceInputs Inputs,
    IReadOnlyList<VenuePriceRow> Venues);

/// <summary>The inputs of a confidence, each in [0, 1].</summary>
internal sealed record PriceInputs(double Coverage, double Agreement, double Freshness);

/// <summary>One venue's part in a composite.</summary>
internal sealed record VenuePriceRow(
    string Venue, string Symbol, string? Mid, string? Converted, long? AgeMs, bool Used, string? Reason);

/// <summary>Answer of <c>/api/v1/prices/history</c>.</summary>
/// <param name="Symbol">The composite.</param>
/// <param name="At">Time of the data, Unix milliseconds.</param>
/// <param name="Points">One for each second, oldest first; a second in which nothing was noted is left out.</param>
internal sealed record HistoryAnswer(string Symbol, long At, IReadOnlyList<PricePoint> Points);

/// <summary>The composite at the end of a second; null where nobody knew it.</summary>
/// <param name="At">When the second began, Unix milliseconds.</param>
/// <param name="Price">The last price in it.</param>
internal sealed record PricePoint(long At, double? Price);

/// <summary>Answer of <c>/api/v1/keys</c>.</summary>
/// <param name="Keys">The keys whose signatures are to be taken.</param>
/// <param name="At">Time of the data, Unix milliseconds.</param>
internal sealed record KeysAnswer(IReadOnlyList<KeyRow> Keys, long At);

/// <summary>A public key and where and when its signatures hold.</summary>
/// <param name="KeyId">The first 8 bytes of the key's SHA-256 in hex, as the quotes name it.</param>
/// <param name="PublicKey">32 bytes in base58: the quotes' <c>signer</c>.</param>
/// <param name="Algorithm">Always <c>ed25519</c>.</param>
/// <param name="ValidFrom">When the key was made, Unix milliseconds.</param>
/// <param name="ValidUntil">The first moment of which it signs no more; null where none is set.</param>
/// <param name="Environment">The environment that its quotes name.</param>
internal sealed record KeyRow(
    string KeyId, string PublicKey, string Algorithm, long ValidFrom, long? ValidUntil, string Environment);

/// <summary>One ladder of <c>/api/v1/markets</c>, and the data of the channel <c>markets@SYMBOL</c>; written by the
/// room Strikes.</summary>
internal sealed record MarketsAnswer(
    string Symbol, long At, double? Spot, string? Reason, IReadOnlyList<SignedMarketRow> Markets);

/// <summary>A signed market: the fields, the signature over <c>payload</c>, and who signed.</summary>
internal sealed record SignedMarketRow(MarketRow Market, string Signature, string Signer, string Payload);

/// <summary>The fields of a signed market.</summary>
internal sealed record MarketRow(
    string QuoteId,
    string Symbol,
    double Strike,
    double UpPrice,
    double DownPrice,
    double UpProbability,
    long ExpiryTs,
    long GeneratedAt,
    long ValidUntil,
    string MaxQuantity,
    string Nonce,
    string Collateral,
    string Environment,
    string RuleId,
    string KeyId);
