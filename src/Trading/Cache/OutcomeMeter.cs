using System.Diagnostics.Metrics;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>What a prediction venue's feed says, as the label <c>event_type</c>.</summary>
public enum OutcomeEventKind : byte
{
    /// <summary>A market was described; the default value.</summary>
    Market = 0,

    /// <summary>A market is gone.</summary>
    Gone = 1,

    /// <summary>A book or its proof has changed.</summary>
    Book = 2,

    /// <summary>A trade.</summary>
    Trade = 3,

    /// <summary>A settlement price.</summary>
    Reference = 4,

    /// <summary>Something was not understood.</summary>
    Alert = 5,
}

/// <summary>The adapter metrics of prediction venues: events by venue and kind, and how long after the venue's own time
/// they arrived.</summary>
/// <remarks>Any thread; allocates nothing for an event.</remarks>
public sealed class OutcomeMeter : IDisposable
{
    private const double NanosPerMilli = Stamps.NanosPerMilli;

    private static readonly string[] KindNames = ["market", "gone", "book", "trade", "reference", "alert"];

    private readonly Meter _meter = new("Strikeline.Trading");
    private readonly Counter<long> _events;
    private readonly Histogram<double> _latency;

    /// <summary>Begins to measure.</summary>
    public OutcomeMeter()
    {
        _events = _meter.CreateCounter<long>("adapter_events_total", null, "Normalised events received from venues.");
        _latency = _meter.CreateHistogram<double>(
            "adapter_event_latency_ms", "ms", "Receive time less the venue's own time of the event.");
    }

    /// <summary>Counts one event.</summary>
    /// <param name="venue">Who said it.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="venueNanos">The venue's own time, nanoseconds since the Unix epoch; zero where it gave none, and
    /// then no latency is measured.</param>
    /// <param name="receivedNanos">When it arrived.</param>
    public void Count(Venue venue, OutcomeEventKind kind, long venueNanos, long receivedNanos)
    {
        var venueTag = new KeyValuePair<string, object?>("venue", venue.Name());
        var kindTag = new KeyValuePair<string, object?>("event_type", KindNames[(int)kind]);
        _events.Add(1, venueTag, kindTag);
        if (venueNanos != 0)
        {
            _latency.Record(Math.Max(0, (receivedNanos - venueNanos) / NanosPerMilli), venueTag, kindTag);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
