using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>An order of the naive book, from the command to its end.</summary>
internal sealed class NaiveOrder
{
    public required long Id { get; init; }

    public required int Account { get; init; }

    public required Side Side { get; init; }

    /// <summary>Limit; 0 for a market order.</summary>
    public required long Price { get; set; }

    /// <summary>Lots still to trade, those that an iceberg hides included.</summary>
    public required long Remaining { get; set; }

    public TimeInForce Life { get; init; } = TimeInForce.Gtc;

    public SelfTrade SelfTrade { get; set; } = SelfTrade.CancelNewest;

    /// <summary>Most lots that an iceberg shows at a time; 0 shows all.</summary>
    public long Display { get; init; }

    /// <summary>Waits until a trade passes this price: at or above it for a buy, at or below it for a sell; 0 does not
    /// wait.</summary>
    public long Stop { get; set; }

    /// <summary>Lots that others can trade with before the order shows more.</summary>
    public long Shown { get; set; }

    /// <summary>When it ends by itself; 0 for never.</summary>
    public long Expires { get; init; }

    /// <summary>Of a market order the worst price that it may trade at; 0 for any.</summary>
    public long Worst { get; set; }

    /// <summary>Of an order by value the sum that it was placed for.</summary>
    public long? Value { get; init; }

    /// <summary>What a lot costs at a price of one tick, where there is a budget.</summary>
    public long LotValue { get; init; }

    /// <summary>What it may still pay or bring, beside all else that limits it.</summary>
    public BigInteger? Budget { get; set; }

    /// <summary>Its budget buys no further lot.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>A trade has set it off.</summary>
    public bool IsSetOff { get; set; }

    /// <summary>Lots that it has traded.</summary>
    public long Traded { get; private set; }

    /// <summary>Price × lots, added up over its trades.</summary>
    public BigInteger TickLots { get; private set; }

    /// <summary>Lots that were cancelled; it may have gone on with the others.</summary>
    public long Lost { get; private set; }

    /// <summary>Why something of it was cancelled last, or why it ended early.</summary>
    public ReasonCode Why { get; private set; }

    /// <summary>The lots that are left of an order that counts lots.</summary>
    public long Left => Value is null ? Remaining : 0;

    /// <summary>Why what is left of it is cancelled where it never rests.</summary>
    public ReasonCode WhyEnded =>
        !IsSpent ? ReasonCode.NotTaken : Value is null ? ReasonCode.InsufficientFunds : ReasonCode.ValueSpent;

    /// <summary>What is wrong with it, whatever the book; null for nothing.</summary>
    public ReasonCode? Fault => this switch
    {
        { Price: < 0 } or { Stop: < 0 } => ReasonCode.PriceOutOfRange,
        { Remaining: <= 0 } or { Display: < 0 } => ReasonCode.QuantityOutOfRange,
        _ when Display > Remaining => ReasonCode.QuantityOutOfRange,
        { Price: 0, Life: TimeInForce.Gtc or TimeInForce.PostOnly } => ReasonCode.Contradiction,
        _ => null,
    };

    /// <summary>True where the order may trade at the price.</summary>
    public bool Reaches(long price) =>
        (Price == 0 ? Worst : Price) is var limit && (limit == 0 || (Side == Side.Buy ? price <= limit : price >= limit));

    /// <summary>Spends on as many of the lots as its budget allows at the price; false where that is none.</summary>
    public bool TrySpend(long price, ref long lots)
    {
        var each = (BigInteger)price * LotValue;
        lots = Budget is { } budget ? (long)BigInteger.Min(lots, budget / each) : lots;
        Budget -= lots * each;
        IsSpent = lots == 0 || (Value is not null && Budget == 0);
        return lots > 0;
    }

    /// <summary>True where a trade at the price sets the waiting order off; 0 is the price before the first.</summary>
    public bool IsPassedBy(long price) => price != 0 && (Side == Side.Buy ? price >= Stop : price <= Stop);

    /// <summary>Has traded lots at a price.</summary>
    public void Gain(long price, long lots) => (Traded, TickLots) = (Traded + lots, TickLots + ((BigInteger)price * lots));

    /// <summary>Lots of it were cancelled, or what was left of it. That a sum is spent takes nothing away.</summary>
    public void Lose(long lots, ReasonCode why) =>
        (Lost, Why) = (Lost + lots, why == ReasonCode.ValueSpent && Lost > 0 ? Why : why);

    public NaiveOrder Copy() => (NaiveOrder)MemberwiseClone();
}
