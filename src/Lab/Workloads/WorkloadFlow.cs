using System.Numerics;
using Strikeline.Kernel;
using Strikeline.Lab.Workloads;

namespace Strikeline.Lab;

/// <summary>
/// Makes the operations of a workload one after the other, on a book of its own, so that the figures come from no
/// engine that is measured with them.
/// </summary>
/// <remarks>One thread. Integers only. Memory grows with the resting orders and by 16 bytes for each id.</remarks>
public sealed class WorkloadFlow
{
    // Of 1024 operations: takers, then replaces, then cancels of any id; the rest keeps the depth.
    private const int Takers = 82;
    private const int Replaces = 108;
    private const int WildCancels = 120;
    private const int DepthKeepers = 904;
    private const int MostLean = 226;

    // How far the mid can wander before it is sure to turn.
    private const int MostDrift = 2_047;

    private readonly WorkloadParameters _parameters;
    private readonly SplitMix64 _random;
    private readonly FlowMarket[] _markets;

    // By id minus one: the order while it rests; owner and symbol for ever, since a late cancel names them.
    private readonly List<FlowOrder?> _resting = [];
    private readonly List<(uint Uid, int Symbol)> _owners = [];
    private long _made;
    private ulong _trades;
    private ulong _quantity;
    private ulong _hash = WorkloadFigures.FirstHash;
    private ulong _rejects;
    private ulong _live;

    /// <summary>Begins a flow.</summary>
    /// <exception cref="WorkloadException">A parameter is outside of its range.</exception>
    public WorkloadFlow(WorkloadParameters parameters)
    {
        if (parameters.Fault() is { } fault)
        {
            throw new WorkloadException(fault);
        }

        _parameters = parameters;
        _random = new SplitMix64(parameters.Seed);
        _markets = new FlowMarket[parameters.Symbols];
        for (var i = 0; i < _markets.Length; i++)
        {
            _markets[i] = new FlowMarket();
        }
    }

    /// <summary>What the operations so far come to.</summary>
    public WorkloadFigures Figures => new(_trades, _quantity, _hash, _live, _rejects, (ulong)_owners.Count);

    /// <summary>The next operation: first those that fill the books, then the timed ones.</summary>
    /// <exception cref="WorkloadException">It would have a price below 1.</exception>
    public WorkloadRecord Next()
    {
        var a = _random.Next();
        var b = _random.Next();
        var c = _random.Next();
        var prefilling = _made < _parameters.Prefill;
        var symbol = prefilling
            ? (int)(_made % _parameters.Symbols)
            : (int)((a >> 32) % (uint)_parameters.Symbols);
        _made++;
        return prefilling ? PlacePassive(symbol, a, b, c) : Timed(symbol, a, b, c);
    }

    private WorkloadRecord Timed(int symbol, ulong a, ulong b, ulong c)
    {
        var market = _markets[symbol];
        if (((a >> 10) & 63) == 0)
        {
            MoveMid(market, (int)((a >> 16) & 4095));
        }

        var live = market.Live.Count;
        var kind = (int)(a & 1023);
        if (kind < Takers)
        {
            return Take(symbol, a, b, c);
        }

        if (kind < Replaces && live > 0)
        {
            return Replace(market.Live[Pick(c, live)], b);
        }

        if (kind < WildCancels)
        {
            return Cancel(1 + (c % (ulong)_owners.Count));
        }

        var lean = Math.Clamp(
            (_parameters.Depth - live) * (long)DepthKeepers / _parameters.Depth, -MostLean, MostLean);
        return live == 0 || kind - WildCancels < (DepthKeepers / 2) + lean
            ? PlacePassive(symbol, a, b, c)
            : Cancel(market.Live[Pick(c, live)].Id);
    }

    // The further the mid is from where it began, the likelier it turns back.
    private static void MoveMid(FlowMarket market, int draw)
    {
        var drift = Math.Clamp(market.Mid - FlowMarket.FirstMid, -MostDrift, MostDrift);
        market.Mid += draw < 2_048 - drift ? 1 : -1;
    }

    private WorkloadRecord PlacePassive(int symbol, ulong a, ulong b, ulong c)
    {
        var side = SideOf(a);
        return Place(symbol, side, PassivePrice(_markets[symbol], side, b), 1 + (uint)(c % 100), 0, c);
    }

