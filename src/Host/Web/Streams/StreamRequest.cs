using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Strikeline.Host.Web.Streams;

/// <summary>A client's message: one JSON object, its fields by name as they were written.</summary>
/// <remarks>Used again for the next message: what was read is valid until then. One thread at a time.</remarks>
internal sealed class StreamRequest
{
    private const int MaxDepth = 8;

    private static readonly string[] s_names =
        ["op", "id", "order", "channels", "since", "key", "hz", "timestamp", "nonce", "signature"];

    private readonly ReadOnlyMemory<byte>[] _values = new ReadOnlyMemory<byte>[s_names.Length];
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    /// <summary>Reads a message.</summary>
    /// <returns>False where a field is there twice.</returns>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public bool TryRead(ReadOnlyMemory<byte> message)
    {
        Array.Clear(_values);
        _others.Clear();
        var isUnique = true;
        var reader = new Utf8JsonReader(message.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = 0;
            while (at < s_names.Length && !reader.ValueTextEquals(s_names[at]))
            {
                at++;
            }

            isUnique &= at < s_names.Length ? _values[at].IsEmpty : _others.Add(reader.GetString()!);
            _ = reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (at < s_names.Length)
            {
                _values[at] = message[start..(int)reader.BytesConsumed];
            }
        }

        // Nothing may follow; the reader says so itself.
        _ = reader.Read();
        return isUnique;
    }

    /// <summary>A field as it was written; empty where it is not there.</summary>
    public ReadOnlyMemory<byte> Raw(string name) => _values[Array.IndexOf(s_names, name)];

    /// <summary>A field that may be anything; of no kind where it is not there.</summary>
    public JsonElement Value(string name)
    {
        var raw = Raw(name);
        return raw.IsEmpty ? default : JsonElement.Parse(raw.Span);
    }

    /// <summary>A field that must be text; empty where it is null.</summary>
    /// <exception cref="JsonException">It is not there, or is something else.</exception>
    public string Text(string name) => Text(Value(name), name);

    /// <summary>As <see cref="Text(string)"/>, quicker for the text that is there most often.</summary>
    /// <exception cref="JsonException">As above.</exception>
    public string Text(string name, string usual)
    {
        var raw = Raw(name).Span;
        return raw.Length == usual.Length + 2 && Ascii.Equals(raw[1..^1], usual) && raw[0] == '"' ? usual : Text(name);
    }

    /// <summary>A field's letters, whatever it is; empty where it is not there.</summary>
    public string Letters(string name) => Raw(name).IsEmpty ? string.Empty : Value(name).ToString();

    /// <summary>A field that must be a list of texts.</summary>
    /// <exception cref="JsonException">It is not there, or is something else.</exception>
    public IEnumerable<string> Texts(string name) =>
        Value(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(one => Text(one, name))
            : throw new JsonException($"{name} is no list");

    /// <summary>A whole number; 0 where it is not there.</summary>
    /// <returns>False where it is something else.</returns>
    public bool TryWhole(string name, out long number)
    {
        var raw = Raw(name).Span;
        number = 0;
        return raw.IsEmpty || (Utf8Parser.TryParse(raw, out number, out var used) && used == raw.Length);
    }

    private static string Text(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => string.Empty,
        _ => throw new JsonException($"{name} is no text"),
    };
}
