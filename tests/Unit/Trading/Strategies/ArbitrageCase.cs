using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>What is wrong with a market or a book of a case.</summary>
internal enum Fault
{
    None,
    Unproven,
    Stale,
    NotOpen,
    Over,
    Alerted,
}

/// <summary>One random situation: markets, books, what is wrong with them, and every set that a strategy could
/// mean.</summary>
internal sealed class ArbitrageCase
{
    public List<OutcomeMarket> Markets { get; } = [];

    public Dictionary<MarketKey, (Level[] Bids, Level[] Asks)> Books { get; } = [];

    public Dictionary<MarketKey, Fault> Faults { get; } = [];

    /// <summary>Sets that may be traded where they pay.</summary>
    public List<NaiveSet> Sets { get; } = [];

    public long MinEdgePpm { get; init; }

    public long MaxSizeMicro { get; init; }

    public bool IsBad(MarketKey token) => Faults.GetValueOrDefault(token) != Fault.None;

    public NaiveLeg Leg(OutcomeMarket market, MarketKey token, Side side)
    {
        var (bids, asks) = Books[token];
        return new NaiveLeg(
            market, token, side, [.. (side == Side.Buy ? asks : bids).Select(level => (level.Price / 1e6m, level.Quantity / 1e6m))]);
    }

    /// <summary>Plays the case and returns everything that is wrong with what the strategy said.</summary>
    public IEnumerable<string> Problems(IStrategy strategy, PlantedBug? bug, Action<int> countSignals)
    {
        using var stage = new StrategyStage(strategy, bug);
        foreach (var market in Markets)
        {
            stage.Describe(market);
        }

        foreach (var (token, fault) in Faults)
        {
            if (fault == Fault.Stale)
            {
                Say(stage, token);
            }
        }

        stage.Clock.PassMillis(3_001);
        foreach (var (token, _) in Books)
        {
            if (Faults.GetValueOrDefault(token) != Fault.Stale)
            {
                Say(stage, token);
            }
        }

        foreach (var market in Markets)
        {
            if (Faults.GetValueOrDefault(market.Yes) == Fault.Alerted)
            {
                stage.Feed.OnAlert(new MarketAlert(market.Venue, market.MarketId, "UNKNOWN_FIELD", "x"), stage.Clock.Now);
            }
        }

        stage.Run();
        foreach (var token in Books.Keys)
        {
            stage.Clear();
            stage.Clock.PassMillis(1);
            stage.Repeat(token);
            stage.Run();
            countSignals(stage.Signals.Count);
            foreach (var problem in SignalAudit.Problems(this, token, stage.Signals))
            {
                yield return problem;
            }
        }
    }

    private void Say(StrategyStage stage, MarketKey token)
    {
        var market = Markets.Find(one => one.Yes == token || one.No == token)!;
        var (bids, asks) = Books[token];
        var proof = Faults.GetValueOrDefault(token) == Fault.Unproven ? BookProof.Gap : BookProof.Proven;
        stage.Book(market, token, bids, asks, proof);
    }
}
