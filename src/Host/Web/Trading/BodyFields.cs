using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Strikeline.Host.Logging;

namespace Strikeline.Host.Web.Trading;

/// <summary>A request's mistake: a stable code, and words.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Mistake(int Status, string Code, string Detail, string Remedy)
{
    public static Mistake Bad(string code, string detail, string remedy) =>
        new(StatusCodes.Status400BadRequest, code, detail, remedy);

    /// <summary>What is wrong and what to do; without any key that stood in the request.</summary>
    public string Words => Redaction.Clean($"{Detail}; {Remedy}");

    public IResult ToResult() => Problems.Of(Status, Code, Detail, Remedy);
}

/// <summary>A value of a body or query as it was written: text, number, or true and false.</summary>
/// <param name="Kind">Its JSON kind.</param>
/// <param name="Memory">The text without quotes and escapes, or the number's letters.</param>
internal readonly record struct Field(JsonTokenType Kind, ReadOnlyMemory<byte> Memory)
{
    /// <summary>The letters as bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>The letters.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Whether it is this text, to the letter.</summary>
    public bool Is(ReadOnlySpan<byte> text) => Bytes.SequenceEqual(text);
}

/// <summary>The fields of a request: one flat JSON object, or a query, each name known and once.</summary>
/// <remarks>Strict: whatever is not understood is refused, since an order with a field that nobody read is another
/// order than the one that was meant. Holds on to the body, and copies nothing of it that has no escapes.</remarks>
internal sealed class BodyFields
{
    /// <summary>The largest body.</summary>
    public const int MaxBytes = 4 * 1024;

    private readonly string[] _known;
    private readonly Field?[] _fields;
    private int _seen;

    private BodyFields(string[] known) => (_known, _fields) = (known, new Field?[known.Length]);

    /// <summary>A field; null where it is not there, or is null.</summary>
    public Field? this[string name] => Array.IndexOf(_known, name) is var at and >= 0 ? _fields[at] : null;

    /// <summary>A field that must be text; empty where it is not there, or is something else.</summary>
    public string TextOf(string name) =>
        this[name] is { Kind: JsonTokenType.String } field ? field.Text : string.Empty;

    /// <summary>Reads a JSON object.</summary>
    public static (BodyFields? Fields, Mistake? Mistake) Read(ReadOnlyMemory<byte> json, params string[] known)
    {
        var fields = new BodyFields(known);
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 2 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, NoObject());
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (fields.Take(ref reader, json) is { } mistake)
                {
                    return (null, mistake);
                }
            }

            return reader.Read() ? (null, NoObject()) : (fields, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, NoObject());
        }
    }

    /// <summary>Reads a query.</summary>
    public static (BodyFields? Fields, Mistake? Mistake) Read(IQueryCollection query, params string[] known)
    {
        var fields = new BodyFields(known);
        foreach (var (name, values) in query)
        {
            var at = Array.IndexOf(known, name);
            if (at < 0)
            {
                return (null, Unknown(name, known));
            }

            if (values.Count != 1)
            {
                return (null, Twice(name));
            }

            fields._fields[at] = new Field(JsonTokenType.String, Encoding.UTF8.GetBytes(values[0] ?? string.Empty));
        }

        return (fields, null);
    }

    private static Mistake NoObject() => Mistake.Bad(
        "malformed_body", "the body is not one flat JSON object", "send an object of names and plain values");

    private static Mistake Unknown(string name, string[] known) => Mistake.Bad(
        "unknown_field", $"there is no field '{Shown(name)}' here", $"known are {string.Join(", ", known)}");

    private static Mistake Twice(string name) => Mistake.Bad(
        "duplicate_field", $"the field '{Shown(name)}' is there more than once", "send each field once");

    private static string Shown(string name) => name.Length > 32 ? name[..32] + "…" : name;

    private Mistake? Take(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var at = 0;
        while (at < _known.Length && !reader.ValueTextEquals(_known[at]))
        {
            at++;
        }

        if (at == _known.Length)
        {
            var name = reader.GetString()!;
            _ = reader.Read();
            return Unknown(name, _known);
        }

        // Also one that is null: a second one is a second one.
        if ((_seen & (1 << at)) != 0)
        {
            return Twice(_known[at]);
        }

        _seen |= 1 << at;
        _ = reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                // A text that is none (broken UTF-8) is refused here as the reader refuses one with escapes.
                _fields[at] = Utf8.IsValid(reader.ValueSpan)
                    ? new Field(
                        JsonTokenType.String, json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length))
                    : throw new JsonException();
                return null;
            case JsonTokenType.String:
                _fields[at] = new Field(JsonTokenType.String, Encoding.UTF8.GetBytes(reader.GetString()!));
                return null;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                _fields[at] = new Field(
                    reader.TokenType, json.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length));
                return null;
            default:
                return Mistake.Bad(
                    "malformed_body", $"the field '{_known[at]}' is not a plain value", "send a plain value");
        }
    }
}
