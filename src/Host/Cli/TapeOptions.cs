using System.CommandLine;
using System.Globalization;
using Strikeline.Host.Bridges;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary>The options of <c>strikeline testnet</c> that put a tape in the place of the seeded markets.</summary>
internal sealed class TapeOptions
{
    private const double SlowestSpeed = 0.01;
    private const double FastestSpeed = 1_000;

    private readonly Option<string[]> _tape = new("--tape")
    {
        Description = "Recorded markets: tapes, or text recordings, merged by receive time",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _venue = new("--venue")
    {
        Description = "Only this venue's messages on the tape", HelpName = "VENUE",
    };

    private readonly Option<string?> _speed = new("--speed") { Description = "Speed of the tape", HelpName = "N" };

    private readonly Option<bool> _loop = new("--loop") { Description = "Begin the tape again at its end" };

    private readonly Option<bool> _salvage = new("--salvage")
    {
        Description = "Play the intact frames of a damaged tape",
    };

    private TapeOptions()
    {
    }

    public static TapeOptions AddTo(Command command)
    {
        var options = new TapeOptions();
        command.Options.Add(options._tape);
        command.Options.Add(options._venue);
        command.Options.Add(options._speed);
        command.Options.Add(options._loop);
        command.Options.Add(options._salvage);
        return options;
    }

    /// <summary>The tape as a script, or null where none is named.</summary>
    /// <exception cref="UserError">An option or a file is not usable.</exception>
    public TapeScript? Open(ParseResult parsed)
    {
        var paths = parsed.GetValue(_tape) ?? [];
        if (paths.Length == 0)
        {
            RefuseWithoutTape(parsed);
            return null;
        }

        var venue = VenueOption.Parse(parsed.GetValue(_venue));
        var speed = Speed(parsed.GetValue(_speed));
        try
        {
            var files = new TapeFiles(paths, venue, parsed.GetValue(_salvage));
            return new TapeScript(files, speed, parsed.GetValue(_loop));
        }
        catch (RecordingException e)
        {
            throw new UserError(e.Message, e);
        }
    }

    private static double Speed(string? text)
    {
        if (text is null)
        {
            return 1;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            && factor is >= SlowestSpeed and <= FastestSpeed
                ? factor
                : throw new UserError(
                    $"--speed: found \"{text}\"; clients live in real time, so a factor from 0.01 to 1000 is allowed");
    }

    private void RefuseWithoutTape(ParseResult parsed)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_venue, _speed, _loop, _salvage])
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UserError($"{option.Name} concerns a tape: name one with --tape FILE");
            }
        }
    }
}
