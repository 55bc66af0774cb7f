using System.Diagnostics.Metrics;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>
/// The adapter metrics: events by venue and kind, and how long after the venue's own time they arrived.
/// </summary>
/// <remarks>Any thread; allocates nothing for an event.</remarks>
internal sealed class FeedMeter : IDisposable
{
    private const double NanosPerMilli = 1e6;

    private static readonly string[] KindNames = ["none", "trade", "quote", "book_snapshot", "book_update"];

    private readonly Meter _meter = new("Strikeline.Venues");
    private readonly Counter<long> _events;
    private readonly Histogram<double> _latency;

    public FeedMeter()
    {
        _events = _meter.CreateCounter<long>("adapter_events_total", null, "Normalised events received from venues.");
        _latency = _meter.CreateHistogram<double>(
            "adapter_event_latency_ms", "ms", "Receive time less the venue's own time of the event.");
    }

    /// <summary>Adds gauges that are read when metrics are: one measurement for each instrument of the desks.</summary>
    public void Observe(IReadOnlyList<VenueDesk> desks, TimeProvider clock)
    {
        IEnumerable<Measurement<T>> Each<T>(Func<FeedReport, T> value)
            where T : struct =>
            desks.SelectMany(desk => desk.Report(clock.UnixNanos())).Select(report => new Measurement<T>(
                value(report),
                new("venue", report.Venue.Name()),
                new("symbol", report.Symbol.ToString())));

        _meter.CreateObservableCounter(
            "feed_gaps_total", () => Each(report => report.Gaps), null, "Holes found in a venue's sequence.");
        _meter.CreateObservableCounter(
            "feed_reconnects_total", () => Each(report => report.Reconnects), null, "Connections after the first.");
        _meter.CreateObservableGauge(
            "feed_proven", () => Each(report => report.Proven ? 1 : 0), null, "1 where the book is proven.");
        _meter.CreateObservableGauge(
            "feed_age_seconds",
            () => Each(report => report.LastChangeNanos == 0
                ? -1d
                : (clock.UnixNanos() - report.LastChangeNanos) / (double)Stamps.NanosPerSecond),
            "s",
            "Time since the content last changed; -1 where it never did.");
    }

    /// <summary>Counts one event.</summary>
    public void Count(Venue venue, in VenueEvent e, long receivedNanos)
    {
        var venueTag = new KeyValuePair<string, object?>("venue", venue.Name());
        var kindTag = new KeyValuePair<string, object?>("event_type", KindNames[(int)e.Kind]);
        _events.Add(1, venueTag, kindTag);
        if (e.VenueTimeNanos != 0)
        {
            _latency.Record(Math.Max(0, (receivedNanos - e.VenueTimeNanos) / NanosPerMilli), venueTag, kindTag);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
