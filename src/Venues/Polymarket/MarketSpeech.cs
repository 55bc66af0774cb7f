using System.Text;
using System.Text.Json;

namespace Strikeline.Venues.Polymarket;

/// <summary>What is said to the venue: texts of its sockets, paths of its REST interfaces.</summary>
internal static class MarketSpeech
{
    /// <summary>The keep-alive of the market channel.</summary>
    public const string Ping = "PING";

    /// <summary>The first text on a socket of the market channel.</summary>
    public static string Open(IEnumerable<string> tokens) =>
        $$"""{"type":"market","assets_ids":{{List(tokens)}},"custom_feature_enabled":true}""";

    public static string Subscribe(IEnumerable<string> tokens) =>
        $$"""{"operation":"subscribe","assets_ids":{{List(tokens)}},"custom_feature_enabled":true}""";

    public static string Unsubscribe(IEnumerable<string> tokens) =>
        $$"""{"operation":"unsubscribe","assets_ids":{{List(tokens)}},"custom_feature_enabled":true}""";

    /// <summary>The older feed: one topic for each action, since one that it does not know silences all beside it; no
    /// space
    /// in the filter, or it sends the past and then nothing.</summary>
    public static string Rtds(string asset) =>
        "{\"action\":\"subscribe\",\"subscriptions\":[{\"topic\":\"crypto_prices_twap_sixty\",\"type\":\"*\","
        + $"\"filters\":\"{{\\\"symbol\\\":\\\"{asset}/usd\\\"}}\"}}]}}";

    /// <summary>The key, in the first text on the newer feed.</summary>
    public static string Auth(PolymarketCredentials key) =>
        "{\"op\":\"auth\",\"auth\":{"
        + $"{Field("apiKey", key.ApiKey)},{Field("secret", key.Secret)},{Field("passphrase", key.Passphrase)}"
        + "},\"rid\":\"1\"}";

    /// <summary>The newer feed: all assets in one frame, at most 64.</summary>
    public static string PolyBolt(string operation, IEnumerable<string> assets)
    {
        var filters = assets.Select(asset =>
            $$$"""{"channel":"price.crypto.twap","filter":{"symbol":"{{{asset}}}usd","window_seconds":60}}""");
        return $$"""{"op":"{{operation}}","subscriptions":[{{string.Join(',', filters)}}]}""";
    }

    /// <summary>A market by its slug, where it is open, or where it is closed: never both.</summary>
    public static string MarketPath(string slug, bool closed) =>
        $"/markets/keyset?limit=100&closed={(closed ? "true" : "false")}&slug={Uri.EscapeDataString(slug)}";

    /// <summary>A market by its condition id, as <see cref="MarketPath"/>.</summary>
    public static string ConditionPath(string conditionId, bool closed) =>
        $"/markets/keyset?limit=100&closed={(closed ? "true" : "false")}"
        + $"&condition_ids={Uri.EscapeDataString(conditionId)}";

    public static string EventPath(string slug, bool closed, string cursor) =>
        $"/events/keyset?limit=100&closed={(closed ? "true" : "false")}&slug={Uri.EscapeDataString(slug)}"
        + (cursor.Length == 0 ? string.Empty : $"&after_cursor={Uri.EscapeDataString(cursor)}");

    public static string TermsPath(string conditionId) => $"/clob-markets/{Uri.EscapeDataString(conditionId)}";

    public static string BookPath(string token) => $"/book?token_id={token}";

    private static string List(IEnumerable<string> tokens)
    {
        var text = new StringBuilder("[");
        foreach (var token in tokens)
        {
            text.Append(text.Length == 1 ? "\"" : ",\"").Append(token).Append('"');
        }

        return text.Append(']').ToString();
    }

    private static string Field(string name, string text) => $"\"{name}\":\"{JsonEncodedText.Encode(text)}\"";
}
