using System.Text.Json;

namespace Strikeline.Testnet.Kalshi;

/// <summary>What a WebSocket client asks for.</summary>
internal sealed record KalshiCommand
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    public bool HasParameters { get; init; }

    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Null where no market is named.</summary>
    public IReadOnlyList<string>? Tickers { get; init; }

    public IReadOnlyList<string> Indices { get; init; } = [];

    public IReadOnlyList<long> Sids { get; init; } = [];

    public string Action { get; init; } = "";

    public bool WantsSnapshot { get; init; }

    /// <summary>Reads a command; null where it is no JSON object.</summary>
    public static KalshiCommand? Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var has = root.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Object;
            var tickers = has ? Texts(given, "market_tickers").Concat(Texts(given, "market_ticker")).ToArray() : [];
            return new KalshiCommand
            {
                Id = Wholes(root, "id").FirstOrDefault(),
                Name = Texts(root, "cmd").FirstOrDefault() ?? "",
                HasParameters = has,
                Channels = has ? [.. Texts(given, "channels")] : [],
                Tickers = tickers.Length == 0 ? null : tickers,
                Indices = has ? [.. Texts(given, "index_ids")] : [],
                Sids = has ? [.. Wholes(given, "sids").Concat(Wholes(given, "sid"))] : [],
                Action = has ? Texts(given, "action").FirstOrDefault() ?? "" : "",
                WantsSnapshot = has && given.TryGetProperty("send_initial_snapshot", out var wants)
                    && wants.ValueKind == JsonValueKind.True,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // One text, or a list of them.
    private static IEnumerable<string> Texts(JsonElement parent, string name) => Values(parent, name)
        .Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).ToArray();

    private static IEnumerable<long> Wholes(JsonElement parent, string name) => Values(parent, name)
        .Where(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _))
        .Select(value => value.GetInt64()).ToArray();

    private static IEnumerable<JsonElement> Values(JsonElement parent, string name) =>
        !parent.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
}
