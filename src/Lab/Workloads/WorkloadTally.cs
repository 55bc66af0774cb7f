using Strikeline.Exchange;

namespace Strikeline.Lab;

/// <summary>Reads the events of a workload and counts what must come out.</summary>
/// <param name="workload">What is run.</param>
public sealed class WorkloadTally(WorkloadFile workload)
{
    // By the slot of the exchange's order id the workload's id.
    private readonly int[] _ids = new int[
        Math.Min(Pipeline.MostOrders, workload.Header.Parameters.Prefill + workload.Header.Parameters.Operations) + 1];

    private ulong _trades;
    private ulong _quantity;
    private ulong _rejects;
    private ulong _hash = WorkloadFigures.FirstHash;

    /// <summary>Counts from here on.</summary>
    public void Begin() => (_trades, _quantity, _rejects, _hash) = (0, 0, 0, WorkloadFigures.FirstHash);

    /// <summary>What came out.</summary>
    /// <param name="liveOrders">Orders that rest at the end.</param>
    public WorkloadFigures Figures(int liveOrders) =>
        new(_trades, _quantity, _hash, (ulong)liveOrders, _rejects, workload.Header.Figures.MaxId);

    /// <summary>Reads the events of one command.</summary>
    /// <param name="id">The workload's id of the command's order.</param>
    /// <param name="events">What came of it.</param>
    public void Read(int id, ReadOnlySpan<ExchangeEvent> events)
    {
        foreach (ref readonly var e in events)
        {
            switch (e.Type)
            {
                case EventType.Trade:
                    _trades++;
                    _quantity += (ulong)e.Quantity;
                    _hash = WorkloadFigures.Fold(
                        _hash, (ulong)id, (ulong)_ids[SlotOf(e.Maker)], (ulong)e.Price, (ulong)e.Quantity);
                    break;
                case EventType.Accepted:
                    _ids[SlotOf(e.Order)] = id;
                    break;
                case EventType.Rejected:
                    _rejects++;
                    break;
            }
        }
    }

    private static int SlotOf(long order) => unchecked((int)order);
}
