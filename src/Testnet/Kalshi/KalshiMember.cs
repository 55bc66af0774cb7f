using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>A member: money, positions, orders and fills. Under the floor's lock.</summary>
/// <remarks>
/// What an order may cost is reserved while it rests: of the bids of a market, dearest first, those that close a
/// holding of NO need nothing, the others their price; of the asks likewise. No sequence of fills costs more, but for
/// fees, for which there must be money too where a further order is let in.
/// </remarks>
internal sealed class KalshiMember(string userId, int account, long balance, bool isSimulated)
{
    private const int HistoryKept = 20_000;

    private readonly List<KalshiOrder> _orders = [];
    private readonly List<KalshiFill> _fills = [];
    private readonly List<KalshiPayment> _payments = [];

    public string UserId { get; } = userId;

    /// <summary>Its number in the core.</summary>
    public int Account { get; } = account;

    /// <summary>A trader of the testnet's own: it has no history and any amount of money.</summary>
    public bool IsSimulated { get; } = isSimulated;

    public long Balance { get; private set; } = balance;

    /// <summary>Orders that rest.</summary>
    public HashSet<KalshiOrder> Resting { get; } = [];

    /// <summary>Every client order id that was ever taken: none is taken again, not even a canceled one's.</summary>
    public HashSet<string> ClientIds { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, KalshiPosition> Positions { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest orders, oldest first.</summary>
    public IReadOnlyList<KalshiOrder> Orders => _orders;

    /// <summary>The newest fills, oldest first.</summary>
    public IReadOnlyList<KalshiFill> Fills => _fills;

    /// <summary>What settled markets paid, oldest first.</summary>
    public IReadOnlyList<KalshiPayment> Payments => _payments;

    /// <summary>Money that neither positions nor resting orders bind.</summary>
    public long Available => Balance - Reserved(null, withFees: false);

    public KalshiPosition Position(KalshiMarket market)
    {
        if (!Positions.TryGetValue(market.Ticker, out var position))
        {
            Positions[market.Ticker] = position = new KalshiPosition(market);
        }

        return position;
    }

    public long PositionIn(KalshiMarket market) =>
        Positions.TryGetValue(market.Ticker, out var position) ? position.Count : 0;

    /// <summary>True where the money for a further order is there, whatever fees come.</summary>
    public bool Affords(KalshiOrder order) => IsSimulated || Reserved(order, withFees: true) <= Balance;

    public void Add(KalshiOrder order)
    {
        if (!IsSimulated)
        {
            Keep(_orders, order);
        }
    }

    public void Add(KalshiFill fill)
    {
        if (!IsSimulated)
        {
            Keep(_fills, fill);
        }
    }

    public void Add(KalshiPayment payment)
    {
        if (!IsSimulated)
        {
            Keep(_payments, payment);
        }
    }

    public void Change(long money) => Balance = checked(Balance + money);

    /// <summary>The order of an id, or null.</summary>
    public KalshiOrder? Find(string orderId) => _orders.FindLast(order => order.Id == orderId);

    private static void Keep<T>(List<T> list, T item)
    {
        if (list.Count == HistoryKept)
        {
            list.RemoveRange(0, HistoryKept / 2);
        }

        list.Add(item);
    }

    private long Reserved(KalshiOrder? further, bool withFees)
    {
        IEnumerable<KalshiOrder> orders = further is null ? Resting : Resting.Append(further);
        long reserved = 0;
        foreach (var market in orders.GroupBy(order => order.Market))
        {
            foreach (var side in market.GroupBy(order => order.Side))
            {
                var position = PositionIn(market.Key);
                var closing = Math.Max(0, side.Key == Side.Buy ? -position : position);
                foreach (var order in side.OrderByDescending(order => order.OwnPrice))
                {
                    var closes = Math.Min(closing, order.Remaining);
                    closing -= closes;
                    reserved += (order.Remaining - closes) * order.OwnPrice;
                    if (withFees)
                    {
                        var series = order.Market.Series;
                        reserved += KalshiFees.Most(
                            order == further ? series.TakerRate : series.MakerRate, order.Price, order.Remaining);
                    }
                }
            }
        }

        return reserved;
    }
}

/// <summary>What a settled market has paid a member.</summary>
internal sealed record KalshiPayment(KalshiMarket Market, PositionState Before, long Paid, long AtNanos);
