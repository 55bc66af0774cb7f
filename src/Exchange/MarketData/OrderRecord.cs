using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>How far an order has come. Numbers are stored: never reused.</summary>
public enum OrderStatus : byte
{
    /// <summary>Rests or waits, and has traded nothing; the default value.</summary>
    Open = 0,

    /// <summary>Rests or waits, and has traded a part.</summary>
    PartiallyFilled = 1,

    /// <summary>Has traded all that it was for.</summary>
    Filled = 2,

    /// <summary>Is over before it has traded all; <see cref="OrderRecord.Reason"/> says why.</summary>
    Cancelled = 3,

    /// <summary>Its time was over before it had traded all.</summary>
    Expired = 4,

    /// <summary>Is over, and what became of it is not known any more: the store has a hole there.</summary>
    Unknown = 5,
}

/// <summary>An order as people see it: what it was, and what has become of it. Immutable.</summary>
public sealed record OrderRecord
{
    /// <summary>Its id.</summary>
    public required long Id { get; init; }

    /// <summary>The owner.</summary>
    public required int Account { get; init; }

    /// <summary>The client's own name for it; 0 for none.</summary>
    public UInt128 ClientId { get; init; }

    /// <summary>The instrument, by its number.</summary>
    public required short Instrument { get; init; }

    /// <summary>Buy or sell.</summary>
    public required Side Side { get; init; }

    /// <summary>Limit, market, or market by value.</summary>
    public OrderKind Kind { get; init; }

    /// <summary>How long it lives.</summary>
    public TimeInForce TimeInForce { get; init; }

    /// <summary>Ticks; 0 for a market order.</summary>
    public int Price { get; init; }

    /// <summary>The price that it waits for, or has waited for, in ticks; 0 for none.</summary>
    public int StopPrice { get; init; }

    /// <summary>True once a trade has set it off.</summary>
    public bool IsTriggered { get; init; }

    /// <summary>Most lots that it shows at a time; 0 for all.</summary>
    public long Display { get; init; }

    /// <summary>When it ends by itself, in nanoseconds since the Unix epoch; 0 for never.</summary>
    public long ExpiresAtNanos { get; init; }

    /// <summary>Lots that it is for, those that it has traded included; of <see cref="OrderKind.MarketByValue"/> atoms
    /// of the quote asset. An order that trades and is amended again and again is for more than 64 bits hold.</summary>
    public required Int128 Quantity { get; init; }

    /// <summary>Lots that it has traded.</summary>
    public Int128 Executed { get; init; }

    /// <summary>Sum of price in ticks × lots over its trades: divided by <see cref="Executed"/> the mean
    /// price.</summary>
    public Int128 ExecutedTickLots { get; init; }

    /// <summary>Lots that were cancelled.</summary>
    public Int128 CancelledLots { get; init; }

    /// <summary>How far it has come.</summary>
    public OrderStatus Status { get; init; }

    /// <summary>Why it was cancelled.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>When it was accepted, in nanoseconds since the Unix epoch; 0 where nobody remembers.</summary>
    public long CreatedNanos { get; init; }

    /// <summary>When it last changed.</summary>
    public long UpdatedNanos { get; init; }

    /// <summary>Number of the first event about it that is remembered, no other order's: as a rule that of its
    /// acceptance; 0 where there is none. Orders by the time they were made are in this order.</summary>
    public long FirstSequence { get; init; }

    /// <summary>Number of the event that last changed it.</summary>
    public long Sequence { get; init; }

    /// <summary>True where nothing will become of it any more.</summary>
    public bool IsOver => Status is OrderStatus.Filled or OrderStatus.Cancelled or OrderStatus.Expired
        or OrderStatus.Unknown;

    /// <summary>Lots that are left; 0 where it is over, and of an order by value.</summary>
    public long Left => IsOver || Kind == OrderKind.MarketByValue ? 0 : (long)(Quantity - Executed - CancelledLots);
}
