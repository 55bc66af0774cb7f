using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>An incoming order while it matches.</summary>
internal ref struct Taker
{
    public long Id;
    public long Remaining;
    public int Account;
    public int Price;
    public short Instrument;
    public Side Side;
    public SelfTrade SelfTrade;

    /// <summary>Set where self-trade prevention has ended it.</summary>
    public bool IsStopped;
}

/// <summary>Trades an incoming order against the book, best price first, oldest order first.</summary>
/// <remarks>
/// Settles each trade at once: the taker pays from its available balance, the maker from what is held for its order.
/// </remarks>
internal sealed class Matcher(OrderPool orders, Ledger ledger, EventBuffer events)
{
    private const int House = 0;
    private const long Million = 1_000_000;

    /// <summary>Trades until nothing is left, the limit is reached, or self-trade prevention ends it.</summary>
    public void Match(OrderBook book, ref Taker taker)
    {
        var price = book.Opposite(taker.Side);
        while (price != 0 && taker.Remaining > 0 && !taker.IsStopped
            && (taker.Side == Side.Buy ? price <= taker.Price : price >= taker.Price))
        {
            ref var level = ref book.Level(price);
            MatchLevel(book, ref level, price, ref taker);
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
        var missing = taker.Remaining;
        var price = book.Opposite(taker.Side);
        while (price != 0 && (taker.Side == Side.Buy ? price <= taker.Price : price >= taker.Price))
        {
            for (var slot = book.Level(price).Head; slot != 0; slot = orders[slot].Next)
            {
                ref var maker = ref orders[slot];
                if (maker.Account == taker.Account && taker.SelfTrade != SelfTrade.Allow)
                {
                    if (taker.SelfTrade != SelfTrade.CancelOldest)
                    {
                        return false;
                    }
                }
                else if ((missing -= maker.Remaining) <= 0)
                {
                    return true;
                }
            }

            price = book.Behind(taker.Side, price);
        }

        return false;
    }

    /// <summary>What an order binds while it rests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Bound(SpotInstrument instrument, Side side, int price, long lots) => side == Side.Buy
        ? price * lots * instrument.QuoteAtomsPerTickLot
        : lots * instrument.BaseAtomsPerLot;

    /// <summary>The balance that pays for an order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Balance Payer(SpotInstrument instrument, Side side, int account) =>
        ref ledger[account, side == Side.Buy ? instrument.QuoteAsset : instrument.BaseAsset];

    /// <summary>Ends a resting order: out of the book, its hold back to its owner.</summary>
    public void End(OrderBook book, int slot, ReasonCode reason)
    {
        ref var order = ref orders[slot];
        book.Remove(ref order);
        Release(book.Instrument, slot, ref order, reason);
    }

    private void MatchLevel(OrderBook book, ref PriceLevel level, int price, ref Taker taker)
    {
        var slot = level.Head;
        while (slot != 0 && taker.Remaining > 0)
        {
            ref var maker = ref orders[slot];
            var next = maker.Next;
            if (maker.Account == taker.Account && taker.SelfTrade != SelfTrade.Allow)
            {
                Prevent(book.Instrument, ref level, slot, ref maker, ref taker);
            }
            else
            {
                var lots = Math.Min(maker.Remaining, taker.Remaining);
                Settle(book.Instrument, price, lots, taker.Side, taker.Account, maker.Account);
                ref var e = ref events.Add(EventType.Trade);
                e.Order = taker.Id;
                e.Maker = orders.IdOf(slot);
                e.Quantity = lots;
                e.Price = price;
                e.Account = taker.Account;
                e.MakerAccount = maker.Account;
                e.Instrument = taker.Instrument;
                taker.Remaining -= lots;
                maker.Remaining -= lots;
                level.Lots -= lots;
                if (maker.Remaining == 0)
                {
                    Unlink(ref level, next);
                    orders.Give(slot);
                }
            }

            if (taker.IsStopped)
            {
                return;
            }

            slot = next;
        }
    }

    // The level's oldest order has gone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlink(ref PriceLevel level, int next)
    {
        level.Head = next;
        if (next == 0)
        {
            level.Tail = 0;
        }
        else
        {
            orders[next].Previous = 0;
        }
    }

    private void Prevent(
        SpotInstrument instrument, ref PriceLevel level, int slot, ref Order maker, ref Taker taker)
    {
        var policy = taker.SelfTrade;
        if (policy == SelfTrade.Decrement)
        {
            var lots = Math.Min(maker.Remaining, taker.Remaining);
            Reduce(instrument, ref level, ref maker, lots);
            taker.Remaining -= lots;
            Cancelled(orders.IdOf(slot), maker.Account, taker.Instrument, maker.Price, lots);
            Cancelled(taker.Id, taker.Account, taker.Instrument, taker.Price, lots);
            taker.IsStopped = taker.Remaining == 0;
            if (maker.Remaining == 0)
            {
                Unlink(ref level, maker.Next);
                orders.Give(slot);
            }

            return;
        }

        if (policy is SelfTrade.CancelOldest or SelfTrade.CancelBoth)
        {
            var next = maker.Next;
            level.Lots -= maker.Remaining;
            Release(instrument, slot, ref maker, ReasonCode.SelfTradePrevented);
            Unlink(ref level, next);
        }

        if (policy is SelfTrade.CancelNewest or SelfTrade.CancelBoth)
        {
            Cancelled(taker.Id, taker.Account, taker.Instrument, taker.Price, taker.Remaining);
            taker.Remaining = 0;
            taker.IsStopped = true;
        }
    }

    private void Reduce(SpotInstrument instrument, ref PriceLevel level, ref Order order, long lots)
    {
        var bound = Bound(instrument, order.Side, order.Price, lots);
        ref var balance = ref Payer(instrument, order.Side, order.Account);
        balance.Held -= bound;
        balance.Available += bound;
        order.Remaining -= lots;
        level.Lots -= lots;
    }

    private void Release(SpotInstrument instrument, int slot, ref Order order, ReasonCode reason)
    {
        var bound = Bound(instrument, order.Side, order.Price, order.Remaining);
        ref var balance = ref Payer(instrument, order.Side, order.Account);
        balance.Held -= bound;
        balance.Available += bound;
        ref var e = ref events.Add(EventType.Cancelled, reason);
        e.Order = orders.IdOf(slot);
        e.Account = order.Account;
        e.Instrument = order.Instrument;
        e.Price = order.Price;
        e.Quantity = order.Remaining;
        orders.Give(slot);
    }

    private void Cancelled(long id, int account, short instrument, int price, long lots)
    {
        ref var e = ref events.Add(EventType.Cancelled, ReasonCode.SelfTradePrevented);
        e.Order = id;
        e.Account = account;
        e.Instrument = instrument;
        e.Price = price;
        e.Quantity = lots;
    }

    // Each side receives its asset less its fee, rounded up to the house; neither fee can exceed what is received.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Settle(SpotInstrument instrument, int price, long lots, Side takerSide, int taker, int maker)
    {
        var quote = price * lots * instrument.QuoteAtomsPerTickLot;
        var @base = lots * instrument.BaseAtomsPerLot;
        if (takerSide == Side.Buy)
        {
            ledger[taker, instrument.QuoteAsset].Available -= quote;
            ledger[maker, instrument.BaseAsset].Held -= @base;
            Credit(taker, instrument.BaseAsset, @base, instrument.TakerFeePpm);
            Credit(maker, instrument.QuoteAsset, quote, instrument.MakerFeePpm);
        }
        else
        {
            ledger[taker, instrument.BaseAsset].Available -= @base;
            ledger[maker, instrument.QuoteAsset].Held -= quote;
            Credit(taker, instrument.QuoteAsset, quote, instrument.TakerFeePpm);
            Credit(maker, instrument.BaseAsset, @base, instrument.MakerFeePpm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Credit(int account, int asset, long atoms, int feePpm)
    {
        if (feePpm != 0)
        {
            var fee = (long)((((Int128)atoms * feePpm) + (Million - 1)) / Million);
            ledger[House, asset].Available += fee;
            atoms -= fee;
        }

        ledger[account, asset].Available += atoms;
    }
}
