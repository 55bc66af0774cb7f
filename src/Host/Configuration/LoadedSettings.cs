namespace Strikeline.Host.Configuration;

/// <summary>One effective value and its source.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Source"><c>default</c>, <c>file:line</c>, <c>environment NAME</c> or <c>option --name</c>.</param>
internal sealed record SettingRow(SchemaKey Key, object Value, string Source);

/// <summary>A configuration that was read, with the source of every value.</summary>
internal sealed record LoadedSettings
{
    /// <summary>The values.</summary>
    public required Settings Settings { get; init; }

    /// <summary>The file that was read, or null.</summary>
    public required string? File { get; init; }

    /// <summary>Every key with its effective value.</summary>
    public required IReadOnlyList<SettingRow> Rows { get; init; }

    /// <summary>Everything that is wrong: one line each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What was ignored and why: one line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