    private WorkloadRecord Take(int symbol, ulong a, ulong b, ulong c)
    {
        var side = SideOf(a);
        var market = _markets[symbol];
        var from = market.Against(side).BestPrice ?? market.Mid;
        var through = (int)(b & 3);
        var quantity = (1 + (uint)(c % 50)) * (((b >> 8) & 31) == 0 ? 20u : 1u);
        return Place(
            symbol, side, side == Side.Buy ? from + through : from - through, quantity, (byte)((b >> 16) & 1), c);
    }

    private WorkloadRecord Place(int symbol, Side side, int price, uint quantity, byte immediate, ulong c)
    {
        var order = new FlowOrder
        {
            Id = (ulong)_owners.Count + 1, Uid = 1 + (uint)((c >> 32) % 1_000), Symbol = symbol, Side = side,
            Price = OnGrid(price), Remaining = quantity,
        };
        _owners.Add((order.Uid, symbol));
        _resting.Add(null);
        Match(order, rests: immediate == 0);
        return Record(WorkloadOp.New, order, quantity, immediate);
    }

    private WorkloadRecord Replace(FlowOrder order, ulong b)
    {
        var market = _markets[order.Symbol];
        var price = PassivePrice(market, order.Side, b);
        if (((b >> 48) & 7) == 0)
        {
            price = market.Against(order.Side).BestPrice ?? price;
        }

        if (price == order.Price)
        {
            price += order.Side == Side.Buy ? -1 : 1;
        }

        var quantity = order.Remaining;
        Remove(order);
        order.Price = OnGrid(price);
        Match(order, rests: true);
        return Record(WorkloadOp.Replace, order, quantity, 0);
    }

    private WorkloadRecord Cancel(ulong id)
    {
        if (_resting[(int)id - 1] is { } order)
        {
            Remove(order);
        }
        else
        {
            _rejects++;
        }

        var (uid, symbol) = _owners[(int)id - 1];
        return new WorkloadRecord { Op = WorkloadOp.Cancel, Symbol = (uint)symbol, Id = id, Uid = uid };
    }

    private void Match(FlowOrder taker, bool rests)
    {
        var market = _markets[taker.Symbol];
        while (taker.Remaining > 0 && market.Counterparty(taker) is { } maker)
        {
            var quantity = Math.Min(taker.Remaining, maker.Remaining);
            taker.Remaining -= quantity;
            maker.Remaining -= quantity;
            _trades++;
            _quantity += quantity;
            _hash = WorkloadFigures.Fold(_hash, taker.Id, maker.Id, (ulong)maker.Price, quantity);
            if (maker.Remaining == 0)
            {
                Remove(maker);
            }
        }

        if (taker.Remaining > 0 && rests)
        {
            market.Rest(taker);
            _resting[(int)taker.Id - 1] = taker;
            _live++;
        }
    }

    private void Remove(FlowOrder order)
    {
        _markets[order.Symbol].Remove(order);
        _resting[(int)order.Id - 1] = null;
        _live--;
    }

    private int PassivePrice(FlowMarket market, Side side, ulong b)
    {
        var grid = (ulong)_parameters.Grid;
        var away = 1 + ((ulong)BitOperations.TrailingZeroCount(b | 0x8000) * grid) + ((b >> 16) % grid);
        var offset = (int)(((b >> 40) & 255) == 0 ? away * 64 : away);
        var opposite = market.Against(side).BestPrice;
        return side == Side.Buy
            ? Math.Min(market.Mid - offset, (opposite ?? int.MaxValue) - 1)
            : Math.Max(market.Mid + offset, (opposite ?? 0) + 1);
    }

    private int OnGrid(int price) => price >= 1
        ? price
        : throw new WorkloadException(
            $"operation {_made} would have the price {price}; a smaller grid, or another seed, keeps prices above 0");

    private static Side SideOf(ulong a) => (Side)(byte)((a >> 28) & 1);

    private static int Pick(ulong c, int count) => (int)(c % (ulong)count);

    private static WorkloadRecord Record(WorkloadOp op, FlowOrder order, uint quantity, byte immediate) => new()
    {
        Op = op, Side = order.Side, ImmediateOrCancel = immediate, Symbol = (uint)order.Symbol, Id = order.Id,
        Price = (uint)order.Price, Quantity = quantity, Uid = order.Uid,
    };
}
