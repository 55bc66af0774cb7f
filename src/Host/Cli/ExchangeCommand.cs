using System.CommandLine;
using System.Security.Cryptography;
using Strikeline.Exchange;
using Strikeline.Host.Bridges;
using Strikeline.Journal;
using Command = System.CommandLine.Command;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline exchange …</c>: operate the exchange's data.</summary>
internal static class ExchangeCommand
{
    public static Command Build() => new("exchange", "Operate the exchange's data")
    {
        AccountCommand.Build(),
        new Command("market", "Markets of the exchange")
        {
            StatusCommand.Build("market", "MARKET", "A market, such as sol/usdc"),
        },
        RebuildStoreCommand.Build(),
        Pipe(),
    };

    /// <summary>A secret for the hash of client ids.</summary>
    public static UInt128 NewSecret() => BitConverter.ToUInt128(RandomNumberGenerator.GetBytes(16));

    private static Command Pipe()
    {
        var command = new Command(
            "pipe", "Run commands from the input, one JSON object a line, and print what came of each once durable");
        var folder = new Argument<string>("DIR") { Description = "The journal's folder; made where it is absent" };
        var every = new Option<int>("--snapshot-every")
        {
            Description = "Records between two snapshots", HelpName = "N", DefaultValueFactory = _ => 1_000_000,
        };
        var gap = new Option<double>("--snapshot-gap")
        {
            Description = "Shortest time between two snapshots", HelpName = "SECONDS", DefaultValueFactory = _ => 5,
        };
        var segment = new Option<int>("--segment-bytes")
        {
            Description = "Bytes of a journal file yet to be made", HelpName = "N",
            DefaultValueFactory = _ => new JournalSettings().SegmentBytes,
        };
        var keep = new Option<int>("--keep-mb")
        {
            Description = "Disk for history that no start needs", HelpName = "MIB", DefaultValueFactory = _ => 0,
        };
        command.Arguments.Add(folder);
        command.Options.Add(keep);
        command.Options.Add(every);
        command.Options.Add(gap);
        command.Options.Add(segment);
        command.SetAction(parsed =>
        {
            var settings = new ShardSettings
            {
                Pipeline = new PipelineOptions { Secret = NewSecret() },
                Journal = new JournalSettings
                {
                    SegmentBytes = parsed.GetValue(segment), KeepBytes = parsed.GetValue(keep) * (1L << 20),
                },
                SnapshotEvery = parsed.GetValue(every),
            };
            if (settings.SnapshotEvery < 1)
            {
                throw new UserError("--snapshot-every must be 1 or more");
            }

            if (parsed.GetValue(gap) is not (>= 0 and <= 86_400))
            {
                throw new UserError("--snapshot-gap must be 0 to 86400 seconds");
            }

            if (settings.Journal.SegmentBytes is < 4096 or > 1 << 30 || settings.Journal.SegmentBytes % 8 != 0)
            {
                throw new UserError("--segment-bytes must be a multiple of 8 from 4096 to 1073741824");
            }

            if (settings.Journal.KeepBytes < 0)
            {
                throw new UserError("--keep-mb must be 0 or more");
            }

            settings = settings with { SnapshotGap = TimeSpan.FromSeconds(parsed.GetValue(gap)) };
            try
            {
                using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
                if (ShardPipe.Run(parsed.GetValue(folder)!, settings, Console.In, output) is { } problem)
                {
                    parsed.InvocationConfiguration.Error.WriteLine("strikeline: " + problem);
                    return ExitCodes.Failure;
                }

                return ExitCodes.Ok;
            }
            catch (Exception refusal) when (refusal is JournalException or StateException)
            {
                parsed.InvocationConfiguration.Error.WriteLine("strikeline: " + refusal.Message);
                return ExitCodes.Failure;
            }
        });
        return command;
    }
}
