using System.Diagnostics.Metrics;

namespace Strikeline.Trading;

/// <summary>The metrics of execution, by strategy and executor.</summary>
/// <remarks>Any thread.</remarks>
public sealed class ExecutionMeter : IDisposable
{
    private readonly Meter _meter = new("Strikeline.Trading");
    private readonly Counter<long> _fills;
    private readonly Counter<long> _rejections;
    private readonly Histogram<double> _signalToFill;
    private readonly Histogram<double> _endToEnd;

    /// <summary>Makes the instruments.</summary>
    public ExecutionMeter()
    {
        _fills = _meter.CreateCounter<long>("execution_fills_total", null, "Fills of orders.");
        _rejections = _meter.CreateCounter<long>(
            "execution_rejections_total", null, "Signals and orders that were refused, by us or by a venue.");
        _signalToFill = _meter.CreateHistogram<double>(
            "execution_signal_to_fill_us", "us", "From a signal to each fill of its entries.");
        _endToEnd = _meter.CreateHistogram<double>(
            "execution_e2e_latency_us", "us", "From the frame that led to a signal to each fill of its entries.");
    }

    /// <summary>Counts a fill.</summary>
    public void Filled(string strategy, string executor) => _fills.Add(
        1, new KeyValuePair<string, object?>("strategy", strategy),
        new KeyValuePair<string, object?>("executor", executor));

    /// <summary>Counts a refusal.</summary>
    public void Rejected(string strategy, string executor) => _rejections.Add(
        1, new KeyValuePair<string, object?>("strategy", strategy),
        new KeyValuePair<string, object?>("executor", executor));

    /// <summary>Measures a fill; a time that is not known is left out.</summary>
    public void Took(string strategy, TimeSpan? signalToFill, TimeSpan? endToEnd)
    {
        var tag = new KeyValuePair<string, object?>("strategy", strategy);
        if (signalToFill is { } signal)
        {
            _signalToFill.Record(signal.TotalMicroseconds, tag);
        }

        if (endToEnd is { } whole)
        {
            _endToEnd.Record(whole.TotalMicroseconds, tag);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
