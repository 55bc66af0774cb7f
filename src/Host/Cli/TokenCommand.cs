using System.CommandLine;
using Strikeline.Host.Composition;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline token</c>: the control token, with which whoever runs the program may do everything.</summary>
internal static class TokenCommand
{
    public static Command Build()
    {
        var command = new Command("token", "Print the control token of a data folder: a secret");
        var options = SettingsOptions.AddTo(command);
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(
            Read(options.Load(parsed).Settings.DataDir)));
        return command;
    }

    /// <summary>The token of a data folder.</summary>
    /// <exception cref="UserError">There is none, or it cannot be used.</exception>
    public static string Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, ControlToken.FileName);
        try
        {
            return ControlToken.Read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(
                $"\"{path}\": there is no control token; strikeline run makes it on its first start, or name another "
                + "folder with --data DIR", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"\"{path}\": the control token cannot be read: {e.Message}", e);
        }
    }
}
