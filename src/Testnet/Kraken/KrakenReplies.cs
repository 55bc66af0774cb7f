using System.Text.Json;

namespace Strikeline.Testnet.Kraken;

/// <summary>What Kraken answers to requests.</summary>
internal static class KrakenReplies
{
    public static string Status(long connection) =>
        "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\",\"system\":\"online\","
        + $"\"api_version\":\"v2\",\"connection_id\":{10686724941062004662UL + (ulong)connection}}}]}}";

    public static string Pong(string? id, long nowNanos) => $"{{\"method\":\"pong\"{Id(id)},{Times(nowNanos)}}}";

    public static string Acknowledgement(KrakenRequest request, string? symbol, long nowNanos)
    {
        var depth = request.Channel == "book" ? $"\"depth\":{request.Depth}," : "";
        var trigger = request.Channel == "ticker"
            ? $"\"event_trigger\":\"{(request.OnQuotes ? "bbo" : "trades")}\","
            : "";
        var snapshot = $"\"snapshot\":{(request.Snapshot ? "true" : "false")}";
        var named = symbol is null ? "" : $",\"symbol\":\"{symbol}\"";
        return $"{{\"method\":\"{request.Method}\",\"result\":{{\"channel\":\"{request.Channel}\",{depth}{trigger}"
            + $"{snapshot}{named}}},\"success\":true,{Times(nowNanos)}{Id(request.Id)}}}";
    }

    public static string Refusal(string method, string error, string? symbol, string? id, long nowNanos)
    {
        var named = symbol is null ? "" : $",\"symbol\":\"{JsonEncodedText.Encode(symbol)}\"";
        return $"{{\"error\":\"{JsonEncodedText.Encode(error)}\",\"method\":\"{JsonEncodedText.Encode(method)}\""
            + $"{Id(id)},\"success\":false{named},{Times(nowNanos)}}}";
    }

    private static string Id(string? id) => id is null ? "" : $",\"req_id\":{id}";

    private static string Times(long nowNanos)
    {
        var time = JsonForms.Micros(nowNanos);
        return $"\"time_in\":\"{time}\",\"time_out\":\"{time}\"";
    }
}
