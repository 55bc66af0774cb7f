using System.Reflection;

namespace Strikeline.Host.Cli;

/// <summary>The program's version and the commit that it was built from.</summary>
internal static class VersionText
{
    private const int CommitLength = 12;

    /// <summary>The version, such as <c>0.1.0</c>.</summary>
    public static string Version => Parts().Version;

    /// <summary>The commit's first 12 characters, or <c>unknown</c> outside a checkout.</summary>
    public static string Commit => Parts().Commit;

    /// <summary>One line for <c>--version</c>.</summary>
    public static string Line => $"strikeline {Version} (commit {Commit})";

    private static (string Version, string Commit) Parts()
    {
        var text = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        var plus = text.IndexOf('+');
        return plus < 0
            ? (text, "unknown")
            : (text[..plus], text.Substring(plus + 1, Math.Min(CommitLength, text.Length - plus - 1)));
    }
}
