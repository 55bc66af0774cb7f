using System.CommandLine;
using Strikeline.Host.Bots;
using Strikeline.Journal;
using Strikeline.Trading;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline stop</c> and <c>strikeline resume</c>: the bots' emergency stop, by its file in the data
/// folder,
/// so that it works whether or not a program runs there, and holds over restarts.</summary>
internal static class StopCommand
{
    public static Command Stop()
    {
        var command = new Command(
            "stop", "Stop the bots of a data folder at once, running or not; it holds until `strikeline resume`");
        var all = new Option<bool>("--halt-all") { Description = "Forbid cancels and exits too" };
        var reason = new Option<string?>("--reason") { Description = "Why, in words", HelpName = "TEXT" };
        command.Options.Add(all);
        command.Options.Add(reason);
        var options = SettingsOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            using var stop = Open(options.Load(parsed).Settings.DataDir);
            var scope = parsed.GetValue(all) ? StopScope.HaltAll : StopScope.NewExposure;
            if (!stop.Set(scope, "cli", parsed.GetValue(reason) ?? "strikeline stop"))
            {
                throw new UserError($"the stop could not be written: {stop.Trouble}; end the program itself instead");
            }

            parsed.InvocationConfiguration.Output.WriteLine(
                $"stopped ({stop.State.ScopeName}); strikeline resume ends it");
        });
        return command;
    }

    public static Command Resume()
    {
        var command = new Command(
            "resume", "End the emergency stop of a data folder, and the halt after losses in a row");
        var options = SettingsOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            using var stop = Open(options.Load(parsed).Settings.DataDir);
            var was = stop.State;
            // Also where nothing is stopped: a program that runs there then forgets losses in a row.
            if (stop.Clear("cli", was.Count) is { } problem)
            {
                throw new UserError(problem.Text);
            }

            parsed.InvocationConfiguration.Output.WriteLine(
                was.IsStopped ? $"resumed; it was stopped by {was.By}: {was.Reason}" : "nothing was stopped");
        });
        return command;
    }

    private static EmergencyStop Open(string dataFolder)
    {
        try
        {
            return TradingFolder.OpenStop(dataFolder);
        }
        catch (JournalException e)
        {
            throw new UserError(e.Message, e);
        }
    }
}
