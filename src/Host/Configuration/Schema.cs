using System.Reflection;
using System.Text.Json;

namespace Strikeline.Host.Configuration;

/// <summary>One key of the configuration, found by reflection over the attributes.</summary>
/// <param name="Path">The dotted path, such as <c>log.level</c>.</param>
/// <param name="Meta">All that is known of it.</param>
/// <param name="Chain">The properties that lead to it from the root.</param>
internal sealed record SchemaKey(string Path, KeyAttribute Meta, PropertyInfo[] Chain)
{
    /// <summary>The key's own name in the environment, or null where a value does not fit into one.</summary>
    public string? EnvironmentName =>
        Meta.Kind == KeyKind.Rows ? null : "STRIKELINE_" + Path.Replace('.', '_').ToUpperInvariant();

    /// <summary>The type of the rows of a <see cref="KeyKind.Rows"/> key.</summary>
    public Type RowType => Chain[^1].PropertyType.GetGenericArguments()[0];

    /// <summary>The value within a configuration.</summary>
    public object? Get(object root) => Chain[^1].GetValue(Owner(root));

    /// <summary>Sets the value within a configuration that nobody else holds yet.</summary>
    public void Set(object root, object value) => Chain[^1].SetValue(Owner(root), value);

    private object Owner(object root) =>
        Chain[..^1].Aggregate(root, (owner, property) => property.GetValue(owner)!);
}

/// <summary>A section of the configuration.</summary>
/// <param name="Path">The dotted path.</param>
/// <param name="Description">What it is for.</param>
internal sealed record SchemaSection(string Path, string Description);

/// <summary>Every key and section under a type.</summary>
internal sealed class Schema
{
    private readonly Dictionary<string, SchemaKey> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaSection> _sections = new(StringComparer.Ordinal);

    private Schema(Type type) => Collect(type, "", []);

    /// <summary>The schema of the whole configuration.</summary>
    public static Schema Root { get; } = new(typeof(Settings));

    /// <summary>The keys, in the order of their declaration, inner sections behind.</summary>
    public List<SchemaKey> Keys { get; } = [];

    /// <summary>The sections, each before its keys.</summary>
    public List<SchemaSection> Sections { get; } = [];

    /// <summary>The schema of one row type.</summary>
    public static Schema Of(Type rowType) => new(rowType);

    /// <summary>The key at a path, or null.</summary>
    public SchemaKey? Key(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>Whether a section is at a path.</summary>
    public bool HasSection(string path) => _sections.ContainsKey(path);

    /// <summary>Every path, for suggestions.</summary>
    public IEnumerable<string> Paths => _byPath.Keys.Concat(_sections.Keys);

    private void Collect(Type type, string prefix, PropertyInfo[] chain)
    {
        foreach (var property in type.GetProperties())
        {
            var path = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (property.GetCustomAttribute<KeyAttribute>() is { } meta)
            {
                var key = new SchemaKey(path, meta, [.. chain, property]);
                Keys.Add(key);
                _byPath.Add(path, key);
            }
        }

        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<SectionAttribute>() is { } meta)
            {
                var path = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
                var section = new SchemaSection(path, meta.Description);
                Sections.Add(section);
                _sections.Add(path, section);
                Collect(property.PropertyType, path + ".", [.. chain, property]);
            }
        }
    }
}
