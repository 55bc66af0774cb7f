using System.Security.Cryptography;
using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>Reads a shard's journal into a pipeline: the state that the journal leads to.</summary>
public sealed class ShardReplay : IJournalReplay
{
    private readonly EventBuffer _events;

    /// <summary>Reads into an empty pipeline.</summary>
    /// <param name="options">For how much it has room.</param>
    public ShardReplay(PipelineOptions options)
        : this(options, new EventBuffer())
    {
    }

    internal ShardReplay(PipelineOptions options, EventBuffer events)
    {
        _events = events;
        Pipeline = new Pipeline(options, events);
    }

    /// <summary>What was read so far has led to this.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>The hash of a pipeline's state: SHA-256 of what it saves.</summary>
    public static byte[] HashOf(Pipeline pipeline)
    {
        var state = new StateWriter();
        pipeline.Save(state);
        return SHA256.HashData(state.Bytes);
    }

    /// <inheritdoc/>
    public void Restore(in JournalSnapshot snapshot)
    {
        if (!snapshot.StateHash.SequenceEqual(SHA256.HashData(snapshot.State)))
        {
            throw new StateException($"the snapshot at {snapshot.Sequence} does not have the hash that it says");
        }

        Pipeline.Load(snapshot.State);
    }

    /// <inheritdoc/>
    public void Apply(in JournalRecord record)
    {
        ShardRecords.Run(record, Pipeline);
        _events.Clear();
    }
}
