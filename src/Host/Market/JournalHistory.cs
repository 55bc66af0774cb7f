using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Host.Market;

/// <summary>The journal of a shard as the market's history, read beside the live writer on a thread of its
/// own.</summary>
/// <param name="disk">The journal's folder.</param>
/// <param name="options">For how much the second pipeline has room.</param>
/// <param name="durable">The journal's last durable record; any thread.</param>
/// <param name="rows">How many rows a batch has, roughly.</param>
internal sealed class JournalHistory(
    IJournalDisk disk, PipelineOptions options, Func<ulong> durable, int rows) : IMarketHistory
{
    // What may wait for the store; the reading waits beyond it.
    private const int MostBatches = 4;

    /// <inheritdoc/>
    public bool IsWhole => durable() == 0 || JournalReader.OldestRecord(disk) == 1;

    /// <inheritdoc/>
    public async IAsyncEnumerable<MarketBatch> ReadAsync(
        long position, IReadOnlyList<OrderRecord> open, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var batches = Channel.CreateBounded<MarketBatch>(
            new BoundedChannelOptions(MostBatches) { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(
            () => Read(position, open, batches.Writer, stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stop.Token))
            {
                yield return batch;
            }
        }
        finally
        {
            // It owns a pipeline and reads the folder: it has ended before anybody goes on.
            await stop.CancelAsync();
            await reading;
        }
    }

    private void Read(
        long position, IReadOnlyList<OrderRecord> open, ChannelWriter<MarketBatch> batches, CancellationToken stop)
    {
        try
        {
            MarketReplay.Read(disk, options, durable(), position, open, rows, batch =>
            {
                while (!batches.TryWrite(batch))
                {
                    batches.WaitToWriteAsync(stop).AsTask().GetAwaiter().GetResult();
                }

                stop.ThrowIfCancellationRequested();
            });
            batches.Complete();
        }
        catch (Exception failure)
        {
            batches.Complete(failure);
        }
    }
}
