using System.CommandLine;
using System.CommandLine.Invocation;
using Serilog;
using Serilog.Core;
using Strikeline.Host.Configuration;
using Strikeline.Host.Logging;

namespace Strikeline.Host.Cli;

/// <summary>The program's commands and the one place where a failure becomes a line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Root().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine(Redaction.Clean(Explain(parsed)));
            return ExitCodes.UserError;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Each command ends in order on a signal (StopSignal); the library would cut it off after 2 s with 143.
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception failure)
        {
            return Report(failure, error);
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Strikeline makes crypto prediction markets from live prices.")
        {
            RunCommand.Build(),
            TestnetCommand.Build(),
            RecordCommand.Build(),
            ReplayCommand.Build(),
            KeysCommand.Build(),
            VerifyCommand.Build(),
            JournalCommand.Build(),
            ExchangeCommand.Build(),
            BackupCommand.Backup(),
            BackupCommand.Restore(),
            BenchCommand.Build(),
            ConfigCommand.Build(),
            TokenCommand.Build(),
            StopCommand.Stop(),
            StopCommand.Resume(),
        };
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        return root;
    }

    private static int Report(Exception failure, TextWriter error)
    {
        var cause = failure is AggregateException { InnerExceptions.Count: 1 } ? failure.InnerException! : failure;
        switch (cause)
        {
            case UserError:
                error.WriteLine("strikeline: " + Redaction.Clean(cause.Message).ReplaceLineEndings(" "));
                return ExitCodes.UserError;
            case OperationCanceledException:
                return ExitCodes.Interrupted;
            default:
                if (ReferenceEquals(Log.Logger, Logger.None))
                {
                    error.WriteLine("strikeline: failed: " + Redaction.Clean(cause.ToString()));
                }
                else
                {
                    Log.Logger.Fatal(cause, "the program failed");
                }

                return ExitCodes.Failure;
        }
    }

    private static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', Names(parsed.CommandResult));
        var stray = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (stray is null)
        {
            return $"strikeline: {parsed.Errors[0].Message.ReplaceLineEndings(" ")} (see {path} --help)";
        }

        var known = command.Subcommands.Select(one => one.Name).Concat(command.Options.Select(one => one.Name));
        var nearest = NearestWord.Of(stray, known);
        return $"strikeline: \"{stray}\" is no command or option of {path}"
            + (nearest is null ? $" (see {path} --help)" : $"; did you mean {nearest}?");
    }

    private static IEnumerable<string> Names(System.CommandLine.Parsing.SymbolResult result)
    {
        var names = new Stack<string>();
        for (var at = result; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult { Command: var command })
            {
                names.Push(command is RootCommand ? "strikeline" : command.Name);
            }
        }

        return names;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(VersionText.Line);
            return ExitCodes.Ok;
        }
    }
}
