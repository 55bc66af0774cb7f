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

    public NaiveLife Life { get; init; } = NaiveLife.Gtc;

    public NaiveSelfTrade SelfTrade { get; set; } = NaiveSelfTrade.CancelNewest;

    /// <summary>Most lots that an iceberg shows at a time; 0 shows all.</summary>
    public long Display { get; init; }

    /// <summary>Waits until a trade passes this price: at or above it for a buy, at or below it for a sell; 0 does not wait.</summary>
    public long Stop { get; init; }

    /// <summary>Lots that others can trade with before the order shows more.</summary>
    public long Shown { get; set; }

    /// <summary>What is wrong with it, whatever the book; null for nothing.</summary>
    public NaiveReason? Fault => this switch
    {
        { Price: < 0 } or { Stop: < 0 } => NaiveReason.PriceOutOfRange,
        { Remaining: <= 0 } or { Display: < 0 } => NaiveReason.QuantityOutOfRange,
        _ when Display > Remaining => NaiveReason.QuantityOutOfRange,
        { Price: 0, Life: NaiveLife.Gtc or NaiveLife.PostOnly } => NaiveReason.Contradiction,
        _ => null,
    };

    /// <summary>True where the order may trade at the price.</summary>
    public bool Reaches(long price) => Price == 0 || (Side == Side.Buy ? price <= Price : price >= Price);

    /// <summary>True where a trade at the price sets the waiting order off.</summary>
    public bool IsPassedBy(long price) => Side == Side.Buy ? price >= Stop : price <= Stop;

    public void Show() => Shown = Display == 0 ? Remaining : Math.Min(Display, Remaining);

    public NaiveOrder Copy() => (NaiveOrder)MemberwiseClone();
}
