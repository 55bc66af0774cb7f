using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Trades an incoming order against the book, best price first, oldest order first.</summary>
/// <remarks>
/// Settles each trade at once: the taker pays from its available balance, the maker from what is held for its order.
/// </remarks>
internal sealed class Matcher(OrderPool orders, Ledger ledger, SlotHeap<ExpiryPlace> expiries, EventBuffer events)
{
    private const int House = 0;
    private const long Million = 1_000_000;

    /// <summary>Waiting orders that trades have set off, in the order in which they run.</summary>
    public Queue<int> Triggered { get; } = new(64);

    /// <summary>Trades until nothing is left, the limit is reached, its sum is spent, or self-trade prevention ends
    /// it.</summary>
    public void Match(OrderBook book, ref Taker taker)
    {
        var price = book.Opposite(taker.Side);
        while (price != 0 && taker.Remaining > 0 && !taker.IsStopped && !taker.IsSpent
            && (taker.Side == Side.Buy ? price <= taker.Price : price >= taker.Price))
        {
            ref var level = ref book.Level(price);
            MatchLevel(book, ref level, price, ref taker);
            if (book.Stops.IsPassedBy(book.LastPrice))
            {
                SetOff(book);
            }

            if (level.Head != 0)
            {
                return;
            }

            book.Vacate(taker.Side == Side.Buy ? Side.Sell : Side.Buy, price);
            price = book.Opposite(taker.Side);
        }
    }

    /// <summary>True where the order would be filled whole at once.</summary>
    public bool WouldFill(OrderBook book, in Taker taker)
    {
        var (missing, budget) = (taker.Remaining, taker.HasBudget ? taker.Budget : long.MaxValue);
        var price = book.Opposite(taker.Side);
        while (price != 0 && (taker.Side == Side.Buy ? price <= taker.Price : price >= taker.Price))
        {
            var lots = Math.Min(missing, Reachable(book, price, taker, out var isEnd));
            budget -= price * lots * book.Instrument.QuoteAtomsPerTickLot;
            missing -= lots;
            if (missing == 0 || budget < 0 || isEnd)
            {
                return missing == 0 && budget >= 0;
            }

            price = book.Behind(taker.Side, price);
        }

        return false;
    }

    /// <summary>All lots that are left of an order, those that an iceberg hides included.</summary>
    public long LotsOf(int slot)
    {
        ref var order = ref orders[slot];
        return order.Remaining + (order.Is(OrderFlags.Iceberg) ? orders.Traits(slot).Hidden : 0);
    }

    /// <summary>What a resting or waiting order binds. A market order that waits binds what its stop price would
    /// cost.</summary>
    public long BoundBy(OrderBook book, int slot)
    {
        ref var order = ref orders[slot];
        return !order.Is(OrderFlags.Special)
            ? book.Bound(order.Side, order.Price, order.Remaining)
            : book.Bound(order.Side, order.Price == 0 ? orders.Traits(slot).StopPrice : order.Price, LotsOf(slot));
    }

    /// <summary>Ends a resting or waiting order: out of its book, its hold back to its owner.</summary>
    public void End(OrderBook book, int slot, ReasonCode reason)
    {
        ref var order = ref orders[slot];
        if (order.Is(OrderFlags.Waits))
        {
            book.Stops.Remove(slot);
        }
        else
        {
            book.Remove(ref order);
        }

        Release(book, slot, ref order, reason);
    }

    /// <summary>An order rests or waits from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enroll(int slot, ref Order order)
    {
        ledger.Of(order.Account).OpenOrders++;
        if (order.Is(OrderFlags.Expires))
        {
            expiries.Add(slot, orders.Traits(slot).ExpiresAt);
        }
    }

    /// <summary>An order rests or waits no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Strike(int slot, ref Order order)
    {
        ledger.Of(order.Account).OpenOrders--;
        if (order.Is(OrderFlags.Expires))
        {
            expiries.Remove(slot);
        }
    }

    /// <summary>Says that an order, or lots of it, are gone.</summary>
    public void Cancelled(in Taker taker, long lots, ReasonCode reason) =>
        Cancelled(taker.Id, taker.Account, taker.Instrument, taker.ShownPrice, lots, reason);

