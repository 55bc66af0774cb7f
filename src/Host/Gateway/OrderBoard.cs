using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>Open orders by account, and those that ended lately.</summary>
/// <remarks>The exchange's delivery writes; any thread reads.</remarks>
internal sealed class OrderBoard
{
    private const int Remembered = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, SortedDictionary<long, OrderRecord>> _open = [];
    private readonly Dictionary<long, OrderRecord> _byId = [];
    private readonly Dictionary<(int Account, UInt128 ClientId), long> _byClientId = [];
    private readonly Queue<long> _over = new();

    /// <summary>An order as it is now.</summary>
    public void Put(OrderRecord order)
    {
        lock (_gate)
        {
            _byId[order.Id] = order;
            if (!order.IsOver)
            {
                if (!_open.TryGetValue(order.Account, out var own))
                {
                    _open[order.Account] = own = [];
                }

                own[order.Id] = order;
                if (order.ClientId != 0)
                {
                    _byClientId[(order.Account, order.ClientId)] = order.Id;
                }

                return;
            }

            if (_open.TryGetValue(order.Account, out var its))
            {
                its.Remove(order.Id);
            }

            if (order.ClientId != 0)
            {
                _byClientId.Remove((order.Account, order.ClientId));
            }

            _over.Enqueue(order.Id);
            if (_over.Count > Remembered)
            {
                _byId.Remove(_over.Dequeue());
            }
        }
    }

    /// <summary>An order that is open or ended lately; null where there is none.</summary>
    public OrderRecord? Find(long id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>The open order that an account calls so; null where there is none.</summary>
    public OrderRecord? Find(int account, UInt128 clientId)
    {
        lock (_gate)
        {
            return _byClientId.TryGetValue((account, clientId), out var id) ? _byId.GetValueOrDefault(id) : null;
        }
    }

    /// <summary>The open orders of an account, the newest first.</summary>
    public OrderRecord[] Open(int account)
    {
        lock (_gate)
        {
            return _open.TryGetValue(account, out var own)
                ? [.. own.Values.OrderByDescending(order => order.CreatedNanos).ThenByDescending(order => order.Id)]
                : [];
        }
    }
}
