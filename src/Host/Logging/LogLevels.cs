using Serilog.Events;

namespace Strikeline.Host.Logging;

/// <summary>The five level names that are shown and configured.</summary>
internal static class LogLevels
{
    /// <summary>The level of a configured name.</summary>
    public static LogEventLevel Of(string name) => name switch
    {
        "trace" => LogEventLevel.Verbose,
        "debug" => LogEventLevel.Debug,
        "warn" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };

    /// <summary>The name of a level.</summary>
    public static string Name(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "info",
        LogEventLevel.Warning => "warn",
        LogEventLevel.Error => "error",
        _ => "fatal",
    };
}
