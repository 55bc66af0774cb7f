using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Strikeline.Observability;

/// <summary>Writes metrics as lines of the Prometheus text format 0.0.4.</summary>
/// <param name="output">Where the UTF-8 text goes.</param>
internal readonly struct PrometheusWriter(IBufferWriter<byte> output)
{
    /// <summary>Writes a metric with all its series; a metric without any is left out.</summary>
    /// <param name="family">The metric.</param>
    /// <param name="reading">The present reading: observed series that it did not see are left out.</param>
    public void Write(MetricFamily family, long reading)
    {
        var series = family.Snapshot();
        if (family.Observed)
        {
            series.RemoveAll(one => one.SeenIn != reading);
        }

        if (series.Count == 0)
        {
            return;
        }

        Header(family.Name, family.Help, family.Kind);
        foreach (var one in series)
        {
            if (family.Kind == MetricKind.Histogram)
            {
                Histogram(family, one);
            }
            else
            {
                Sample(family.Name, "", one.Labels.Text, null, one.Value);
            }
        }
    }

    /// <summary>Writes a counter without labels.</summary>
    public void WriteCounter(string name, string help, long value)
    {
        Header(name, help, MetricKind.Counter);
        Sample(name, "", [], null, value);
    }

    private void Header(string name, string help, MetricKind kind)
    {
        // In help only backslash and line feed are escaped.
        var escaped = help.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        Text($"# HELP {name} {escaped}\n");
        Text($"# TYPE {name} {kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }}\n");
    }

    private void Histogram(MetricFamily family, MetricSeries series)
    {
        var count = 0L;
        var buckets = series.Buckets;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += Volatile.Read(in buckets[i]);
            var bound = i < family.Bounds!.Length ? family.Bounds[i] : double.PositiveInfinity;
            Sample(family.Name, "_bucket", series.Labels.Text, bound, count);
        }

        Sample(family.Name, "_sum", series.Labels.Text, null, series.Value);
        Sample(family.Name, "_count", series.Labels.Text, null, count);
    }

    private void Sample(string name, string suffix, ReadOnlySpan<byte> labels, double? bound, double value)
    {
        Text($"{name}{suffix}");
        if (labels.Length > 0 || bound is not null)
        {
            Text("{");
            output.Write(labels);
            if (bound is not null)
            {
                Text(labels.Length > 0 ? "," : "");
                Text($"le=\"{Number(bound.Value)}\"");
            }

            Text("}");
        }

        Text($" {Number(value)}\n");
    }

    private static string Number(double value)
    {
        if (double.IsFinite(value))
        {
            return value.ToString("R", CultureInfo.InvariantCulture);
        }

        return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }

    private void Text(string text)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        Utf8.FromUtf16(text, room, out _, out var written);
        output.Advance(written);
    }
}
