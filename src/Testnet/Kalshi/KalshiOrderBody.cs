using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The body of <c>POST /portfolio/events/orders</c>.</summary>
/// <remarks>Counts and prices are texts; numbers are refused, as on the demo exchange in June 2026.</remarks>
internal static class KalshiOrderBody
{
    private const int LongestClientId = 64;

    public static KalshiRefusal? Read(byte[] body, KalshiCatalog catalog, out KalshiTicket ticket)
    {
        ticket = null!;
        try
        {
            using var parsed = RequestJson.Parse(body);
            return parsed.RootElement.ValueKind == JsonValueKind.Object
                ? Read(parsed.RootElement, catalog, out ticket)
                : Wrong("the body must be an object");
        }
        catch (JsonException)
        {
            return Wrong("the body is not valid JSON");
        }
    }

    private static KalshiRefusal? Read(JsonElement root, KalshiCatalog catalog, out KalshiTicket ticket)
    {
        ticket = null!;
        var (side, time, selfTrade) = (
            root.Text("side"), root.Text("time_in_force"), root.Text("self_trade_prevention_type"));
        var clientId = root.Text("client_order_id") ?? "";
        var wrong = root.Text("ticker") is not { Length: > 0 } ? "ticker: required"
            : side is not ("bid" or "ask") ? "side: oneof bid ask"
            : root.Text("count") is not { } countText ? "count: required, a text"
            : !KalshiUnits.TryCount(countText, out var count) || count == 0
                ? "count: 0.01 to 1000000, at most two decimals"
            : root.Text("price") is not { } priceText ? "price: required, a text"
            : !KalshiUnits.TryPrice(priceText, out var price) ? "price: no price"
            : time is not ("fill_or_kill" or "good_till_canceled" or "immediate_or_cancel")
                ? "time_in_force: oneof fill_or_kill good_till_canceled immediate_or_cancel"
            : selfTrade is not ("taker_at_cross" or "maker")
                ? "self_trade_prevention_type: oneof taker_at_cross maker"
            : clientId.Length > LongestClientId ? "client_order_id: at most 64 letters"
            : !TryFlag(root, "post_only", out var postOnly) || !TryFlag(root, "reduce_only", out var reduceOnly)
                || !TryFlag(root, "cancel_order_on_pause", out var cancelsOnPause) ? "flags are true or false"
            : !TryWhole(root, "expiration_time", out var expires) ? "expiration_time: seconds"
            : !TryWhole(root, "subaccount", out var subaccount) || subaccount != 0 ? "subaccount: there is only 0"
            : catalog.Market(root.Text("ticker")) is not { } market ? null
            : Take(out ticket, new KalshiTicket
            {
                Market = market,
                Side = side == "bid" ? Side.Buy : Side.Sell,
                Price = price,
                Count = count,
                ClientId = clientId,
                TimeInForce = time,
                PostOnly = postOnly,
                ReduceOnly = reduceOnly,
                SelfTrade = selfTrade,
                CancelsOnPause = cancelsOnPause,
                ExpirationSeconds = expires,
                GroupId = root.Text("order_group_id") ?? "",
            });
        return wrong is { Length: > 0 } ? Wrong(wrong)
            : ticket is null ? new KalshiRefusal(404, "market_not_found", "market not found")
            : null;
    }

    // An empty word: nothing is wrong.
    private static string Take(out KalshiTicket to, KalshiTicket ticket)
    {
        to = ticket;
        return "";
    }

    private static KalshiRefusal Wrong(string details) =>
        new(400, "invalid_parameters", "invalid parameters", details);

    private static bool TryFlag(JsonElement root, string name, out bool flag)
    {
        flag = root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
        return flag || value.ValueKind is JsonValueKind.Undefined or JsonValueKind.False or JsonValueKind.Null;
    }

    private static bool TryWhole(JsonElement root, string name, out long number)
    {
        number = 0;
        return !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number is >= 0
                and <= int.MaxValue * 4L);
    }
}
