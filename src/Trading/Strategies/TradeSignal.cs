using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>How the legs of a signal become a profit.</summary>
public enum SignalKind : byte
{
    /// <summary>No signal; the default value.</summary>
    None = 0,

    /// <summary>Buy every outcome below what the set pays, then merge it, or hold it where it cannot be
    /// merged.</summary>
    BuySet = 1,

    /// <summary>Split dollars into the set, then sell every outcome above what the set costs.</summary>
    SellSet = 2,

    /// <summary>Buy outcomes of which at least one pays, below that payout: a strike ladder's inconsistency, or equal
    /// questions at two venues.</summary>
    BuyCover = 3,
}

/// <summary>One leg: an order at the worst price that the signal still holds at.</summary>
/// <param name="Market">The market, with the rules that the signal was computed with.</param>
/// <param name="Token">Which of its tokens.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="PricePpm">The worst price, in parts per million, on the market's tick.</param>
/// <param name="SizeMicro">Size in millionths of a share; equal in all legs of a set.</param>
/// <param name="AveragePpm">The average price that the depth gave, rounded against us.</param>
/// <param name="FeeMicros">The leg's fee, rounded up, in millionths of a dollar.</param>
public readonly record struct SignalLeg(
    OutcomeMarket Market, MarketKey Token, Side Side, long PricePpm, long SizeMicro, long AveragePpm, long FeeMicros);

/// <summary>What a strategy found: an intention, not yet allowed, planned or sent.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record TradeSignal
{
    /// <summary>Strategy by name, such as <c>cross_outcome_arbitrage</c>.</summary>
    public required string Strategy { get; init; }

    /// <summary>How the legs become a profit.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>The legs, the riskier one (less depth behind it) first.</summary>
    public required ImmutableArray<SignalLeg> Legs { get; init; }

    /// <summary>What the whole set pays, or cost to split, in parts per million of a share.</summary>
    public required long PayoutPpm { get; init; }

    /// <summary>Profit before fees for one share, in parts per million.</summary>
    public required long EdgePpm { get; init; }

    /// <summary>Profit after all fees and the worst rounding for one share, in parts per million, rounded
    /// down.</summary>
    public required long EdgeAfterFeesPpm { get; init; }

    /// <summary>The whole profit after fees, in millionths of a dollar, rounded down.</summary>
    public required long ProfitMicros { get; init; }

    /// <summary>When the frame that led to it arrived, nanoseconds since the Unix epoch.</summary>
    public required long ReceivedNanos { get; init; }

    /// <summary>The clock's monotonic stamp at that frame, for latencies; zero where there is none.</summary>
    public long ReceivedStamp { get; init; }

    /// <summary>The clock's monotonic stamp when the signal was made.</summary>
    public long GeneratedStamp { get; init; }

    /// <summary>One line in words that the codes do not say, such as where two markets' questions differ; empty where
    /// there is nothing to add.</summary>
    public string Detail { get; init; } = string.Empty;
}

/// <summary>An opportunity that was looked at: taken, or refused with a reason.</summary>
/// <param name="AtNanos">When, nanoseconds since the Unix epoch.</param>
/// <param name="Signal">What was found.</param>
/// <param name="Taken">Whether it was executed.</param>
/// <param name="Reason">Stable code of the refusal (<c>FEES</c>, <c>DEPTH</c>, <c>STALE_LEG</c>, <c>UNPROVEN_LEG</c>,
/// <c>MIN_SIZE</c>, <c>PAIR_NOT_EQUIVALENT</c>, a gate's or a limit's code); of a taken one what became of it.</param>
public sealed record Opportunity(long AtNanos, TradeSignal Signal, bool Taken, string Reason);

/// <summary>Takes what strategies find.</summary>
/// <remarks>Called in the strategy loop's turn, mostly on a feed's thread: take it and return.</remarks>
public interface ISignalSink
{
    /// <summary>A signal that is positive after fees and depth.</summary>
    void OnSignal(TradeSignal signal);

    /// <summary>Something that looked like an edge and is none, with the reason; at most one for each market and reason
    /// in a second.</summary>
    void OnRefused(TradeSignal signal, string reason);
}
