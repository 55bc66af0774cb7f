using System.Text.Json;

namespace Strikeline.Testnet;

/// <summary>Reads what clients send.</summary>
/// <remarks>Any thread.</remarks>
internal static class RequestJson
{
    /// <summary>Parses JSON of which every name and text is one.</summary>
    /// <exception cref="JsonException">It is not; also where a text holds half a surrogate, which the platform finds
    /// only when somebody looks at it, with another exception.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> message)
    {
        if (message.Span.IndexOf("\\u"u8) >= 0)
        {
            ReadTexts(message.Span);
        }

        return JsonDocument.Parse(message);
    }

    private static void ReadTexts(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException wrong)
        {
            throw new JsonException("a text holds half a surrogate", wrong);
        }
    }
}
