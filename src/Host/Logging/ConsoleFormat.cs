using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Strikeline.Host.Logging;

/// <summary>One short line per event for people: time, level, room, message.</summary>
/// <param name="colours">Whether levels are coloured by ANSI escapes.</param>
internal sealed class ConsoleFormat(bool colours) : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.UtcDateTime.ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture));
        var name = LogLevels.Name(logEvent.Level).PadRight(5);
        output.Write(colours ? $"{Colour(logEvent.Level)}{name}\e[0m " : name + " ");
        if (logEvent.Properties.TryGetValue("SourceContext", out var source)
            && source is ScalarValue { Value: string room })
        {
            output.Write(room[(room.LastIndexOf('.') + 1)..] + ": ");
        }

        Message.Format(logEvent, output);
        output.Write('\n');
        if (logEvent.Exception is not null)
        {
            output.Write($"  {logEvent.Exception}\n");
        }
    }

    private static string Colour(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "\e[2m",
        LogEventLevel.Information => "\e[36m",
        LogEventLevel.Warning => "\e[33m",
        _ => "\e[31m",
    };
}
