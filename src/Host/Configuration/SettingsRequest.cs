using System.Collections;

namespace Strikeline.Host.Configuration;

/// <summary>A value that came from the command line.</summary>
/// <param name="Key">The dotted path that it sets.</param>
/// <param name="Text">The value.</param>
/// <param name="Option">The option as the user wrote it, such as <c>--urls</c>.</param>
internal sealed record OptionValue(string Key, string Text, string Option);

/// <summary>Where a configuration is read from; later sources win: defaults, file, environment, options.</summary>
internal sealed record SettingsRequest
{
    /// <summary>The file's name where none is given; used only where it exists.</summary>
    public const string DefaultFile = "strikeline.json";

    /// <summary>The file that the user named, or null.</summary>
    public string? File { get; init; }

    /// <summary>The folder in which <see cref="DefaultFile"/> is looked for.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Values from the command line.</summary>
    public IReadOnlyList<OptionValue> Options { get; init; } = [];

    /// <summary>A request with the environment of this process.</summary>
    public static SettingsRequest OfThisProcess(string? file, IReadOnlyList<OptionValue> options) => new()
    {
        File = file,
        Options = options,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
    };
}
