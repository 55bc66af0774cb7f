namespace Strikeline.Host.Web.Trading;

/// <summary>Answer to an order: what has come of it so far.</summary>
/// <param name="OrderId">Its id, as text: it has more digits than a JavaScript number.</param>
/// <param name="ClientId">The client's own name for it.</param>
/// <param name="Status"><c>open</c>, <c>partially_filled</c>, <c>filled</c>, <c>cancelled</c>,
/// <c>expired</c>.</param>
/// <param name="ExecutedQuantity">What it has traded.</param>
/// <param name="Fills">The trades that the request has brought.</param>
/// <param name="Sequence">Position behind it, in every stream.</param>
/// <param name="Reason">Why it ended early.</param>
/// <param name="Duplicate">True where the client id was used before: nothing was done now.</param>
internal sealed record OrderAnswer(
    string OrderId, string? ClientId, string Status, string ExecutedQuantity, IReadOnlyList<FillRow> Fills,
    long Sequence, string? Reason, bool? Duplicate);

/// <summary>One trade of an order; the fee is in what the order received.</summary>
internal sealed record FillRow(string TradeId, string Price, string Quantity, string Fee);

/// <summary>One trade of an account's order.</summary>
internal sealed record AccountFillRow(
    string TradeId, string OrderId, string Market, string Kind, string Price, string Quantity, string Fee,
    string FeeAsset, string Liquidity, long At);

/// <summary>Answer to <c>GET /api/v1/fills</c>.</summary>
/// <param name="Fills">Newest first.</param>
/// <param name="Next">What to send as <c>before</c> for the next page; null on the last one.</param>
internal sealed record FillsAnswer(IReadOnlyList<AccountFillRow> Fills, string? Next);

/// <summary>An order as it is now.</summary>
internal sealed record OrderRow
{
    public required string OrderId { get; init; }

    public string? ClientId { get; init; }

    public required string Market { get; init; }

    public required string Kind { get; init; }

    public required string Type { get; init; }

    public required string Tif { get; init; }

    public bool PostOnly { get; init; }

    public string? Price { get; init; }

    public string? StopPrice { get; init; }

    /// <summary>True once a trade has set a stop off.</summary>
    public bool? Triggered { get; init; }

    public string? Quantity { get; init; }

    public string? QuoteQuantity { get; init; }

    public string? DisplayQuantity { get; init; }

    public required string ExecutedQuantity { get; init; }

    public string? AveragePrice { get; init; }

    public required string RemainingQuantity { get; init; }

    public required string Status { get; init; }

    public string? Reason { get; init; }

    /// <summary>When it ends by itself, Unix milliseconds.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>When it was accepted, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it last changed, Unix milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>Number of the event that last changed it.</summary>
    public long Sequence { get; init; }
}

/// <summary>Answer to <c>GET /api/v1/orders</c>.</summary>
/// <param name="Orders">Newest first.</param>
/// <param name="Next">What to send as <c>before</c> for the next page; null on the last one.</param>
internal sealed record OrdersAnswer(IReadOnlyList<OrderRow> Orders, string? Next);

/// <summary>Answer to a cancel-all.</summary>
/// <param name="Cancelled">How many orders.</param>
/// <param name="Sequence">Position behind it, in every stream.</param>
internal sealed record CancelledAnswer(int Cancelled, long Sequence);

/// <summary>What an account has of an asset.</summary>
internal sealed record BalanceRow(string Asset, string Available, string Held);

/// <summary>The account of a key.</summary>
/// <param name="Account">Its number.</param>
/// <param name="Status">What it may be used for now: <c>open</c>, <c>cancel_only</c> or <c>halted</c>.</param>
internal sealed record AccountRow(int Account, string Status);

/// <summary>A book: price and quantity as text, best first.</summary>
internal sealed record DepthAnswer(long Sequence, IReadOnlyList<string[]> Bids, IReadOnlyList<string[]> Asks);

/// <summary>Terms of a market.</summary>
internal sealed record InstrumentRow(
    string Market, string Base, string Quote, string TickSize, string LotSize, string MinQuantity, string MaxQuantity,
    string MaxPrice, string MakerFee, string TakerFee, string? Band, string Status);

/// <summary>A public trade; <c>kind</c> is the incoming order's.</summary>
internal sealed record PublicTradeRow(
    string TradeId, long At, string Price, string Quantity, string Kind, long Sequence);

/// <summary>The last 24 hours of a market.</summary>
internal sealed record TickerRow(
    string Market, string? Last, string? Open, string? High, string? Low, string Volume, string QuoteVolume, int Trades,
    string? Bid, string? Ask, long At);

/// <summary>What a market or an account may be used for from now on: <c>open</c>, <c>cancel_only</c> or
/// <c>halted</c>.</summary>
internal sealed record StatusSetAnswer(string? Market, int? Account, string Status);

/// <summary>A new account.</summary>
internal sealed record AccountAnswer(int Account, string ApiKey);
