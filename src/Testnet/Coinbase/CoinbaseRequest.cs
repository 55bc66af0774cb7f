using System.Text.Json;

namespace Strikeline.Testnet.Coinbase;

/// <summary>A subscribe or unsubscribe frame: one channel, any number of products.</summary>
internal sealed record CoinbaseRequest(bool Subscribes, string Channel, IReadOnlyList<string> Products)
{
    public static bool TryRead(ReadOnlyMemory<byte> message, out CoinbaseRequest request, out string refusal)
    {
        request = new CoinbaseRequest(false, "", []);
        refusal = "";
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            var type = root.Text("type");
            if (type is not ("subscribe" or "unsubscribe"))
            {
                refusal = "type must be subscribe or unsubscribe";
                return false;
            }

            if (root.Text("channel") is not { Length: > 0 } channel)
            {
                refusal = "channel is required";
                return false;
            }

            var products = root.TryGetProperty("product_ids", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(id => id.ValueKind == JsonValueKind.String ? id.GetString()! : "")
                : [];
            request = new CoinbaseRequest(type == "subscribe", channel, [.. products]);
            return true;
        }
        catch (JsonException)
        {
            refusal = "message is not valid JSON";
            return false;
        }
    }
}
