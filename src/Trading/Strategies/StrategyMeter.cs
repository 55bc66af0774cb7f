using System.Diagnostics.Metrics;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The metrics of strategies.</summary>
/// <remarks>Any thread.</remarks>
public sealed class StrategyMeter : IDisposable
{
    private const double PpmScale = Micros.One;

    private readonly Meter _meter = new("Strikeline.Trading");
    private readonly Counter<long> _signals;
    private readonly Histogram<double> _edge;
    private readonly Histogram<double> _latency;

    /// <summary>Begins to measure.</summary>
    public StrategyMeter()
    {
        _signals = _meter.CreateCounter<long>(
            "strategy_signals_total", null, "Signals that are positive after fees and depth.");
        _edge = _meter.CreateHistogram<double>(
            "strategy_signal_edge", null, "Profit of a signal after fees, as a share of the payout of one.");
        _latency = _meter.CreateHistogram<double>(
            "strategy_received_to_signal_us", "us", "From the frame's arrival in the room until the signal.");
    }

    /// <summary>Counts one signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="received">From <see cref="TradeSignal.ReceivedStamp"/> to
    /// <see cref="TradeSignal.GeneratedStamp"/>; null where it is not known.</param>
    public void Count(TradeSignal signal, TimeSpan? received)
    {
        var strategy = new KeyValuePair<string, object?>("strategy", signal.Strategy);
        _signals.Add(1, strategy, new KeyValuePair<string, object?>("venue", SignalText.Venue(signal)));
        _edge.Record(signal.EdgeAfterFeesPpm / PpmScale, strategy);
        if (received is { } time)
        {
            _latency.Record(time.TotalMicroseconds, strategy);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
