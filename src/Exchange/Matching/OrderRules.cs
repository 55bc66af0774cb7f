using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>What may become an order at all: everything that is known before the book is looked at.</summary>
internal sealed class OrderRules(Ledger ledger)
{
    /// <summary>True for a plain order with nothing wrong, on a market without band, of an account without limits: what
    /// <see cref="Check(in Command, OrderBook, long)"/> would let pass, found out sooner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsPlainlySound(in Command command, OrderBook book)
    {
        ref var owner = ref ledger.Of(command.Account);
        return command.IsPlain && command.Side <= Side.Sell && command.SelfTrade <= SelfTrade.Allow
            && command.TimeInForce <= TimeInForce.PostOnly
            && unchecked((uint)(command.Price - 1) < (uint)book.MaxPrice)
            && unchecked((ulong)(command.Quantity - 1) < (ulong)book.MaxQuantity)
            && book.Status == TradingStatus.Open && owner.Status == TradingStatus.Open
            && book.BandPpm == 0 && owner.MostOpenOrders == 0 && owner.LargestValue == 0;
    }

    /// <summary>Why a new order is refused; <see cref="ReasonCode.None"/> where it is not.</summary>
    public ReasonCode Check(in Command command, OrderBook book, long now)
    {
        var isLimit = command.Kind == OrderKind.Limit;
        var isByValue = command.Kind == OrderKind.MarketByValue;
        var most = isByValue ? SpotInstrument.LargestNotional : book.MaxQuantity;
        var reason =
            command.Kind > OrderKind.MarketByValue || command.Side > Side.Sell || command.SelfTrade > SelfTrade.Allow
                || command.TimeInForce > TimeInForce.PostOnly ? ReasonCode.Contradiction
            : (isLimit ? command.Price <= 0 || command.Price > book.MaxPrice : command.Price != 0)
                || command.StopPrice < 0 || command.StopPrice > book.MaxPrice ? ReasonCode.PriceOutOfRange
            : command.Quantity <= 0 || command.Quantity > most || command.Display < 0
                || command.Display > command.Quantity ? ReasonCode.QuantityOutOfRange
            : ReasonCode.None;
        if (reason != ReasonCode.None)
        {
            return reason;
        }

        if ((!isLimit || command.ExpiresAtNanos != 0 || command.StopPrice != 0) && Contradicts(command))
        {
            return ReasonCode.Contradiction;
        }

        var rests = command.TimeInForce is TimeInForce.Gtc or TimeInForce.PostOnly || command.StopPrice != 0;
        return command.ExpiresAtNanos != 0 && command.ExpiresAtNanos <= now ? ReasonCode.ExpiryInPast
            : Check(book, command.Account, command.Price, rests) is var denied and not ReasonCode.None ? denied
            : Exceeds(command.Account, ValueOf(command, book)) ? ReasonCode.ValueOutOfRange
            : ReasonCode.None;
    }

    /// <summary>Why an order, with so many lots left, may not get another price, quantity and stop price (0: it does
    /// not wait); it is measured at a price that a market order that waits has, too.</summary>
    public ReasonCode CheckAmended(
        in Command command, OrderBook book, ref Order order, long lots, int stopPrice, int measured)
    {
        var isStop = command.Type == CommandType.AmendStop;
        return (order.Price == 0 ? command.Price != 0 : command.Price <= 0 || command.Price > book.MaxPrice)
                || (isStop && (command.StopPrice <= 0 || command.StopPrice > book.MaxPrice))
                ? ReasonCode.PriceOutOfRange
            : command.Quantity <= 0 || command.Quantity > book.MaxQuantity ? ReasonCode.QuantityOutOfRange
            : isStop && stopPrice == 0 ? ReasonCode.Contradiction
            : order.Price == command.Price && lots == command.Quantity && (!isStop || stopPrice == command.StopPrice)
                ? ReasonCode.Unchanged
            : command.SelfTrade > SelfTrade.Allow ? ReasonCode.Contradiction
            : (order.Flags & (OrderFlags.PostOnly | OrderFlags.Waits)) == OrderFlags.PostOnly
                && book.Crosses(order.Side, command.Price) ? ReasonCode.WouldTrade
            : Check(book, order.Account, command.Price, rests: false) is var denied and not ReasonCode.None ? denied
            : Exceeds(
                order.Account,
                book.Bound(Side.Buy, Likely(book, order.Side, measured), command.Quantity))
                ? ReasonCode.ValueOutOfRange
            : ReasonCode.None;
    }

    private static bool Contradicts(in Command command)
    {
        var isAtOnce = command.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok;
        return (command.Kind != OrderKind.Limit && !isAtOnce)
            || (command.Kind == OrderKind.MarketByValue
                && (command.TimeInForce != TimeInForce.Ioc || command.StopPrice != 0 || command.Display != 0))
            || (command.ExpiresAtNanos != 0 && isAtOnce && command.StopPrice == 0);
    }

    private ReasonCode Check(OrderBook book, int account, int price, bool rests)
    {
        ref var owner = ref ledger.Of(account);
        if (book.Status != TradingStatus.Open)
        {
            return ReasonCode.InstrumentHalted;
        }

        if (owner.Status != TradingStatus.Open)
        {
            return ReasonCode.AccountHalted;
        }

        if (rests && owner.MostOpenOrders != 0 && owner.OpenOrders >= owner.MostOpenOrders)
        {
            return ReasonCode.TooManyOpenOrders;
        }

        return price != 0 && book.BandPpm != 0 && !book.IsInBand(price)
            ? ReasonCode.PriceOutsideBand
            : ReasonCode.None;
    }

    private bool Exceeds(int account, long value)
    {
        var largest = ledger.Of(account).LargestValue;
        return largest != 0 && value > largest;
    }

    // In atoms of the quote asset, at the price that it is likely to have: a sell below the best bid gets the bid.
    private long ValueOf(in Command command, OrderBook book)
    {
        if (ledger.Of(command.Account).LargestValue == 0)
        {
            return 0;
        }

        var price = command.Price != 0 ? command.Price
            : command.StopPrice != 0 ? command.StopPrice
            : book.Opposite(command.Side);
        return command.Kind == OrderKind.MarketByValue
            ? command.Quantity
            : book.Bound(Side.Buy, Likely(book, command.Side, price), command.Quantity);
    }

    private static int Likely(OrderBook book, Side side, int price) =>
        side == Side.Sell ? Math.Max(price, book.Opposite(Side.Sell)) : price;
}
