using System.Text.Json;

namespace Strikeline.Testnet.Bybit;

/// <summary>A request on Bybit's public socket.</summary>
internal sealed record BybitRequest(string Op, string Id, IReadOnlyList<string> Arguments)
{
    public static BybitRequest? Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var arguments = root.TryGetProperty("args", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(a => a.ValueKind == JsonValueKind.String ? a.GetString()! : "").ToArray()
                : [];
            return new BybitRequest(Text(root, "op"), Text(root, "req_id"), arguments);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : "";
}

/// <summary>A topic such as <c>orderbook.50.BTCUSDT</c>.</summary>
internal sealed record BybitTopic(string Name, string Channel, PairState Pair, int Depth, int EverySteps)
{
    public static BybitTopic? Parse(string name, IReadOnlyList<PairState> pairs)
    {
        var parts = name.Split('.');
        var pair = pairs.FirstOrDefault(known => known.Pair.Symbol.Compact == parts[^1]);
        if (pair is null)
        {
            return null;
        }

        // Spot push frequencies: 10, 20, 200 and 200 ms ("Orderbook").
        return parts switch
        {
            ["publicTrade" or "tickers", _] => new BybitTopic(name, parts[0], pair, 0, 1),
            ["orderbook", "1", _] => new BybitTopic(name, parts[0], pair, 1, 1),
            ["orderbook", "50", _] => new BybitTopic(name, parts[0], pair, 50, 2),
            ["orderbook", "200", _] => new BybitTopic(name, parts[0], pair, 200, 20),
            ["orderbook", "1000", _] => new BybitTopic(name, parts[0], pair, 1000, 20),
            _ => null,
        };
    }
}
