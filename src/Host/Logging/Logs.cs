using Serilog;
using Serilog.Core;
using Serilog.Events;
using Strikeline.Host.Configuration;

namespace Strikeline.Host.Logging;

/// <summary>Opens the logs: short lines on standard error, JSON lines in rolling files, secrets taken out of
/// both.</summary>
/// <remarks>Standard output stays clean for results.</remarks>
internal static class Logs
{
    private const string FilePattern = "strikeline-.jsonl";
    private const long BytesPerMb = 1 << 20;

    /// <summary>Opens the logs of this process; the caller disposes.</summary>
    /// <param name="settings">Level, folder, bounds.</param>
    /// <param name="console">Whether events are shown on standard error too.</param>
    /// <exception cref="UserError">The folder cannot be written.</exception>
    public static Logger Open(LogSettings settings, bool console = true)
    {
        ProveWritable(settings.Dir);
        var level = LogLevels.Of(settings.Level);
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            // The web server tells of every request at info: its own room says what matters.
            .MinimumLevel.Override("Microsoft", level < LogEventLevel.Information ? level : LogEventLevel.Warning)
            .MinimumLevel.Override("System", level < LogEventLevel.Information ? level : LogEventLevel.Warning)
            .WriteTo.File(
                new RedactingFormat(new JsonLinesFormat()),
                Path.Combine(settings.Dir, FilePattern),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: settings.MaxFileMb * BytesPerMb,
                retainedFileCountLimit: settings.RetainedFiles,
                shared: false);
        if (console)
        {
            configuration.WriteTo.Console(
                new RedactingFormat(new ConsoleFormat(UseColours())), standardErrorFromLevel: LevelAlias.Minimum);
        }

        return configuration.CreateLogger();
    }

    private static bool UseColours() =>
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static void ProveWritable(string folder)
    {
        var proof = Path.Combine(folder, $".write-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(proof, []);
            File.Delete(proof);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserError(
                $"{folder}: the log folder cannot be written ({failure.Message}): "
                + "choose another with log.dir or LOG_DIR",
                failure);
        }
    }
}
