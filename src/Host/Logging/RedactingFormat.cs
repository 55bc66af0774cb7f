using Serilog.Events;
using Serilog.Formatting;

namespace Strikeline.Host.Logging;

/// <summary>Takes secrets out of what another format writes, whatever part of an event they stand in.</summary>
/// <param name="inner">The format.</param>
internal sealed class RedactingFormat(ITextFormatter inner) : ITextFormatter
{
    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        inner.Format(logEvent, text);
        output.Write(Redaction.Clean(text.ToString()));
    }
}
