using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Holds answers against the schemas of an OpenAPI document, or of a file: names, presence, kinds and fixed
/// words.</summary>
internal sealed class Schemas(JsonElement document, string? file = null)
{
    /// <summary>The schemas of a file, which may point into others.</summary>
    public static Schemas OfFile(string file) => new(Parse(file), file);

    /// <summary>A file's JSON.</summary>
    public static JsonElement Parse(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;

    /// <summary>As <see cref="Check"/>, with the schema named as a reference: <c>file#/place</c> or
    /// <c>#/place</c>.</summary>
    public void CheckAgainst(string reference, JsonElement value, string at)
    {
        var parts = reference.Split('#');
        var owner = parts[0].Length == 0 ? this
            : OfFile(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, parts[0])));
        owner.Check(owner.Follow(parts[1]), value, at);
    }

    /// <summary>Fails at the first place where a value is not what its schema says.</summary>
    public void Check(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            CheckAgainst(reference.GetString()!, value, at);
            return;
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            // Null, or one other.
            if (value.ValueKind != JsonValueKind.Null)
            {
                Check(choices.EnumerateArray().Last(), value, at);
            }

            return;
        }

        var kinds = Kinds(schema);
        var fits = kinds.Contains(KindOf(value))
            || (kinds.Contains("integer") && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _));
        Assert.True(fits, $"{at}: {value} is no {string.Join(" or ", kinds)}");
        Assert.True(
            !schema.TryGetProperty("const", out var only) || only.GetString() == value.GetString(), $"{at}: {value}");
        Assert.True(
            !schema.TryGetProperty("enum", out var words)
            || words.EnumerateArray().Any(word => word.GetString() == value.GetString()),
            $"{at}: {value}");
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                // Rows of mixed values say nothing of their items.
                if (schema.TryGetProperty("items", out var items))
                {
                    foreach (var item in value.EnumerateArray())
                    {
                        Check(items, item, at + "[]");
                    }
                }

                break;
            case JsonValueKind.Object:
                CheckObject(schema, value, at);
                break;
        }
    }

    private static List<string> Kinds(JsonElement schema)
    {
        var type = schema.GetProperty("type");
        return type.ValueKind == JsonValueKind.Array
            ? [.. type.EnumerateArray().Select(one => one.GetString()!)]
            : [type.GetString()!];
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "number",
        _ => "boolean",
    };

    private void CheckObject(JsonElement schema, JsonElement value, string at)
    {
        var known = schema.GetProperty("properties").EnumerateObject().ToDictionary(one => one.Name, one => one.Value);
        foreach (var property in value.EnumerateObject())
        {
            // A problem may carry more than the standard's members; ours is its code.
            if (property.Name == "code" && known.ContainsKey("instance"))
            {
                continue;
            }

            Assert.True(known.TryGetValue(property.Name, out var inner), $"{at}.{property.Name} is in no schema");
            Check(inner, property.Value, $"{at}.{property.Name}");
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{at}.{name} is missing");
            }
        }
    }

    private JsonElement Follow(string reference)
    {
        var found = document;
        foreach (var step in reference.Split('/').Skip(1))
        {
            found = found.GetProperty(step);
        }

        return found;
    }
}
