using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>An incoming order while it matches.</summary>
internal ref struct Taker
{
    public long Id;

    /// <summary>Lots still to trade.</summary>
    public long Remaining;

    /// <summary>Atoms of the quote asset that it may still pay or bring, where <see cref="HasBudget"/>.</summary>
    public long Budget;

    public int Account;

    /// <summary>The worst price that it takes, in ticks.</summary>
    public int Price;

    public short Instrument;
    public Side Side;
    public SelfTrade SelfTrade;
    public TimeInForce TimeInForce;
    public OrderFlags Flags;

    /// <summary>How it was named; a market order never rests.</summary>
    public OrderKind Kind;

    /// <summary>True where a sum limits it, beside price and quantity.</summary>
    public bool HasBudget;

    /// <summary>Set where the sum buys no further lot.</summary>
    public bool IsSpent;

    /// <summary>Set where self-trade prevention has ended it.</summary>
    public bool IsStopped;

    /// <summary>The price that events show: a market order has none.</summary>
    public readonly int ShownPrice => Kind == OrderKind.Limit ? Price : 0;

    /// <summary>The lots that events show: those of an order by value are nobody's concern.</summary>
    public readonly long ShownRemaining => Kind == OrderKind.MarketByValue ? 0 : Remaining;

    /// <summary>True where it has any of the flags.</summary>
    public readonly bool Is(OrderFlags flags) => (Flags & flags) != OrderFlags.None;

    /// <summary>A new order, as it was asked for.</summary>
    /// <remarks>Written field by field into its place: a copy of what was just written in parts makes the processor
    /// wait.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(in Command command, out Taker taker)
    {
        taker.Id = 0;
        taker.Remaining = command.Quantity;
        taker.Budget = 0;
        taker.Account = command.Account;
        taker.Price = command.Price;
        taker.Instrument = command.Instrument;
        taker.Side = command.Side;
        taker.SelfTrade = command.SelfTrade;
        taker.TimeInForce = command.TimeInForce;
        taker.Kind = command.Kind;
        taker.HasBudget = false;
        taker.IsSpent = false;
        taker.IsStopped = false;
        taker.Flags = FlagsOf(command.TimeInForce)
            | (command.Display != 0 ? OrderFlags.Iceberg : OrderFlags.None)
            | (command.ExpiresAtNanos != 0 ? OrderFlags.Expires : OrderFlags.None)
            | (command.StopPrice != 0 ? OrderFlags.Waits : OrderFlags.None);
    }

    /// <summary>What is special about an order that has nothing but a time in force.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderFlags FlagsOf(TimeInForce timeInForce) =>
        timeInForce == TimeInForce.PostOnly ? OrderFlags.PostOnly : OrderFlags.None;

    /// <summary>An order that comes to the book once more, as it was placed.</summary>
    public static Taker Again(OrderPool orders, int slot, long lots)
    {
        ref var order = ref orders[slot];
        var taker = new Taker
        {
            Id = orders.IdOf(slot),
            Remaining = lots,
            Account = order.Account,
            Price = order.Price,
            Instrument = order.Instrument,
            Side = order.Side,
            Kind = order.Price == 0 ? OrderKind.Market : OrderKind.Limit,
            Flags = order.Flags & ~OrderFlags.Waits,
            TimeInForce = order.Is(OrderFlags.PostOnly) ? TimeInForce.PostOnly : TimeInForce.Gtc,
        };
        if (order.Is(OrderFlags.Waits))
        {
            ref var traits = ref orders.Traits(slot);
            (taker.TimeInForce, taker.SelfTrade) = (traits.TimeInForce, traits.SelfTrade);
        }

        return taker;
    }

    /// <summary>What is left of it as an order that rests or waits.</summary>
    public readonly void WriteTo(ref Order order)
    {
        order.Remaining = Remaining;
        order.Price = ShownPrice;
        order.Account = Account;
        order.Next = 0;
        order.Previous = 0;
        order.Instrument = Instrument;
        order.Side = Side;
        order.Flags = Flags;
    }
}
