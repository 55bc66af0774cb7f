using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Asks the memory for what a waiting command will touch.</summary>
/// <remarks>
/// Only reads, and only guesses: whatever other commands change in between, the worst is a line that nobody needed. A
/// command is looked at twice, since what stands in an order's line says which lines come next. Nothing here branches
/// on the command's type or side: they come at random, and a branch that is guessed wrong costs more than a line too
/// many. Slot 0, price 0 and page 0 exist for that, and are always at hand.
/// </remarks>
internal sealed class Lookahead(OrderPool orders, Ledger ledger, OrderBooks books)
{
    private const int FarAhead = 16;
    private const int NearAhead = 6;

    /// <summary>Before each of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(ReadOnlySpan<Command> commands, int next)
    {
        if (next == 0)
        {
            Begin(commands);
        }

        if (next + FarAhead < commands.Length)
        {
            Far(commands[next + FarAhead]);
        }

        if (next + NearAhead < commands.Length)
        {
            Near(commands[next + NearAhead]);
        }
    }

    // Before the first of some commands.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Begin(ReadOnlySpan<Command> commands)
    {
        for (var i = 0; i < commands.Length && i < FarAhead; i++)
        {
            Far(commands[i]);
        }

        for (var i = 0; i < commands.Length && i < NearAhead; i++)
        {
            Near(commands[i]);
        }
    }

    // What is known from the command alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Far(in Command command) => orders.Prefetch(command.Target);

    // What is known from the order's line, which should have arrived.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Near(in Command command)
    {
        var slot = orders.SlotOf(command.Target);
        ref var order = ref orders[slot];
        CacheLine.Prefetch(ref orders[order.Next]);
        CacheLine.Prefetch(ref orders[order.Previous]);

        // Of a new order there is only the command: it fills in where the order has nothing.
        var isNew = unchecked(slot - 1) >> 31;
        var instrument = unchecked(order.Instrument + (command.Instrument & isNew));
        var price = order.Price | (command.Price & isNew);
        var account = order.Account | (command.Account & isNew);
        var side = (int)order.Side | ((int)command.Side & isNew);
        if (books.Find(instrument) is { } book && unchecked((uint)account < (uint)ledger.Accounts))
        {
            CacheLine.Prefetch(ref book.Glance(price));
            CacheLine.Prefetch(ref ledger[account, book.Paid(unchecked((Side)side))]);

            // A cancellation has no price, and so never does.
            if (book.Crosses(command.Side, command.Price))
            {
                Approach(book, command);
            }
        }
    }

    // It will trade with the oldest order of the best price, and be paid for that.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Approach(OrderBook book, in Command command)
    {
        CacheLine.Prefetch(ref orders[book.Glance(book.Opposite(command.Side)).Head]);
        CacheLine.Prefetch(ref ledger[command.Account, book.Received(command.Side)]);
    }
}
