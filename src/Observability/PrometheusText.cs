using System.Buffers;
using System.Diagnostics.Metrics;

namespace Strikeline.Observability;

/// <summary>Collects what the program's meters measure and writes it in the Prometheus text format 0.0.4.</summary>
/// <remarks>
/// Listens to every meter whose name is <c>Strikeline</c> or begins with <c>Strikeline.</c>, whenever it was made. Any
/// thread
/// may measure: a measurement with tags that were seen before allocates nothing. Readings are written one at a time.
/// </remarks>
public sealed class PrometheusText : IDisposable
{
    /// <summary>The content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>How many sets of labels of one metric are kept apart; further ones are counted as
    /// <c>overflow="true"</c>.</summary>
    public const int MaxSeriesPerMetric = 1000;

    private const string MeterPrefix = "Strikeline";
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener;
    private readonly int _maxSeries;
    private long _reading;
    private long _failedObservations;

    /// <summary>Begins to listen.</summary>
    /// <param name="maxSeriesPerMetric">How many sets of labels of one metric are kept apart; more than zero.</param>
    public PrometheusText(int maxSeriesPerMetric = MaxSeriesPerMetric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeriesPerMetric, 1);
        _maxSeries = maxSeriesPerMetric;
        _listener = new MeterListener { InstrumentPublished = Publish };
        _listener.SetMeasurementEventCallback<long>(MeasureWhole);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) =>
            MeasureWhole(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, state) =>
            MeasureWhole(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, state) =>
            MeasureWhole(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>(MeasureFraction);
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, state) =>
            MeasureFraction(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, state) =>
            MeasureFraction(instrument, (double)value, tags, state));
        _listener.Start();
    }

    /// <summary>Writes every metric; observed values are asked for first.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _reading);
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                // One broken observation must not hide the others: it is counted, and its value is absent.
                _failedObservations += failures.InnerExceptions.Count;
            }

            var writer = new PrometheusWriter(output);
            foreach (var family in _families.Values)
            {
                writer.Write(family, _reading);
            }

            writer.WriteCounter(
                "metrics_observation_failures_total", "Observed values that could not be read.", _failedObservations);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var meter = instrument.Meter.Name;
        if (!meter.StartsWith(MeterPrefix, StringComparison.Ordinal)
            || (meter.Length > MeterPrefix.Length && meter[MeterPrefix.Length] != '.'))
        {
            return;
        }

        if (Family(instrument) is { } family)
        {
            listener.EnableMeasurementEvents(instrument, family);
        }
    }

    // Meters that measure the same thing share a metric; one name with two types is a metric that nobody could read.
    private MetricFamily? Family(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = KindOf(type);
        var name = MetricName.Of(instrument.Name, kind);
        lock (_gate)
        {
            if (_families.TryGetValue(name, out var known))
            {
                return known.Kind == kind ? known : null;
            }

            var help = instrument.Description is { Length: > 0 } description ? description : instrument.Name;
            var family = new MetricFamily(name, help, kind, instrument.IsObservable, _maxSeries)
            {
                Sets = instrument.IsObservable || type == typeof(Gauge<>),
            };
            _families.Add(name, family);
            return family;
        }
    }

    private static MetricKind KindOf(Type type)
    {
        if (type == typeof(Histogram<>))
        {
            return MetricKind.Histogram;
        }

        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;
    }

    private void MeasureWhole(
        Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var family = (MetricFamily)state!;
        if (family is { Sets: false, Kind: not MetricKind.Histogram })
        {
            family.Series(tags).Add(value);
        }
        else
        {
            MeasureFraction(instrument, value, tags, state);
        }
    }

    private void MeasureFraction(
        Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var family = (MetricFamily)state!;
        var series = family.Series(tags);
        if (family.Sets)
        {
            series.Set(value, Volatile.Read(ref _reading));
        }
        else if (family.Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else
        {
            series.Add(value);
        }
    }
}
