using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Recomputes from the orders and balances of a shard what must always hold.</summary>
/// <remarks>
/// Between commands, on the shard's thread. Takes time and memory in proportion to accounts and orders. The rules:
/// every asset's balances sum to what came in less what went out; nothing available is below zero; what is held is
/// exactly what the open orders need; a book is never crossed; its levels, links and sums agree; an account has as many
/// open orders as it says.
/// </remarks>
internal sealed class Audit(OrderPool orders, Ledger ledger, OrderBooks books, Matcher matcher)
{
    private readonly long[] _held = new long[ledger.Accounts * ledger.Assets];
    private readonly int[] _open = new int[ledger.Accounts];
    private int _seen;

    /// <summary>The first rule that is broken, in words; null where all hold.</summary>
    public string? Breach()
    {
        for (var i = 0; i < books.Count; i++)
        {
            if ((Walk(i) ?? Waiting(i)) is { } breach)
            {
                return breach;
            }
        }

        return _seen != orders.Count ? $"{orders.Count} orders live, {_seen} stand in the books" : Balances();
    }

    private string? Walk(int number)
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
                if (Level(book, number, side, price) is { } breach)
                {
                    return breach;
                }
            }
        }

        return null;
    }

    private string? Level(OrderBook book, int number, Side side, int price)
    {
        ref var level = ref book.Level(price);
        var previous = 0;
        long lots = 0;
        for (var slot = level.Head; slot != 0; slot = orders[slot].Next)
        {
            ref var order = ref orders[slot];
            if (_seen >= orders.Count || order.Previous != previous || order.Side != side || order.Price != price
                || order.Instrument != number || order.Remaining <= 0 || order.Is(OrderFlags.Waits))
            {
                return $"instrument {number}: order {orders.IdOf(slot)} does not belong where it stands, at {price}";
            }

            lots += order.Remaining;
            previous = slot;
            Count(book, slot);
        }

        return level.Tail != previous || level.Lots != lots || lots == 0
            ? $"instrument {number}: level {price} says {level.Lots} lots and has {lots}"
            : null;
    }

    private string? Waiting(int number)
    {
        foreach (var slot in books[number].Stops.All())
        {
            ref var order = ref orders[slot];
            if (order.Instrument != number || order.Remaining <= 0 || !order.Is(OrderFlags.Waits)
                || StopBook.IsPassed(order.Side, orders.Traits(slot).StopPrice, books[number].LastPrice))
            {
                return $"instrument {number}: order {orders.IdOf(slot)} should not wait";
            }

            Count(books[number], slot);
        }

        return null;
    }

    private void Count(OrderBook book, int slot)
    {
        ref var order = ref orders[slot];
        var paid = book.Paid(order.Side);
        _held[(order.Account * ledger.Assets) + paid] += matcher.BoundBy(book, slot);
        _open[order.Account]++;
        _seen++;
    }

    private string? Balances()
    {
        for (var account = 0; account < ledger.Accounts; account++)
        {
            if (ledger.Of(account).OpenOrders != _open[account])
            {
                return $"account {account} has {_open[account]} open orders and says {ledger.Of(account).OpenOrders}";
            }
        }

        for (var asset = 0; asset < ledger.Assets; asset++)
        {
            Int128 sum = 0;
            for (var account = 0; account < ledger.Accounts; account++)
            {
                var balance = ledger[account, asset];
                if (balance.Available < 0 || balance.Held != _held[(account * ledger.Assets) + asset])
                {
                    return $"account {account}, asset {asset}: {balance.Available} available, {balance.Held} held, "
                        + $"of which open orders need {_held[(account * ledger.Assets) + asset]}";
                }

                sum += (Int128)balance.Available + balance.Held;
            }

            if (sum != ledger.Supplies[asset])
            {
                return $"asset {asset}: balances sum to {sum}, and {ledger.Supplies[asset]} came in";
            }
        }

        return null;
    }
}
