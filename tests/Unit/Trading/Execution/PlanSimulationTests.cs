namespace Strikeline.Unit.Trading.Execution;

/// <summary>Plans on a venue that loses, delays, doubts, undoes and restarts, by a program that is killed.</summary>
public sealed class PlanSimulationTests
{
    private const int PlansOfARun = 500;

    [Fact]
    public void Plans_stay_hedged_bounded_single_and_accounted_for()
    {
        var runs = Strikeline.Unit.Counts.Of(100_000, 2_000) / PlansOfARun;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 1; seed <= runs; seed++)
        {
            using var simulation = new PlanSimulation(seed);
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
        string[] troubles =
        [
            "lives", "disk failures", "stops", "losses", "held", "days", "request lost", "reply lost", "request late", "reply late", "ambiguous after",
            "ambiguous before", "no fill", "part fill", "ghost", "told before the answer", "restart",
        ];
        Assert.All(troubles, trouble => Assert.True(seen.GetValueOrDefault(trouble) > 0, trouble));
    }
}
