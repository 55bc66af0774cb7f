using Strikeline.Host.Gateway;

namespace Strikeline.Host.Composition;

/// <summary>The token of whoever runs the program: it may do everything. Made on first run, kept under the data folder,
/// readable by its owner alone.</summary>
internal static class ControlToken
{
    /// <summary>The file's name under the data folder.</summary>
    public const string FileName = "control.token";

    /// <summary>Opens the token, making it where there is none.</summary>
    /// <returns>The token, and whether it is new.</returns>
    /// <exception cref="UserError">The file cannot be used.</exception>
    public static (string Token, bool IsNew) Open(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            return File.Exists(path) ? (Read(path), false) : (Make(path), true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"\"{path}\": the control token cannot be kept there: {e.Message}", e);
        }
    }

    /// <summary>Reads the token of a data folder.</summary>
    /// <exception cref="UserError">There is none, or others can read it.</exception>
    public static string Read(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new UserError($"\"{path}\" can be read by others; chmod 600 it, or delete it to get another one");
        }

        var token = File.ReadAllText(path).Trim();
        return token.StartsWith(KeyDirectory.Prefix, StringComparison.Ordinal)
            ? token
            : throw new UserError($"\"{path}\" holds no control token; delete it to get another one");
    }

    private static string Make(string path)
    {
        var token = KeyDirectory.NewSecret();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(token);
        return token;
    }
}
