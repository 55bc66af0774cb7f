using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Strikeline.Observability;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Observability;

/// <summary>What a Prometheus server reads. Meter and metric names are each test's own: listeners hear the whole
/// process.</summary>
[Collection(Alone.Name)]
public sealed class PrometheusTextTests
{
    private const string Promtool = "/usr/bin/promtool";

    // The reference texts name these with short units; promtool would rather have base units.
    private static readonly string[] NamesFromReferences = ["adapter_event_latency_ms"];

    [Fact]
    public void A_counter_has_help_type_labels_and_total()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.CounterTest");
        var counter = meter.CreateCounter<long>("adapter_events_total", null, "Events read from venues.");
        counter.Add(2, new("venue", "test-a"), new("event_type", "book"));
        counter.Add(3, new("venue", "test-a"), new("event_type", "book"));
        counter.Add(1, new("venue", "test-b"), new("event_type", "trade"));

        var written = Written(text);
        Assert.Contains(
            "# HELP adapter_events_total Events read from venues.\n# TYPE adapter_events_total counter\n", written);
        Assert.Contains("adapter_events_total{venue=\"test-a\",event_type=\"book\"} 5\n", written);
        Assert.Contains("adapter_events_total{venue=\"test-b\",event_type=\"trade\"} 1\n", written);
    }

    [Fact]
    public void A_counter_without_total_gets_it_and_other_letters_become_underscores()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.NameTest");
        meter.CreateCounter<double>("name.test-hits").Add(0.5, new KeyValuePair<string, object?>("the.tag", 7));
        Assert.Contains("name_test_hits_total{the_tag=\"7\"} 0.5\n", Written(text));
    }

    [Fact]
    public void A_histogram_counts_cumulatively_up_to_infinity()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.HistogramTest");
        var histogram = meter.CreateHistogram<double>("histogram_test_seconds");
        foreach (var value in new[] { 0.001, 0.002, 0.3, 99, double.NaN })
        {
            histogram.Record(value);
        }

        var lines = Written(text).Split('\n')
            .Where(line => line.StartsWith("histogram_test", StringComparison.Ordinal));
        Assert.Equal(
            [
                "histogram_test_seconds_bucket{le=\"0.001\"} 1", "histogram_test_seconds_bucket{le=\"0.0025\"} 2",
                "histogram_test_seconds_bucket{le=\"0.005\"} 2", "histogram_test_seconds_bucket{le=\"0.01\"} 2",
                "histogram_test_seconds_bucket{le=\"0.025\"} 2", "histogram_test_seconds_bucket{le=\"0.05\"} 2",
                "histogram_test_seconds_bucket{le=\"0.1\"} 2", "histogram_test_seconds_bucket{le=\"0.25\"} 2",
                "histogram_test_seconds_bucket{le=\"0.5\"} 3", "histogram_test_seconds_bucket{le=\"1\"} 3",
                "histogram_test_seconds_bucket{le=\"2.5\"} 3", "histogram_test_seconds_bucket{le=\"5\"} 3",
                "histogram_test_seconds_bucket{le=\"10\"} 3", "histogram_test_seconds_bucket{le=\"+Inf\"} 4",
                "histogram_test_seconds_sum 99.303", "histogram_test_seconds_count 4",
            ],
            lines);
    }

    [Fact]
    public void Gauges_add_or_set_by_their_kind()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.GaugeTest");
        var upDown = meter.CreateUpDownCounter<int>("gauge_test_open");
        upDown.Add(5);
        upDown.Add(-2);
        var gauge = meter.CreateGauge<double>("gauge_test_age");
        gauge.Record(1.5);
        gauge.Record(double.PositiveInfinity);
        var written = Written(text);
        Assert.Contains("# TYPE gauge_test_open gauge\ngauge_test_open 3\n", written);
        Assert.Contains("gauge_test_age +Inf\n", written);
    }

    [Fact]
    public void An_observed_series_that_is_gone_is_no_longer_written()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.ObservedTest");
        var rows = new List<Measurement<long>> { Row(1, "a"), Row(2, "b") };
        meter.CreateObservableGauge("observed_test_rows", () => rows);
        Assert.Contains("observed_test_rows{row=\"b\"} 2\n", Written(text));
        rows.RemoveAt(1);
        rows[0] = Row(7, "a");
        var written = Written(text);
        Assert.Contains("observed_test_rows{row=\"a\"} 7\n", written);
        Assert.DoesNotContain("row=\"b\"", written);
        return;

        static Measurement<long> Row(long value, string name) =>
            new(value, new KeyValuePair<string, object?>("row", name));
    }

    [Fact]
    public void An_observation_that_throws_hides_no_other()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.ThrowingTest");
        meter.CreateObservableGauge("throwing_test_bad", Broken);
        meter.CreateObservableGauge("throwing_test_good", () => 4L);
        var written = Written(text);
        Assert.Contains("throwing_test_good 4\n", written);
        Assert.DoesNotContain("throwing_test_bad ", written);
        Assert.Matches("metrics_observation_failures_total [1-9]", written);
        return;

        static long Broken() => throw new InvalidOperationException("broken");
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.EscapeTest");
        meter.CreateCounter<long>("escape_test_total", null, "One\\two\nthree.")
            .Add(1, new KeyValuePair<string, object?>("reason", "say \"no\"\nC:\\"));
        var written = Written(text);
        Assert.Contains("# HELP escape_test_total One\\\\two\\nthree.\n", written);
        Assert.Contains("escape_test_total{reason=\"say \\\"no\\\"\\nC:\\\\\"} 1\n", written);
    }

    [Fact]
    public void Tags_beyond_the_limit_are_counted_together()
    {
        using var text = new PrometheusText(maxSeriesPerMetric: 3);
        using var meter = new Meter("Strikeline.LimitTest");
        var counter = meter.CreateCounter<long>("limit_test_total");
        for (var i = 0; i < 100; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        var lines = Written(text).Split('\n')
            .Where(line => line.StartsWith("limit_test_total{", StringComparison.Ordinal));
        Assert.Equal(
            [
                "limit_test_total{id=\"0\"} 1", "limit_test_total{id=\"1\"} 1", "limit_test_total{id=\"2\"} 1",
                "limit_test_total{overflow=\"true\"} 97",
            ],
            lines);
    }

    [Fact]
    public void Meters_of_others_are_not_heard()
    {
        using var text = new PrometheusText();
        using var other = new Meter("Strikelines");
        other.CreateCounter<long>("others_test_total").Add(1);
        Assert.DoesNotContain("others_test", Written(text));
    }

    [Fact]
    public void Two_meters_with_one_metric_add_to_the_same_series()
    {
        using var text = new PrometheusText();
        using var first = new Meter("Strikeline.SharedOne");
        using var second = new Meter("Strikeline.SharedTwo");
        first.CreateCounter<long>("two_meters_total").Add(1);
        second.CreateCounter<long>("two_meters_total").Add(2);
        second.CreateHistogram<long>("two_meters_total").Record(9);
        Assert.Contains("two_meters_total 3\n", Written(text));
    }

    [Fact]
    public void A_measurement_with_known_tags_allocates_nothing()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.AllocationTest");
        var counter = meter.CreateCounter<long>("allocation_test_total");
        var histogram = meter.CreateHistogram<double>("allocation_test_ms");
        Measure(counter, histogram, 1000);
        Assert.Equal(0, Allocated.By(() => Measure(counter, histogram, 10_000)));
        Assert.Matches("allocation_test_total\\{venue=\"kraken\",event_type=\"book\"\\} [1-5]1000\n", Written(text));
        return;

        static void Measure(Counter<long> counter, Histogram<double> histogram, int times)
        {
            for (var i = 0; i < times; i++)
            {
                counter.Add(1, new("venue", "kraken"), new("event_type", "book"));
                histogram.Record(i % 50, new("venue", "kraken"), new("event_type", "book"));
            }
        }
    }

    [Fact]
    public void Many_threads_lose_no_count()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("Strikeline.ThreadsTest");
        var counter = meter.CreateCounter<long>("threads_test_total");
        var histogram = meter.CreateHistogram<double>("threads_test_ms");
        Parallel.For(0, 40_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            counter.Add(1, new KeyValuePair<string, object?>("lane", i % 37));
            histogram.Record(0.5);
        });
        var written = Written(text);
        var total = written.Split('\n').Where(line => line.StartsWith("threads_test_total{", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));
        Assert.Equal(40_000, total);
        Assert.Contains("threads_test_ms_sum 20000\n", written);
        Assert.Contains("threads_test_ms_count 40000\n", written);
    }

    [Fact]
    public void Promtool_reads_the_text()
    {
        if (!File.Exists(Promtool))
        {
            const string Missing = "promtool (package prometheus) is not installed";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Missing);
            Assert.Fail(Missing);
        }

        using var text = new PrometheusText();
        using var process = new ProcessMeter();
        using var meter = new Meter("Strikeline.PromtoolTest");
        meter.CreateCounter<long>("adapter_events_total", null, "Events read from venues.")
            .Add(1, new("venue", "say \"no\"\n\\"), new("event_type", "é"));
        meter.CreateHistogram<double>("adapter_event_latency_ms", "ms", "Venue time to receive time.")
            .Record(3, new("venue", "kraken"), new("event_type", "book"));
        var complaints = RunPromtool(OnlyMetrics(Written(text),
            "adapter_event", "process_", "dotnet_", "metrics_observation"));
        var unexpected = complaints.Where(line => !NamesFromReferences.Any(name =>
            line.StartsWith(name, StringComparison.Ordinal) && line.Contains("abbreviated units")));
        Assert.Empty(unexpected);
        Assert.NotEmpty(RunPromtool("not a metric\n"));
    }

    private static string Written(PrometheusText text)
    {
        var output = new ArrayBufferWriter<byte>();
        text.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // Other tests of this process run beside: their meters are heard too, and are not this test's matter.
    private static string OnlyMetrics(string text, params string[] names) => string.Concat(text.Split('\n')
        .Where(line => names.Any(name => line.StartsWith(name, StringComparison.Ordinal)
            || line.StartsWith("# HELP " + name, StringComparison.Ordinal)
            || line.StartsWith("# TYPE " + name, StringComparison.Ordinal)))
        .Select(line => line + "\n"));

    private static List<string> RunPromtool(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo(Promtool, ["check", "metrics"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        promtool.StandardInput.Write(text);
        promtool.StandardInput.Close();
        var complaints = promtool.StandardError.ReadToEnd() + promtool.StandardOutput.ReadToEnd();
        promtool.WaitForExit();
        return [.. complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
