using System.Text;
using System.Text.Json;

namespace Strikeline.Testnet.Binance;

/// <summary>Live subscribing: the five methods and their error messages.</summary>
/// <remarks>web-socket-streams.md, "Live Subscribing/Unsubscribing to streams" and "Error Messages".</remarks>
internal static class BinanceCommands
{
    private const string Methods =
        "expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`";

    public static byte[] Answer(
        ReadOnlyMemory<byte> message, ClientLine line, BinanceSession session, BinanceBooth booth)
    {
        JsonDocument parsed;
        try
        {
            parsed = RequestJson.Parse(message);
        }
        catch (JsonException wrong)
        {
            return Error(3, $"Invalid JSON: expected value at line {wrong.LineNumber + 1 ?? 1} column 1", "null");
        }

        using (parsed)
        {
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out var method)
                || method.ValueKind != JsonValueKind.String)
            {
                return Error(2, "Invalid request: missing field `method` at line 1 column 1", "null");
            }

            var id = root.TryGetProperty("id", out var given) ? given.GetRawText() : "null";
            if (given.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String
                or JsonValueKind.Number))
            {
                return Error(2, "Invalid request: request ID must be an unsigned integer", "null");
            }

            var parameters = root.TryGetProperty("params", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().ToArray()
                : [];
            return Run(method.GetString()!, parameters, id, line, session, booth);
        }
    }

    private static byte[] Run(
        string method, JsonElement[] parameters, string id, ClientLine line, BinanceSession session, BinanceBooth booth)
    {
        switch (method)
        {
            case "SUBSCRIBE" or "UNSUBSCRIBE":
                if (Array.Exists(parameters, p => p.ValueKind != JsonValueKind.String))
                {
                    return Error(2, "Invalid request: stream name must be a string", id);
                }

                foreach (var name in parameters.Select(p => p.GetString()!))
                {
                    if (method == "SUBSCRIBE")
                    {
                        booth.Subscribe(line, name);
                    }
                    else
                    {
                        booth.Unsubscribe(line, name);
                    }
                }

                return Result("null", id);
            case "LIST_SUBSCRIPTIONS":
                return Result($"[{string.Join(',', session.Streams.Select(name => JsonEncodedText.Encode(name))
                    .Select(name => $"\"{name}\""))}]", id);
            case "SET_PROPERTY" or "GET_PROPERTY":
                return Property(method, parameters, id, session);
            default:
                return Error(2, $"Invalid request: unknown variant {method}, {Methods} at line 1 column 1", id);
        }
    }

    private static byte[] Property(string method, JsonElement[] parameters, string id, BinanceSession session)
    {
        if (parameters.Length == 0 || parameters[0].ValueKind != JsonValueKind.String)
        {
            return Error(2, "Invalid request: property name must be a string", id);
        }

        if (parameters[0].GetString() != "combined")
        {
            return Error(0, "Unknown property", id);
        }

        if (method == "GET_PROPERTY")
        {
            return parameters.Length > 1
                ? Error(2, "Invalid request: too many parameters", id)
                : Result(session.Combined ? "true" : "false", id);
        }

        if (parameters.Length < 2 || parameters[1].ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return Error(1, "Invalid value type: expected Boolean", id);
        }

        session.Combined = parameters[1].GetBoolean();
        return Result("null", id);
    }

    private static byte[] Result(string result, string id) =>
        Encoding.UTF8.GetBytes($"{{\"result\":{result},\"id\":{id}}}");

    private static byte[] Error(int code, string message, string id) =>
        Encoding.UTF8.GetBytes(
            $"{{\"error\":{{\"code\":{code},\"msg\":\"{JsonEncodedText.Encode(message)}\"}},\"id\":{id}}}");
}
