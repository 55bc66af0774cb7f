using System.Text.Json;

namespace Strikeline.Testnet.Kraken;

/// <summary>A request of Kraken's WebSocket v2.</summary>
internal sealed record KrakenRequest(
    string Method, string Channel, IReadOnlyList<string> Symbols, int Depth, bool Snapshot, bool OnQuotes, string? Id)
{
    public static KrakenRequest? Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.Text("method") is not { } method)
            {
                return null;
            }

            var id = root.TryGetProperty("req_id", out var given) && given.ValueKind == JsonValueKind.Number
                ? given.GetRawText()
                : null;
            if (!root.TryGetProperty("params", out var p) || p.ValueKind != JsonValueKind.Object)
            {
                return new KrakenRequest(method, "", [], 10, true, false, id);
            }

            var symbols = p.TryGetProperty("symbol", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.String ? s.GetString()! : "").ToArray()
                : [];
            var depth = p.TryGetProperty("depth", out var d) && d.TryGetInt32(out var number) ? number : 10;
            var snapshot = !p.TryGetProperty("snapshot", out var s) || s.ValueKind != JsonValueKind.False;
            return new KrakenRequest(
                method, p.Text("channel") ?? "", symbols, depth, snapshot, p.Text("event_trigger") == "bbo", id);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
