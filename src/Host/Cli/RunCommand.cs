using System.CommandLine;
using System.Globalization;
using Strikeline.Host.Composition;
using Strikeline.Kernel;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline run</c>: feeds, prices, markets, API and terminal in one process.</summary>
internal static class RunCommand
{
    public static Command Build()
    {
        var command = new Command("run", "Everything on live public feeds; --testnet needs neither keys nor internet");
        var testnet = new Option<bool>("--testnet") { Description = "Against the built-in testnet" };
        var tape = new Option<string[]>("--tape")
        {
            Description = "On recorded frames: tapes, or text recordings",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var speed = new Option<string?>("--speed")
        {
            Description = "Speed of the tape: a factor, or max", HelpName = "N",
        };
        var venue = new Option<string?>("--venue")
        {
            Description = "Whose messages a text recording holds", HelpName = "VENUE",
        };
        var salvage = new Option<bool>("--salvage") { Description = "Play the intact frames of a damaged tape" };
        var duration = new Option<string?>("--for") { Description = "Stop after this time", HelpName = "DURATION" };
        command.Options.Add(testnet);
        command.Options.Add(tape);
        command.Options.Add(speed);
        command.Options.Add(venue);
        command.Options.Add(salvage);
        command.Options.Add(duration);
        var options = SettingsOptions.AddTo(command, listens: true);
        command.SetAction(async (parsed, _) =>
        {
            var files = parsed.GetValue(tape) ?? [];
            if (files.Length > 0 && parsed.GetValue(testnet))
            {
                throw new UserError("--testnet and --tape exclude each other: name one source of data");
            }

            var loaded = options.Load(parsed);
            if (files.Length > 0 && loaded.Settings.RedisUrl.Length > 0)
            {
                throw new UserError(
                    "--tape and redis_url exclude each other: a replay's markets would stand where live ones do; "
                    + "add --redis \"\"");
            }

            var request = new RunRequest(
                loaded,
                parsed.GetValue(testnet),
                files,
                Speed(parsed.GetValue(speed), files.Length > 0),
                VenueOption.Parse(parsed.GetValue(venue)),
                parsed.GetValue(salvage),
                Duration.Parse(parsed.GetValue(duration), "--for"));
            await new Running(request, parsed.InvocationConfiguration.Output).RunAsync();
            return ExitCodes.Ok;
        });
        return command;
    }

    // Null is as fast as it goes.
    private static double? Speed(string? text, bool hasTape)
    {
        if (text is null)
        {
            return 1;
        }

        if (!hasTape)
        {
            throw new UserError("--speed is the speed of a tape: name one with --tape FILE");
        }

        if (text == "max")
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            && factor is >= 0.01 and <= 100_000
                ? factor
                : throw new UserError($"--speed: found \"{text}\"; a factor from 0.01 to 100000, or max, is allowed");
    }
}

/// <summary>The option that names a venue.</summary>
internal static class VenueOption
{
    /// <exception cref="UserError">There is no such venue.</exception>
    public static Venue Parse(string? text) =>
        text is null ? Venue.None
        : VenueNames.TryParse(text, out var venue) ? venue
        : throw new UserError(
            $"--venue: there is no venue \"{text}\"; "
            + $"{string.Join(", ", VenueNames.All.Select(one => one.Name()))} are known");
}
