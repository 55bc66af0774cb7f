using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>Takes what came of one record of a journal.</summary>
/// <param name="sequence">The record's number.</param>
/// <param name="nowNanos">The core's time behind it, in nanoseconds since the Unix epoch.</param>
/// <param name="command">The command; of no type where the record is a listing.</param>
/// <param name="events">What came of it.</param>
public delegate void EventsTaken(
    ulong sequence, long nowNanos, in Command command, ReadOnlySpan<ExchangeEvent> events);

/// <summary>Runs a journal's records again and tells what came of each.</summary>
public sealed class EventReplay : IJournalReplay
{
    private readonly EventBuffer _events = new();
    private readonly Pipeline _pipeline;
    private readonly EventsTaken _take;

    /// <summary>Reads into an empty pipeline.</summary>
    /// <param name="options">For how much the pipeline has room.</param>
    /// <param name="take">Told in order.</param>
    public EventReplay(PipelineOptions options, EventsTaken take) =>
        (_pipeline, _take) = (new Pipeline(options, _events), take);

    /// <inheritdoc/>
    public void Restore(in JournalSnapshot snapshot) => _pipeline.Load(snapshot.State);

    /// <inheritdoc/>
    public void Apply(in JournalRecord record)
    {
        ShardRecords.Run(record, _pipeline);
        var command = record.Type == ShardRecords.Command ? ShardRecords.CommandOf(record) : default;
        _take(record.Sequence, _pipeline.NowNanos, command, _events.Events);
        _events.Clear();
    }
}
