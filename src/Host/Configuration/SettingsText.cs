using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Strikeline.Host.Configuration;

/// <summary>Writes configurations and their reference for people and programs.</summary>
internal static class SettingsText
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Json) { WriteIndented = true };

    /// <summary>A value as it would stand in the file; secrets as ***.</summary>
    public static string Value(SchemaKey key, object value) =>
        IsHidden(key, value) ? "\"***\"" : JsonSerializer.Serialize(value, value.GetType(), Json);

    /// <summary>Aligned lines of key, value and source.</summary>
    public static string Table(LoadedSettings loaded)
    {
        var keyWidth = loaded.Rows.Max(row => row.Key.Path.Length);
        var text = new StringBuilder();
        foreach (var row in loaded.Rows)
        {
            if (row.Value is IReadOnlyList<SeriesSettings> series)
            {
                text.Append($"{row.Key.Path.PadRight(keyWidth)}  {series.Count} rows  ({row.Source})\n");
                foreach (var line in series)
                {
                    text.Append($"{new string(' ', keyWidth)}  {JsonSerializer.Serialize(line, Json)}\n");
                }
            }
            else
            {
                text.Append($"{row.Key.Path.PadRight(keyWidth)}  {Value(row.Key, row.Value)}  ({row.Source})\n");
            }
        }

        return text.ToString();
    }

    /// <summary>One JSON object: <c>file</c>, and <c>keys</c> with <c>key</c>, <c>value</c> and
    /// <c>source</c>.</summary>
    public static string ToJson(LoadedSettings loaded) => JsonSerializer.Serialize(
        new
        {
            File = loaded.File,
            Keys = loaded.Rows.Select(row => new
            {
                Key = row.Key.Path,
                Value = IsHidden(row.Key, row.Value) ? "***" : row.Value,
                row.Source,
            }),
        },
        Indented);

    /// <summary>The reference of all keys, as Markdown.</summary>
    public static string Reference()
    {
        var text = new StringBuilder();
        text.Append("""
            # Configuration

            Made from the program by `strikeline config reference`; a test keeps this file equal to it.

            One file, `strikeline.json` in the current directory or `--config FILE`: JSON in which
            comments and trailing commas are allowed. Every key has a default. The environment wins
            over the file, options of the command line win over both (`--set KEY=VALUE` reaches
            every key of one value). Lists in the environment are separated by commas. A key that is
            unknown, repeated, of the wrong type or out of range stops the program with one line and
            exit code 2. `strikeline config print` shows every effective value with its source,
            `strikeline config check FILE` checks one.


            """);
        var defaults = new Settings();
        Section(text, Schema.Root, "", defaults);
        foreach (var section in Schema.Root.Sections)
        {
            text.Append($"## {section.Path}\n\n{section.Description}\n\n");
            Section(text, Schema.Root, section.Path + ".", defaults);
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    // That nothing is set is no secret.
    private static bool IsHidden(SchemaKey key, object value) => key.Meta.Secret && value is not "";

    private static void Section(StringBuilder text, Schema schema, string prefix, object defaults)
    {
        var keys = schema.Keys.Where(key => key.Path.StartsWith(prefix, StringComparison.Ordinal)
            && !key.Path.AsSpan(prefix.Length).Contains('.')).ToList();
        if (keys.Count == 0)
        {
            return;
        }

        var inRows = !ReferenceEquals(schema, Schema.Root);
        text.Append(inRows ? "| Key | Allowed | Unit | Default | What it does |\n|---|---|---|---|---|\n"
            : "| Key | Allowed | Unit | Default | Environment | What it does |\n|---|---|---|---|---|---|\n");
        foreach (var key in keys)
        {
            var environment = inRows ? "" : $" {Environment(key)} |";
            text.Append($"| `{key.Path}` | {ValueRules.Allowed(key.Meta)} | {key.Meta.Unit} "
                + $"| {Default(key, defaults)} |{environment} {key.Meta.Description} |\n");
        }

        text.Append('\n');
        foreach (var rows in keys.Where(key => key.Meta.Kind == KeyKind.Rows))
        {
            text.Append($"Keys of each row of `{rows.Path}`:\n\n");
            Section(text, Schema.Of(rows.RowType), "", Activator.CreateInstance(rows.RowType)!);
            text.Append($"Default rows:\n\n```json\n{JsonSerializer.Serialize(rows.Get(defaults), Indented)}\n```\n\n");
        }
    }

    private static string Default(SchemaKey key, object defaults) => key.Meta switch
    {
        { Required: true } => "required",
        { Kind: KeyKind.Rows } => "below",
        { Under.Length: > 0 } => $"`{key.Meta.Under}` under `data_dir`",
        _ => $"`{Value(key, key.Get(defaults)!)}`",
    };

    private static string Environment(SchemaKey key) =>
        key.EnvironmentName is null ? "–" : string.Join(", ", key.Meta.Environment.Prepend(key.EnvironmentName)
            .Select(name => $"`{name}`"));
}
