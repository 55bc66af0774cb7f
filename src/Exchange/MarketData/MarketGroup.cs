namespace Strikeline.Exchange;

/// <summary>Makes one batch of what many commands have brought.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="position">The number of the last event before it.</param>
public sealed class MarketGroup(long position)
{
    private readonly Dictionary<long, OrderRecord> _orders = [];
    private List<TradePrint> _trades = [];
    private long _before = position;

    /// <summary>The number of the last event in it, or before it where it is empty.</summary>
    public long Position { get; private set; } = position;

    /// <summary>How many rows it has so far.</summary>
    public int Rows => _trades.Count + _orders.Count;

    /// <summary>Adds what the tracker's last command has brought.</summary>
    /// <param name="tracker">Has just taken the command.</param>
    /// <param name="lastSequence">The number of the command's last event; any smaller one where it had none.</param>
    public void Add(OrderTracker tracker, long lastSequence) => Add(tracker.Trades, tracker.Orders, lastSequence);

    /// <summary>Adds a batch that follows on it.</summary>
    public void Add(MarketBatch batch) => Add(batch.Trades, batch.Orders, batch.LastSequence);

    /// <summary>Takes the batch, and begins the next one; null where no event was in it.</summary>
    public MarketBatch? Take()
    {
        if (Position == _before)
        {
            return null;
        }

        var batch = new MarketBatch(_before + 1, Position, _trades, [.. _orders.Values]);
        _before = Position;
        _trades = [];
        _orders.Clear();
        return batch;
    }

    private void Add(IReadOnlyList<TradePrint> trades, IReadOnlyList<OrderRecord> orders, long lastSequence)
    {
        _trades.AddRange(trades);
        foreach (var order in orders)
        {
            _orders[order.Id] = order;
        }

        Position = Math.Max(Position, lastSequence);
    }
}
