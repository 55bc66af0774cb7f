using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>The simulation finds what it is there for: every bug that is planted, within a few seeds.</summary>
public sealed class PlantedBugTests
{
    private const int MostSeeds = 12;
    private const int PlansOfASeed = 150;

    private static readonly Troubles s_late = new() { RequestLate = 200 };

    private static readonly Dictionary<string, (Plant Plant, string[] Words)> Bugs = new(StringComparer.Ordinal)
    {
        ["a venue that has not seen an order is believed at once"] =
            (new Plant { Settings = new ExecutionSettings { UnseenAfter = TimeSpan.Zero } }, ["changed after", "says", "not open", "lost", "at stake"]),
        ["no answer counts as a refusal"] =
            (new Plant { Line = line => new BentLine(line, placed: Refuse) }, ["changed after", "says", "unhedged", "at stake"]),
        ["an unknown order is sent again"] = (new Plant { Line = line => new BentLine(line, sendsTwice: true) }, ["sent twice", "duplicate"]),
        ["undone fills count"] = (new Plant { Line = line => new BentLine(line, reply: Confirm) }, ["says", "unhedged", "changed after"]),
        ["fills have no id"] = (new Plant { Line = Renamed }, ["says", "unhedged", "changed after"]),
        ["fills of answers are overlooked"] =
            (new Plant { Line = line => new BentLine(line, reply: answer => answer with { Fills = [] }) }, ["says", "unhedged", "changed after"]),
        ["the stop is not looked at"] = (new Plant { IgnoresStop = true }, ["after the stop", "after the halt"]),
        ["the journal is not read"] = (new Plant { ForgetsJournal = true }, ["twice", "duplicate", "not open", "changed after", "says", "does not end"]),
        ["the order rate is not limited"] = (new Plant { Limits = limits => limits with { MaxOrdersPerSecond = 1_000 } }, ["in a second"]),
        ["exposure is not limited"] =
            (new Plant { Limits = limits => limits with { MaxTotalExposureMicros = long.MaxValue / 4 } }, ["at stake"]),
        ["plans of a day are not counted"] = (new Plant { Limits = limits => limits with { MaxTradesPerDay = 100_000 } }, ["plans today"]),
        ["nothing is unwound"] = (new Plant { Reader = reader => new PausedReader(reader) }, ["unhedged"]),
        ["an answer is waited for too long"] =
            (new Plant { Settings = new ExecutionSettings { RequestLimit = TimeSpan.FromSeconds(30) } }, ["unhedged", "not asked about"]),
        ["what is held waits until an unknown order is certain"] =
            (new Plant { Settings = new ExecutionSettings { UnknownPatience = TimeSpan.FromSeconds(90) } }, ["unhedged"]),
        ["many legs wait for one"] = (
            new Plant { Shape = PlanShape.NegativeRisk, Settings = new ExecutionSettings { UnknownPatience = TimeSpan.FromSeconds(90) } }, ["unhedged"]),
        ["a halt is not looked at"] = (new Plant { Shape = PlanShape.CrossVenue, IgnoresStop = true }, ["after the halt", "after the stop"]),
        ["only the dearest leg is declared as lost"] = (new Plant { Bound = Dearest, Troubles = s_late }, ["lost"]),
        ["only the dearest of many legs is declared as lost"] =
            (new Plant { Shape = PlanShape.NegativeRisk, Bound = Dearest, Troubles = s_late }, ["lost"]),
        ["completing a set costs more than declared"] =
            (new Plant { Line = line => new BentLine(line, order: Dearer) }, ["at stake", "says", "lost"]),
    };

    public static TheoryData<string> Names => [.. Bugs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        var (plant, words) = Bugs[name];
        var plans = name.Contains("of a day", StringComparison.Ordinal) ? 400 : PlansOfASeed;
        for (var seed = 1; seed <= MostSeeds; seed++)
        {
            using var simulation = new PlanSimulation(seed, plant.Shape, plant);
            simulation.Run(plans);
            if (simulation.Violations.Count > 0)
            {
                Assert.True(words.Any(word => simulation.Violations[0].Contains(word, StringComparison.Ordinal)), simulation.ToString());
                return;
            }
        }

        Assert.Fail($"{name}: not found in {MostSeeds} seeds");
    }

    private static long Dearest(TradePlan plan) => plan.Legs.Max(leg => PlanMaker.LegCost(leg, plan.SizeMicro)) + (Micros.One / 2);

    private static VenueReply Refuse(VenueReply answer) =>
        answer.Outcome == VenueOutcome.Unknown ? answer with { Outcome = VenueOutcome.Refused, Code = "TIMEOUT" } : answer;

    private static VenueReply Confirm(VenueReply answer) =>
        answer with { Fills = [.. answer.Fills.Select(fill => fill with { Finality = FillFinality.Confirmed })] };

    private static BentLine Renamed(IVenueOrders line)
    {
        var count = 0;
        return new BentLine(
            line, reply: answer => answer with { Fills = [.. answer.Fills.Select(fill => fill with { TradeId = $"{fill.TradeId}#{++count}" })] });
    }

    private static VenueOrder Dearer(VenueOrder order) =>
        order.Side == Side.Buy ? order with { LimitPpm = 990_000, SizeMicro = order.SizeMicro * 2 } : order;
}
