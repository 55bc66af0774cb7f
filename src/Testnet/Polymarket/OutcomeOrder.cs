using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>An order that the venue has taken.</summary>
internal sealed class OutcomeOrder
{
    public required string Id { get; init; }

    public required Wallet Wallet { get; init; }

    /// <summary>The API key that gave it; empty for the crowd's.</summary>
    public required string Owner { get; init; }

    public required OutcomeMarket Market { get; init; }

    public required int Token { get; init; }

    public required bool IsBuy { get; init; }

    /// <summary>The limit in terms of its own token; of a market order the worst price.</summary>
    public required int Price { get; init; }

    public required long Lots { get; init; }

    public required string Type { get; init; }

    public bool PostOnly { get; init; }

    /// <summary>Unix seconds as the client wrote them; zero for never.</summary>
    public long Expiration { get; init; }

    public required long CreatedNanos { get; init; }

    /// <summary>Micros that a market buyer spends; zero for every other order.</summary>
    public long Budget { get; init; }

    /// <summary>Its number in the core; zero where it does not rest there.</summary>
    public long CoreId { get; set; }

    public long Remaining { get; set; }

    public long Matched { get; set; }

    /// <summary>Micros that its fills have cost or brought, without fees.</summary>
    public long MatchedMicros { get; set; }

    public OrderState State { get; set; }

    public List<string> Trades { get; } = [];

    public UInt256 TokenId => Market.Tokens[Token];

    public string Side => IsBuy ? "BUY" : "SELL";

    public bool IsAtOnce => Type is "FOK" or "FAK";

    /// <summary>Where it stands, or would, in the book of its token.</summary>
    public (Side Side, int Price) InBook =>
        Market.InBook(Token, IsBuy ? Kernel.Side.Buy : Kernel.Side.Sell, Price);
}

/// <summary>Where an order is in its life.</summary>
internal enum OrderState
{
    /// <summary>Held before it may take.</summary>
    Delayed,

    /// <summary>Rests on the book.</summary>
    Live,

    /// <summary>Filled whole.</summary>
    Matched,

    /// <summary>Ended before that.</summary>
    Canceled,
}
