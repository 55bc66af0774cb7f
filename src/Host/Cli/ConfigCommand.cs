using System.CommandLine;
using Strikeline.Host.Configuration;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline config print|check|reference</c>.</summary>
internal static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Build() => new("config", "Show and check the configuration")
    {
        Print(), Check(), Reference(),
    };

    private static Command Print()
    {
        var command = new Command("print", "Every effective value with its source");
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Options.Add(json);
        var options = SettingsOptions.AddTo(command, listens: true);
        command.SetAction(parsed =>
        {
            var loaded = options.Load(parsed);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(SettingsText.ToJson(loaded));
            }
            else
            {
                output.Write(SettingsText.Table(loaded));
            }

            WriteNotes(parsed, loaded);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Check()
    {
        var command = new Command("check", "Check a configuration: one line for each thing that is wrong");
        var file = new Argument<string?>("FILE")
        {
            Description = "The file; without it the one that `run` would read",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Arguments.Add(file);
        var options = SettingsOptions.AddTo(command, listens: true);
        command.SetAction(parsed =>
        {
            var request = options.Request(parsed);
            var loaded = SettingsLoader.Examine(request with { File = parsed.GetValue(file) ?? request.File });
            foreach (var problem in loaded.Problems)
            {
                parsed.InvocationConfiguration.Error.WriteLine(problem);
            }

            WriteNotes(parsed, loaded);
            if (loaded.Problems.Count > 0)
            {
                return ExitCodes.UserError;
            }

            var set = loaded.Rows.Count(row => row.Source != "default");
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{loaded.File ?? "no file"}: ok, {set} of {loaded.Rows.Count} keys set, the others are defaults");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Reference()
    {
        var command = new Command("reference", "The reference of all keys, as Markdown");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(SettingsText.Reference()));
        return command;
    }

    private static void WriteNotes(ParseResult parsed, LoadedSettings loaded)
    {
        foreach (var note in loaded.Notes)
        {
            parsed.InvocationConfiguration.Error.WriteLine(note);
        }
    }
}
