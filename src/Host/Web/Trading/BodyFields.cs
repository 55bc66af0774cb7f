using System.Text;
using System.Text.Json;
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
/// <param name="Bytes">The text without quotes and escapes, or the number's letters.</param>
internal readonly record struct Field(JsonTokenType Kind, byte[] Bytes)
{
    /// <summary>The letters.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>The fields of a request: one flat JSON object, or a query, each name known and once.</summary>
/// <remarks>Strict: whatever is not understood is refused, since an order with a field that nobody read is another
/// order than the one that was meant.</remarks>
internal sealed class BodyFields
{
    /// <summary>The largest body.</summary>
    public const int MaxBytes = 4 * 1024;

    private readonly Dictionary<string, Field?> _fields = new(StringComparer.Ordinal);

    private BodyFields()
    {
    }

    /// <summary>A field; null where it is not there, or is null.</summary>
    public Field? this[string name] => _fields.GetValueOrDefault(name);

    /// <summary>A field that must be text; empty where it is not there, or is something else.</summary>
    public string TextOf(string name) =>
        this[name] is { Kind: JsonTokenType.String } field ? field.Text : string.Empty;

    /// <summary>Reads a JSON object.</summary>
    public static (BodyFields? Fields, Mistake? Mistake) Read(
        ReadOnlySpan<byte> json, params ReadOnlySpan<string> known)
    {
        var fields = new BodyFields();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, NoObject());
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                _ = reader.Read();
                if (fields.Take(name, reader, known) is { } mistake)
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
    public static (BodyFields? Fields, Mistake? Mistake) Read(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        var fields = new BodyFields();
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
            {
                return (null, Unknown(name, known));
            }

            if (values.Count != 1)
            {
                return (null, Twice(name));
            }

            fields._fields[name] = new Field(JsonTokenType.String, Encoding.UTF8.GetBytes(values[0] ?? string.Empty));
        }

        return (fields, null);
    }

    private static Mistake NoObject() => Mistake.Bad(
        "malformed_body", "the body is not one flat JSON object", "send an object of names and plain values");

    private static Mistake Unknown(string name, ReadOnlySpan<string> known) => Mistake.Bad(
        "unknown_field", $"there is no field '{Shown(name)}' here", $"known are {string.Join(", ", known)}");

    private static Mistake Twice(string name) => Mistake.Bad(
        "duplicate_field", $"the field '{Shown(name)}' is there more than once", "send each field once");

    private static string Shown(string name) => name.Length > 32 ? name[..32] + "…" : name;

    private Mistake? Take(string name, in Utf8JsonReader reader, ReadOnlySpan<string> known)
    {
        if (!known.Contains(name))
        {
            return Unknown(name, known);
        }

        if (_fields.ContainsKey(name))
        {
            return Twice(name);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                // Known all the same: a second one is a second one.
                _fields[name] = null;
                return null;
            case JsonTokenType.String:
                _fields[name] = new Field(JsonTokenType.String, Encoding.UTF8.GetBytes(reader.GetString()!));
                return null;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                _fields[name] = new Field(reader.TokenType, reader.ValueSpan.ToArray());
                return null;
            default:
                return Mistake.Bad(
                    "malformed_body", $"the field '{Shown(name)}' is not a plain value", "send a plain value");
        }
    }
}
