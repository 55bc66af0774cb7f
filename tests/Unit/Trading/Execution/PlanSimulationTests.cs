namespace Strikeline.Unit.Trading.Execution;

/// <summary>Plans on venues that lose, delay, doubt, undo and restart, by a program that is killed, stopped, halted and
/// told to sell everything.</summary>
public sealed class PlanSimulationTests
{
    private const int PlansOfARun = 500;

    private static readonly string[] Everywhere =
    [
        "lives", "disk failures", "stops", "halts", "closed after a halt", "forced exits", "losses", "days", "request lost", "reply lost",
        "request late", "reply late", "ambiguous after", "ambiguous before", "no fill", "part fill", "ghost", "told before the answer", "slow", "restart",
    ];

    [Theory]
    [InlineData(PlanShape.Pair, 1_000, "held", "DONE")]
    [InlineData(PlanShape.NettedPair, 500, "netted", "DONE")]
    [InlineData(PlanShape.NegativeRisk, 500, "held", "SETTLED")]
    [InlineData(PlanShape.Ladder, 500, "held", "SETTLED")]
    [InlineData(PlanShape.CrossVenue, 500, "held", "SETTLED")]
    public void Plans_stay_hedged_bounded_single_and_accounted_for(PlanShape shape, int reduced, params string[] own)
    {
        var runs = Strikeline.Unit.Counts.Of(100_000, reduced) / PlansOfARun;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 1; seed <= runs; seed++)
        {
            using var simulation = new PlanSimulation(seed, shape);
            simulation.Run(PlansOfARun);
            Assert.True(simulation.Violations.Count == 0, simulation.ToString());
            foreach (var (what, count) in simulation.Counts.Concat(simulation.Faults).Concat(simulation.Ends))
            {
                seen[what] = seen.GetValueOrDefault(what) + count;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", seen.OrderBy(one => one.Key, StringComparer.Ordinal)));

        // A run in which nothing went wrong proves nothing.
        Assert.True(seen["closed"] + seen["ended at once"] >= runs * PlansOfARun && seen["closed"] > runs * PlansOfARun / 2);
        Assert.All(Everywhere.Concat(own), trouble => Assert.True(seen.GetValueOrDefault(trouble) > 0, trouble));
    }
}
