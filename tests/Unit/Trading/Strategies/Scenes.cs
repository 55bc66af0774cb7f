using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>Markets for scenes that a person can follow.</summary>
internal static class Scenes
{
    public const long Share = Micros.One;

    public static OutcomeMarket Market(Venue venue, string id, MarketRules? rules = null) => new()
    {
        Venue = venue, MarketId = id, Slug = id, Question = id + "?", Yes = new MarketKey(venue, id + ":yes"), No = new MarketKey(venue, id + ":no"),
        Rules = rules ?? Polymarket, Phase = MarketPhase.Open,
    };

    /// <summary>A cent's tick, 7 per cent of p(1 − p), dollars in cents.</summary>
    public static MarketRules Polymarket { get; } = new()
    {
        Bands = [new PriceBand(10_000, 990_000, 10_000)], SizeStepMicro = 10_000, LeastRestingMicro = 5 * Share, LeastTakingMicros = Share,
        TakingDollarStepMicros = 10_000, TakingShareStepMicro = 100, Fee = new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 10, 0), MayMerge = true,
    };

    public static PriceQuestion Question(int strike) =>
        new("BTC", "chainlink", "twap60", strike * 100_000_000L, false, true, 0, StageClock.Start + (600 * Stamps.NanosPerSecond));

    public static Level[] At(params (int Cents, int Shares)[] levels) =>
        [.. levels.Select(level => new Level(level.Cents * 10_000L, level.Shares * Share))];
}
