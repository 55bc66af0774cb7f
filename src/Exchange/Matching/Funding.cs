using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Whether an account can pay for an order.</summary>
internal sealed class Funding(Ledger ledger)
{
    /// <summary>Looks whether lots at a price can be paid for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReasonCode Check(OrderBook book, int account, Side side, int price, long lots) =>
        ledger[account, book.Paid(side)].Available < book.Bound(side, price, lots)
            ? ReasonCode.InsufficientFunds
            : ReasonCode.None;

    /// <summary>Gives a market order the bounds that it trades in: the worst price that the band allows, and what
    /// there is to spend.</summary>
    public ReasonCode Bound(OrderBook book, ref Taker taker)
    {
        var (low, high) = book.Band();
        taker.Price = taker.Side == Side.Buy ? high : low;
        var instrument = book.Instrument;
        var available = ledger[taker.Account, book.Paid(taker.Side)].Available;
        if (taker.Kind == OrderKind.MarketByValue)
        {
            (taker.HasBudget, taker.Budget) = (true, taker.Remaining);
            taker.Remaining = taker.Side == Side.Buy
                ? instrument.MaxQuantity
                : Math.Min(instrument.MaxQuantity, available / instrument.BaseAtomsPerLot);
            var isCovered = taker.Side == Side.Buy ? available >= taker.Budget : taker.Remaining > 0;
            return isCovered ? ReasonCode.None : ReasonCode.InsufficientFunds;
        }

        if (taker.Side == Side.Sell)
        {
            return Check(book, taker.Account, Side.Sell, low, taker.Remaining);
        }

        // What it costs is known when it is done: it takes what it can pay for, and must be able to pay for one lot.
        (taker.HasBudget, taker.Budget) = (true, available);
        var best = book.Opposite(Side.Buy);
        return best != 0 && best <= high && available < best * instrument.QuoteAtomsPerTickLot
            ? ReasonCode.InsufficientFunds
            : ReasonCode.None;
    }
}
