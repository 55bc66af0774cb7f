using Strikeline.Testnet.Polymarket;

namespace Strikeline.Testnet;

/// <summary>Where one venue is reached.</summary>
/// <param name="Ws">Base address of its WebSocket, without the venue's path.</param>
/// <param name="Rest">Base address of its REST API, without the venue's path.</param>
public sealed record VenueEndpoint(string Ws, string Rest);

/// <summary>Where a running testnet is reached.</summary>
/// <param name="Control">Base address of the control server.</param>
/// <param name="Binance">Binance; streams at <c>/ws</c> and <c>/stream</c>, REST at <c>/api/v3</c>.</param>
/// <param name="Coinbase">Coinbase; the stream at <c>/</c>, REST at <c>/api/v3/brokerage</c> and <c>/v2</c>.</param>
/// <param name="Kraken">Kraken; the stream at <c>/v2</c>, REST at <c>/0/public</c>.</param>
/// <param name="Bybit">Bybit; the stream at <c>/v5/public/spot</c>, REST at <c>/v5/market</c>.</param>
public sealed record TestnetEndpoints(
    string Control, VenueEndpoint Binance, VenueEndpoint Coinbase, VenueEndpoint Kraken, VenueEndpoint Bybit)
{
    /// <summary>Kalshi; the WebSocket at <c>/trade-api/ws/v2</c>, REST at <c>/trade-api/v2</c>.</summary>
    public VenueEndpoint? Kalshi { get; init; }

    /// <summary>The id of a demo key on Kalshi whose private half is in the caller's hands; null for none.</summary>
    public string? KalshiKeyId { get; init; }

    /// <summary>Polymarket's addresses.</summary>
    public PolymarketEndpoints? Polymarket { get; init; }

    /// <summary>
    /// One line of JSON: <c>{"ready":true,"control":"http://…","binance":{"ws":"ws://…","rest":"http://…"},…}</c>.
    /// </summary>
    public string ToJson() =>
        $"{{\"ready\":true,\"control\":\"{Control}\",{One("binance", Binance)},{One("coinbase", Coinbase)},"
        + $"{One("kraken", Kraken)},{One("bybit", Bybit)}"
        + (Polymarket is null ? "" : ",\"polymarket\":" + Polymarket.ToJson())
        + (Kalshi is null ? "" : "," + One("kalshi", Kalshi))
        + (KalshiKeyId is null ? "" : $",\"kalshi_key_id\":\"{KalshiKeyId}\"") + "}";

    private static string One(string name, VenueEndpoint venue) =>
        $"\"{name}\":{{\"ws\":\"{venue.Ws}\",\"rest\":\"{venue.Rest}\"}}";
}
