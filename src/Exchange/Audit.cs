using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Recomputes from the orders and balances of a shard what must always hold.</summary>
/// <remarks>
/// Between commands, on the shard's thread. Takes time and memory in proportion to accounts and orders. The rules:
/// every asset's balances sum to what came in less what went out; nothing available is below zero; what is held is
/// exactly what the open orders need; a book is never crossed; its levels, links and sums agree.
/// </remarks>
internal sealed class Audit(OrderPool orders, Ledger ledger, IReadOnlyList<OrderBook> books, int assets)
{
    private readonly long[] _held = new long[ledger.Accounts * assets];

    /// <summary>The first rule that is broken, in words; null where all hold.</summary>
    public string? Breach()
    {
        Array.Clear(_held);
        var seen = 0;
        for (var i = 0; i < books.Count; i++)
        {
            if (Walk(i, ref seen) is { } breach)
            {
                return breach;
            }
        }

        return seen != orders.Count ? $"{orders.Count} orders live, {seen} stand in the books" : Balances();
    }

    private string? Walk(int number, ref int seen)
    {
        var book = books[number];
        var (bid, ask) = (book.Opposite(Side.Sell), book.Opposite(Side.Buy));
        if (bid != 0 && ask != 0 && bid >= ask)
        {
            return $"instrument {number} is crossed: bid {bid}, ask {ask}";
        }

        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            var taker = side == Side.Buy ? Side.Sell : Side.Buy;
            for (var price = book.Opposite(taker); price != 0; price = book.Behind(taker, price))
            {
                if (Level(book, number, side, price, ref seen) is { } breach)
                {
                    return breach;
                }
            }
        }

        return null;
    }

    private string? Level(OrderBook book, int number, Side side, int price, ref int seen)
    {
        ref var level = ref book.Level(price);
        var previous = 0;
        long lots = 0;
        for (var slot = level.Head; slot != 0; slot = orders[slot].Next)
        {
            ref var order = ref orders[slot];
            if (++seen > orders.Count || order.Previous != previous || order.Side != side || order.Price != price
                || order.Instrument != number || order.Remaining <= 0)
            {
                return $"instrument {number}: order {orders.IdOf(slot)} does not belong where it stands, at {price}";
            }

            lots += order.Remaining;
            previous = slot;
            var asset = side == Side.Buy ? book.Instrument.QuoteAsset : book.Instrument.BaseAsset;
            _held[(order.Account * assets) + asset] +=
                Matcher.Bound(book.Instrument, side, price, order.Remaining);
        }

        return level.Tail != previous || level.Lots != lots || lots == 0
            ? $"instrument {number}: level {price} says {level.Lots} lots and has {lots}"
            : null;
    }

    private string? Balances()
    {
        for (var asset = 0; asset < assets; asset++)
        {
            Int128 sum = 0;
            for (var account = 0; account < ledger.Accounts; account++)
            {
                var balance = ledger[account, asset];
                if (balance.Available < 0 || balance.Held != _held[(account * assets) + asset])
                {
                    return $"account {account}, asset {asset}: {balance.Available} available, {balance.Held} held, "
                        + $"of which open orders need {_held[(account * assets) + asset]}";
                }

                sum += (Int128)balance.Available + balance.Held;
            }

            if (sum != ledger.Supply(asset))
            {
                return $"asset {asset}: balances sum to {sum}, and {ledger.Supply(asset)} came in";
            }
        }

        return null;
    }
}
