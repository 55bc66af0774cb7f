using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>Every strategy against trying every size: what pays is found, what is found pays, and nothing is found on
/// what must not be traded.</summary>
public sealed class ArbitrageOracleTests
{
    private const int Reduced = 1_250;
    private const int Full = 250_000;

    internal delegate (ArbitrageCase Case, IStrategy Strategy) Generator(RandomCases cases);

    public static TheoryData<string> Strategies => [.. Generators.Keys];

    public static TheoryData<string> Bugs => [.. Planted.Select(bug => bug.Name)];

    private static Dictionary<string, Generator> Generators { get; } = new(StringComparer.Ordinal)
    {
        [CrossOutcomeArbitrage.StrategyName] = cases => cases.CrossOutcome(),
        [NegativeRiskArbitrage.StrategyName] = cases => cases.NegativeRisk(),
        [LadderConsistency.StrategyName] = cases => cases.Ladder(),
        [CrossVenueArbitrage.StrategyName] = cases => cases.CrossVenue(),
    };

    private static PlantedBug[] Planted { get; } =
    [
        new("fees forgotten", Market: market => market with { Rules = market.Rules with { Fee = default } }),
        new("least worth forgotten", Market: market => market with { Rules = market.Rules with { LeastTakingMicros = 0 } }),
        new("step of sizes forgotten", Market: market => market with { Rules = market.Rules with { SizeStepMicro = 10_000 } }),
        new("step of dollars forgotten", Market: market => market with { Rules = market.Rules with { TakingDollarStepMicros = 1 } }),
        new("closing time forgotten", Market: market => market with { ClosesNanos = 0 }),
        new("phase forgotten", Market: market =>
            market.Phase == MarketPhase.Resolved ? market : market with { Phase = MarketPhase.Open }),
        new("augmented forgotten", Market: market => market with { IsAugmented = false }),
        new("tie rule forgotten", Market: market => market with { Price = market.Price is { } price ? price with { TieIsYes = true } : null }),
        new("statistic forgotten", Market: market => market with { Price = market.Price is { } price ? price with { Statistic = "x" } : null }),
        new("oracle forgotten", Market: market => market with { Price = market.Price is { } price ? price with { Oracle = "x" } : null }),
        new("missing outcome forgotten", Market: market => market with { EventMarkets = market.EventMarkets == 0 ? 0 : 3 }),
        new("unproven believed", Reader: Believe(BookRefusal.Unproven)),
        new("stale believed", Reader: Believe(BookRefusal.Stale)),
        new("alert ignored", Reader: Believe(BookRefusal.Alerted)),
        new("levels counted double", Reader: reader => new ReaderWithABug(reader, Double)),
        new("deeper levels unseen", Reader: reader => new ReaderWithABug(reader, book => book.AskCount = Math.Min(book.AskCount, 1))),
        new("thin edges dropped", Signal: signal => signal.EdgeAfterFeesPpm < 8_000 ? null : signal),
        new("profit of the edge before fees", Signal: signal => signal with
        {
            ProfitMicros = signal.ProfitMicros + signal.Legs.Sum(leg => leg.FeeMicros) + 1,
        }),
        new("legs in the order of the market", Signal: signal => signal with
        {
            Legs = [.. signal.Legs.OrderBy(leg => leg.Token.TokenId, StringComparer.Ordinal)],
        }),
        new("equal dollars instead of equal shares", Signal: signal => signal with
        {
            Legs = signal.Legs.SetItem(1, signal.Legs[1] with
            {
                SizeMicro = signal.Legs[0].SizeMicro * signal.Legs[0].PricePpm / signal.Legs[1].PricePpm,
            }),
        }),
        new("the average as the limit", Signal: signal => signal with
        {
            Legs = [.. signal.Legs.Select(leg => leg with { PricePpm = leg.AveragePpm })],
        }),
        new("a tick too much for safety", Signal: signal => signal with
        {
            Legs = signal.Legs.SetItem(0, signal.Legs[0] with { PricePpm = signal.Legs[0].PricePpm + signal.Legs[0].Market.Rules.Bands[0].TickPpm }),
        }),
    ];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void What_is_found_is_what_pays(string strategy)
    {
        var (signals, quiet) = (0, 0);
        for (var seed = 0; seed < Counts.Of(Full, Reduced); seed++)
        {
            var (scene, made) = Generators[strategy](new RandomCases(seed));
            var found = 0;
            foreach (var problem in scene.Problems(made, bug: null, count => found += count))
            {
                Assert.Fail($"{strategy}, seed {seed}: {problem}");
            }

            signals += found;
            quiet += found == 0 ? 1 : 0;
        }

        Assert.True(signals > Reduced / 4, $"{signals} signals");
        Assert.True(quiet > Reduced / 4, $"{quiet} cases without one");
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name)
    {
        var bug = Planted.Single(one => one.Name == name);
        for (var seed = 0; seed < Reduced; seed++)
        {
            foreach (var generator in Generators.Values)
            {
                var (scene, made) = generator(new RandomCases(seed));
                if (scene.Problems(made, bug, _ => { }).Any())
                {
                    return;
                }
            }
        }

        Assert.Fail($"nobody noticed: {bug}");
    }

    private static Func<IMarketReader, IMarketReader> Believe(BookRefusal refusal) => reader => new ReaderWithABug(
        reader, book => book.Refusal = book.Refusal == refusal ? BookRefusal.None : book.Refusal);

    private static void Double(BookCopy book)
    {
        foreach (ref var level in book.AskRoom[..book.AskCount])
        {
            level = level with { Quantity = level.Quantity * 2 };
        }
    }
}
