using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>An order as it is asked for, before it is one.</summary>
internal sealed record KalshiTicket
{
    public required KalshiMarket Market { get; init; }

    public required Side Side { get; init; }

    /// <summary>Of YES.</summary>
    public required int Price { get; init; }

    public required long Count { get; init; }

    public string ClientId { get; init; } = "";

    /// <summary><c>fill_or_kill</c>, <c>immediate_or_cancel</c> or <c>good_till_canceled</c>.</summary>
    public string TimeInForce { get; init; } = "good_till_canceled";

    public bool PostOnly { get; init; }

    public bool ReduceOnly { get; init; }

    public string SelfTrade { get; init; } = "taker_at_cross";

    public bool CancelsOnPause { get; init; }

    public long ExpirationSeconds { get; init; }

    public string GroupId { get; init; } = "";
}

/// <summary>Why something was refused: the venue's status, code and words.</summary>
internal sealed record KalshiRefusal(int Status, string Code, string Message, string? Details = null);
