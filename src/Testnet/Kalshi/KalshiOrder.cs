using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>An order of a member. Under the floor's lock.</summary>
internal sealed class KalshiOrder
{
    public required string Id { get; init; }

    /// <summary>Rises with each order; pages go along it.</summary>
    public required long Number { get; init; }

    public required KalshiMember Member { get; init; }

    public required KalshiMarket Market { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The side of the book in YES: a sell is the venue's buying of NO.</summary>
    public required Side Side { get; init; }

    /// <summary>Of YES.</summary>
    public required int Price { get; init; }

    public required long Initial { get; init; }

    public required long CreatedNanos { get; init; }

    /// <summary>Unix seconds; zero for never.</summary>
    public long ExpirationSeconds { get; init; }

    /// <summary><c>taker_at_cross</c> or <c>maker</c>.</summary>
    public required string SelfTrade { get; init; }

    public bool CancelsOnPause { get; init; }

    public string GroupId { get; init; } = "";

    /// <summary>Its number in the core.</summary>
    public long CoreId { get; set; }

    public long Remaining { get; set; }

    public long Filled { get; set; }

    /// <summary>What its fills cost before fees, as taker.</summary>
    public long TakerCost { get; set; }

    /// <summary>What its fills cost before fees, as maker.</summary>
    public long MakerCost { get; set; }

    public long TakerFees { get; set; }

    public long MakerFees { get; set; }

    /// <summary><c>resting</c>, <c>canceled</c> or <c>executed</c>.</summary>
    public string Status { get; set; } = "resting";

    public long UpdatedNanos { get; set; }

    public KalshiFees Fees { get; } = new();

    /// <summary>The price of the outcome that it buys, and of what it sells back: YES for bids, NO for asks.</summary>
    public int OwnPrice => Side == Side.Buy ? Price : KalshiUnits.Dollar - Price;
}

/// <summary>A fill of one member's order.</summary>
internal sealed record KalshiFill(
    string Id, KalshiOrder Order, KalshiTrade Trade, long Fee, bool IsTaker, long PositionAfter);
