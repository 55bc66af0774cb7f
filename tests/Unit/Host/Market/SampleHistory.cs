using System.Runtime.CompilerServices;
using Strikeline.Exchange;
using Strikeline.Host.Market;
using Strikeline.Unit.Exchange.Markets;

namespace Strikeline.Unit.Host.Market;

/// <summary>A journal that holds samples, as far as they have happened.</summary>
internal sealed class SampleHistory(MarketSamples samples) : IMarketHistory
{
    /// <summary>So many batches have happened.</summary>
    public int Durable { get; set; }

    /// <summary>So many batches are gone from the journal's beginning.</summary>
    public int Retired { get; set; }

    public int Readings { get; private set; }

    public bool IsWhole => Retired == 0;

    public async IAsyncEnumerable<MarketBatch> ReadAsync(
        long position, IReadOnlyList<OrderRecord> open, [EnumeratorCancellation] CancellationToken cancel)
    {
        Readings++;
        var durable = samples.Batches.Take(Durable).ToList();
        var end = durable.Count == 0 ? 0 : durable[^1].LastSequence;
        if (position > end)
        {
            throw new MarketHistoryException("ahead");
        }

        var known = durable.Where(batch => batch.LastSequence <= position).SelectMany(batch => batch.Orders)
            .GroupBy(order => order.Id).Select(one => one.Last()).Where(order => !order.IsOver);
        Assert.Equal(known.Select(order => order.Id).Order(), open.Select(order => order.Id).Order());
        var oldest = Retired == 0 ? 0 : samples.Batches[Retired - 1].LastSequence;
        if (position < oldest)
        {
            yield return new MarketBatch(position + 1, oldest, [], []) { IsHole = true };
            position = oldest;
        }

        foreach (var batch in durable.Where(batch => batch.LastSequence > position))
        {
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            yield return batch.Behind(position);
        }
    }
}
