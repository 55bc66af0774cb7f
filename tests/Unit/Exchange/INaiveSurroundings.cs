using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>What a naive book asks and tells the exchange around it.</summary>
internal interface INaiveSurroundings
{
    long MaxPrice { get; }

    long MaxQuantity { get; }

    /// <summary>Why an order may not enter now, whatever the book; gives a market order its bounds.</summary>
    ReasonCode? Refusal(NaiveOrder order);

    /// <summary>Why an open order may not get another price, quantity and stop price.</summary>
    ReasonCode? Refusal(NaiveOrder order, long price, long quantity, long stop);

    /// <summary>Is told of everything as it happens.</summary>
    void Hear(NaiveEvent e);
}
