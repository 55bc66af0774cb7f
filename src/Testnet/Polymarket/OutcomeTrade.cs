namespace Strikeline.Testnet.Polymarket;

/// <summary>What one incoming order took at one price, and how far its transaction is.</summary>
internal sealed class OutcomeTrade
{
    public required string Id { get; init; }

    public required OutcomeOrder Taker { get; init; }

    /// <summary>In terms of the taker's token.</summary>
    public required int Price { get; init; }

    public required long MatchedNanos { get; init; }

    public List<OutcomeFill> Fills { get; } = [];

    public long Lots => Fills.Sum(fill => fill.Lots);

    public long FeeMicros => Fills.Sum(fill => fill.FeeMicros);

    /// <summary>True where the transaction will fail: a ghost.</summary>
    public bool Fails { get; init; }

    public TradeState State { get; set; }

    public long UpdatedNanos { get; set; }

    /// <summary>The transaction's hash; empty before it is mined.</summary>
    public string Transaction { get; set; } = "";

    /// <summary>True where nobody but the crowd has traded.</summary>
    public bool IsCrowds => Taker.Wallet.IsCrowd && Fills.TrueForAll(fill => fill.Maker.Wallet.IsCrowd);

    /// <summary>True where it will not change any more.</summary>
    public bool IsFinal => State is TradeState.Confirmed or TradeState.Failed;
}

/// <summary>One resting order's part of a trade.</summary>
/// <param name="Maker">The resting order.</param>
/// <param name="Lots">Shares of both.</param>
/// <param name="TakerMicros">What the taker paid or got, without the fee.</param>
/// <param name="MakerMicros">What the maker paid or got.</param>
/// <param name="FeeMicros">The taker's fee.</param>
internal sealed record OutcomeFill(
    OutcomeOrder Maker, long Lots, long TakerMicros, long MakerMicros, long FeeMicros);

/// <summary>How far a trade's transaction is.</summary>
internal enum TradeState
{
    /// <summary>Matched off the chain: not money yet.</summary>
    Matched,

    /// <summary>In a block.</summary>
    Mined,

    /// <summary>Final.</summary>
    Confirmed,

    /// <summary>Sent once more.</summary>
    Retrying,

    /// <summary>Void.</summary>
    Failed,
}