    private void MatchLevel(OrderBook book, ref PriceLevel level, int price, ref Taker taker)
    {
        var slot = level.Head;
        while (slot != 0 && taker.Remaining > 0 && !taker.IsSpent)
        {
            ref var maker = ref orders[slot];
            var next = orders[maker.Next].Account;
            CacheLine.Prefetch(ref ledger[next, book.Instrument.QuoteAsset]);
            CacheLine.Prefetch(ref ledger[next, book.Instrument.BaseAsset]);
            if (maker.Account == taker.Account && taker.SelfTrade != SelfTrade.Allow)
            {
                Prevent(book, ref level, slot, ref maker, ref taker);
                if (taker.IsStopped)
                {
                    return;
                }
            }
            else
            {
                var lots = Math.Min(maker.Remaining, taker.Remaining);
                if (taker.HasBudget && (lots = Affordable(book.Instrument, price, lots, ref taker)) == 0)
                {
                    return;
                }

                ref var e = ref events.Add(EventType.Trade);
                e.Order = taker.Id;
                e.Maker = orders.IdOf(slot);
                e.Quantity = lots;
                e.Price = price;
                e.Account = taker.Account;
                e.MakerAccount = maker.Account;
                e.Instrument = taker.Instrument;
                Settle(book.Instrument, ref e, taker.Side);
                book.LastPrice = price;
                taker.Remaining -= lots;
                Reduce(ref level, slot, ref maker, lots);
            }

            slot = level.Head;
        }
    }

    // Takes lots away from the level's oldest order; an iceberg then shows more, behind the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reduce(ref PriceLevel level, int slot, ref Order maker, long lots)
    {
        maker.Remaining -= lots;
        level.Lots -= lots;
        if (maker.Remaining == 0)
        {
            Unlink(ref level, maker.Next);
            if (!maker.Is(OrderFlags.Iceberg) || !TryRefill(ref level, slot, ref maker))
            {
                Strike(slot, ref maker);
                orders.Give(slot);
            }
        }
    }

    private bool TryRefill(ref PriceLevel level, int slot, ref Order maker)
    {
        ref var traits = ref orders.Traits(slot);
        if (traits.Hidden == 0)
        {
            return false;
        }

        maker.Remaining = Math.Min(traits.Display, traits.Hidden);
        traits.Hidden -= maker.Remaining;
        maker.Next = 0;
        orders.Link(level.Tail, slot);
        if (level.Tail == 0)
        {
            level.Head = slot;
        }

        level.Tail = slot;
        level.Lots += maker.Remaining;
        ref var e = ref events.Add(EventType.Refilled);
        e.Order = orders.IdOf(slot);
        e.Account = maker.Account;
        e.Instrument = maker.Instrument;
        e.Price = maker.Price;
        e.Quantity = maker.Remaining;
        return true;
    }

    // The level's oldest order has gone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlink(ref PriceLevel level, int next)
    {
        level.Head = next;
        orders[next].Previous = 0;
        if (next == 0)
        {
            level.Tail = 0;
        }
    }

    private static long Affordable(SpotInstrument instrument, int price, long lots, ref Taker taker)
    {
        var each = price * instrument.QuoteAtomsPerTickLot;
        lots = Math.Min(lots, taker.Budget / each);
        taker.Budget -= lots * each;
        taker.IsSpent = lots == 0 || (taker.Budget == 0 && taker.Kind == OrderKind.MarketByValue);
        return lots;
    }

    // How many lots of a level the order reaches; the end is an order of the same account that stops it.
    private long Reachable(OrderBook book, int price, in Taker taker, out bool isEnd)
    {
        long shown = 0;
        long all = 0;
        isEnd = false;
        for (var slot = book.Level(price).Head; slot != 0; slot = orders[slot].Next)
        {
            ref var maker = ref orders[slot];
            if (maker.Account != taker.Account || taker.SelfTrade == SelfTrade.Allow)
            {
                shown += maker.Remaining;
                all += LotsOf(slot);
            }
            else if (taker.SelfTrade != SelfTrade.CancelOldest)
            {
                // What icebergs hide comes behind it.
                isEnd = true;
                return shown;
            }
        }

        return all;
    }

