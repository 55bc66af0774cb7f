using System.Diagnostics.Metrics;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>What the broadcast of the markets tells Prometheus.</summary>
internal sealed class BroadcastMeter : IDisposable
{
    private readonly Meter _meter = new("Strikeline.Broadcast");
    private readonly Counter<long> _messages;
    private readonly Counter<long> _conflated;
    private readonly Counter<long> _cutOff;
    private readonly Histogram<double> _spread;

    public BroadcastMeter()
    {
        _messages = _meter.CreateCounter<long>(
            "market_stream_messages_total", null, "Messages offered to clients of /ws/markets.");
        _conflated = _meter.CreateCounter<long>(
            "market_stream_conflated_total", null, "Snapshots in place of updates that a slow client has missed.");
        _cutOff = _meter.CreateCounter<long>(
            "market_stream_cut_off_total", null, "Clients that were cut off because they took nothing.");
        _spread = _meter.CreateHistogram<double>(
            "market_stream_publish_seconds", "s", "Time from the first to the last client of one message.");
    }

    /// <summary>Adds the gauge that is read when metrics are.</summary>
    public void Observe(Func<int> clients) =>
        _meter.CreateObservableGauge("market_stream_clients", clients, null, "Clients of /ws/markets.");

    public void Published(int clients, TimeSpan took)
    {
        _messages.Add(clients);
        _spread.Record(took.TotalSeconds);
    }

    public void Conflated() => _conflated.Add(1);

    public void CutOff() => _cutOff.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
