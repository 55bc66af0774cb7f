using System.Text.Json;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What a client of the CLOB's channels asks for.</summary>
internal sealed record ChannelRequest
{
    /// <summary><c>subscribe</c> or <c>unsubscribe</c>; a first frame, which has a type in its place, subscribes.
    /// </summary>
    public required string Operation { get; init; }

    public required IReadOnlyList<string> Assets { get; init; }

    public required IReadOnlyList<string> Markets { get; init; }

    public bool HasCustom { get; init; }

    public string? Key { get; init; }

    public string? Secret { get; init; }

    public string? Passphrase { get; init; }

    /// <summary>Reads a frame; null where it is none of these.</summary>
    public static ChannelRequest? Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var operation = root.Text("operation") ?? (root.Text("type") is not null ? "subscribe" : null);
            if (operation is not ("subscribe" or "unsubscribe"))
            {
                return null;
            }

            var auth = root.TryGetProperty("auth", out var given) && given.ValueKind == JsonValueKind.Object
                ? given : default;
            return new ChannelRequest
            {
                Operation = operation,
                Assets = Names(root, "assets_ids"),
                Markets = Names(root, "markets"),
                HasCustom = root.TryGetProperty("custom_feature_enabled", out var custom)
                    && custom.ValueKind == JsonValueKind.True,
                Key = auth.Text("apiKey"),
                Secret = auth.Text("secret"),
                Passphrase = auth.Text("passphrase"),
            };
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<string> Names(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(one => one.GetString() ?? "").Where(one => one.Length > 0)]
            : [];
}