    private void Prevent(OrderBook book, ref PriceLevel level, int slot, ref Order maker, ref Taker taker)
    {
        const ReasonCode Reason = ReasonCode.SelfTradePrevented;
        var policy = taker.SelfTrade;
        if (policy == SelfTrade.Decrement)
        {
            var lots = Math.Min(maker.Remaining, taker.Remaining);
            if (taker.Kind == OrderKind.MarketByValue
                && (lots = Affordable(book.Instrument, maker.Price, lots, ref taker)) == 0)
            {
                return;
            }

            ledger.Release(maker.Account, book.Paid(maker.Side), book.Bound(maker.Side, maker.Price, lots));
            taker.Remaining -= lots;
            Cancelled(orders.IdOf(slot), maker.Account, taker.Instrument, maker.Price, lots, Reason);
            Cancelled(taker, lots, Reason);
            Reduce(ref level, slot, ref maker, lots);
            taker.IsStopped = taker.Remaining == 0;
            return;
        }

        if (policy is SelfTrade.CancelOldest or SelfTrade.CancelBoth)
        {
            var next = maker.Next;
            level.Lots -= maker.Remaining;
            Release(book, slot, ref maker, Reason);
            Unlink(ref level, next);
        }

        if (policy is SelfTrade.CancelNewest or SelfTrade.CancelBoth)
        {
            Cancelled(taker, taker.ShownRemaining, Reason);
            taker.Remaining = 0;
            taker.IsStopped = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Release(OrderBook book, int slot, ref Order order, ReasonCode reason)
    {
        ledger.Release(order.Account, book.Paid(order.Side), BoundBy(book, slot));
        Cancelled(orders.IdOf(slot), order.Account, order.Instrument, order.Price, LotsOf(slot), reason);
        Strike(slot, ref order);
        orders.Give(slot);
    }

    // A trade at the price sets orders off; they run when the order that trades now is done.
    private void SetOff(OrderBook book)
    {
        while (book.Stops.IsPassedBy(book.LastPrice))
        {
            Triggered.Enqueue(book.Stops.Take(book.LastPrice));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Cancelled(long id, int account, short instrument, int price, long lots, ReasonCode reason)
    {
        ref var e = ref events.Add(EventType.Cancelled, reason);
        e.Order = id;
        e.Account = account;
        e.Instrument = instrument;
        e.Price = price;
        e.Quantity = lots;
    }

    // Each side receives its asset less its fee, rounded up to the house; neither fee can exceed what is received.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Settle(SpotInstrument instrument, ref ExchangeEvent trade, Side takerSide)
    {
        var quote = trade.Price * trade.Quantity * instrument.QuoteAtomsPerTickLot;
        var @base = trade.Quantity * instrument.BaseAtomsPerLot;
        if (takerSide == Side.Buy)
        {
            ledger.Spend(trade.Account, instrument.QuoteAsset, quote);
            ledger.SpendHeld(trade.MakerAccount, instrument.BaseAsset, @base);
            trade.TakerFee = Credit(trade.Account, instrument.BaseAsset, @base, instrument.TakerFeePpm);
            trade.MakerFee = Credit(trade.MakerAccount, instrument.QuoteAsset, quote, instrument.MakerFeePpm);
        }
        else
        {
            ledger.Spend(trade.Account, instrument.BaseAsset, @base);
            ledger.SpendHeld(trade.MakerAccount, instrument.QuoteAsset, quote);
            trade.TakerFee = Credit(trade.Account, instrument.QuoteAsset, quote, instrument.TakerFeePpm);
            trade.MakerFee = Credit(trade.MakerAccount, instrument.BaseAsset, @base, instrument.MakerFeePpm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Credit(int account, int asset, long atoms, int feePpm)
    {
        var fee = feePpm == 0 ? 0 : FeeOf(atoms, feePpm);
        if (fee != 0)
        {
            ledger.Credit(House, asset, fee);
        }

        ledger.Credit(account, asset, atoms - fee);
        return fee;
    }

    /// <summary>The fee on what is received, rounded up to the house.</summary>
    internal static long FeeOf(long atoms, int feePpm) =>
        (long)((((Int128)atoms * feePpm) + (Million - 1)) / Million);
}
