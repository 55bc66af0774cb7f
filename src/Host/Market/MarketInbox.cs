using System.Collections.Concurrent;
using System.Threading.Channels;
using Strikeline.Exchange;

namespace Strikeline.Host.Market;

/// <summary>The batches that wait for the recorder, bounded by their rows.</summary>
/// <remarks>One thread puts and never waits; the recorder's loop takes.</remarks>
internal sealed class MarketInbox(int mostRows)
{
    private readonly ConcurrentQueue<MarketBatch> _batches = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long _rows;
    private long _offered;
    private long _dropped;

    /// <summary>The last event of the newest batch that was offered, taken or not.</summary>
    public long Offered => Volatile.Read(ref _offered);

    /// <summary>Batches that were dropped.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes a batch, unless too much waits.</summary>
    public bool Offer(MarketBatch batch)
    {
        // A batch larger than all the room is taken where nothing waits. Each costs at least one row.
        var rows = batch.Rows + 1;
        var isTaken = Interlocked.Add(ref _rows, rows) <= mostRows || Volatile.Read(ref _rows) == rows;
        if (isTaken)
        {
            _batches.Enqueue(batch);
        }
        else
        {
            Interlocked.Add(ref _rows, -rows);
            Interlocked.Increment(ref _dropped);
        }

        // Behind the queue: who sees this number finds the batch, or knows that it was dropped.
        Volatile.Write(ref _offered, batch.LastSequence);
        Wake();
        return isTaken;
    }

    /// <summary>The batch that waits longest, which stays.</summary>
    public MarketBatch? Peek() => _batches.TryPeek(out var batch) ? batch : null;

    /// <summary>Takes the batch that waits longest away.</summary>
    public void Remove()
    {
        if (_batches.TryDequeue(out var batch))
        {
            Interlocked.Add(ref _rows, -batch.Rows - 1);
        }
    }

    /// <summary>Ends a <see cref="WaitAsync"/>, this one or the next.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Until something may have happened.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        await _wake.Reader.WaitToReadAsync(cancel);
        _wake.Reader.TryRead(out _);
    }
}
