using Strikeline.Journal;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>The same over real sockets, a real disk and real threads.</summary>
public sealed class SocketPlansTests
{
    private const int Plans = 50;

    private static readonly ExecutionSettings Quick = new()
    {
        RequestLimit = TimeSpan.FromMilliseconds(250), RetryPause = TimeSpan.FromMilliseconds(20), ConfirmPause = TimeSpan.FromMilliseconds(30),
        UnseenAfter = TimeSpan.FromSeconds(2),
    };

    private static readonly RiskLimits Limits = new()
    {
        MaxTotalExposureMicros = 10_000 * Micros.One, MaxOrdersPerSecond = 100_000, MaxNotionalPerDayMicros = 10_000 * Micros.One,
        MaxDailyLossMicros = 10_000 * Micros.One, MaxConsecutiveLosses = 1_000, MaxTradesPerDay = 1_000, MaxPlanLossMicros = 20 * Micros.One,
        MaxPlanSpendMicros = 20 * Micros.One,
    };

    [Fact]
    public async Task Plans_over_sockets_that_break_are_single_bounded_and_accounted_for()
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-plans-").FullName;
        using var venue = new HttpOutcomeVenue();
        var books = new OutcomeBooks();
        var line = venue.Connect();
        try
        {
            var opened = 0;
            await RunAsync(folder, books, line, desk =>
            {
                for (; opened < Plans / 2; opened++)
                {
                    Signal(desk, books, opened);
                }
            }, untilDone: false);

            // The second start finds whatever the first one left.
            var results = await RunAsync(folder, books, line, desk =>
            {
                for (; opened < Plans; opened++)
                {
                    Signal(desk, books, opened);
                }
            }, untilDone: true);
            Assert.Equal(Plans, results.Count);
            Assert.Equal(0, venue.Duplicates);
            Assert.True(venue.Broken > Plans / 2, $"{venue.Broken} of {venue.Requests} requests went wrong");
            Assert.All(venue.Ids, id => Assert.InRange(int.Parse(id.Split('-')[1]), 1, Plans));
            Assert.All(results, result => Assert.True(result.NetMicros >= -result.WorstLossMicros, result.ToString()));
            Assert.All(results, result => Assert.Equal(venue.Net($"sl-{result.Id}-"), result.NetMicros));
        }
        finally
        {
            (line as IDisposable)?.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Signal(ExecutionDesk desk, OutcomeBooks books, int number)
    {
        var market = OutcomeBooks.Make($"m{number}");
        books.Set(market);
        books.Set(market.Yes, [new Level(460_000, 100 * Micros.One)], [new Level(470_000, 100 * Micros.One)]);
        books.Set(market.No, [new Level(470_000, 100 * Micros.One)], [new Level(480_000, 100 * Micros.One)]);
        desk.OnSignal(OutcomeBooks.Pair(market, SignalKind.BuySet, 470_000, 480_000, 10 * Micros.One));
    }

    private static async Task<IReadOnlyCollection<PlanResult>> RunAsync(
        string folder, OutcomeBooks books, IVenueOrders line, Action<ExecutionDesk> signals, bool untilDone)
    {
        var clock = TimeProvider.System;
        using var journal = IntentJournal.Open(
            FolderJournalDisk.ToWrite(Path.Combine(folder, "intents")), new JournalSettings { SegmentBytes = 1 << 20, BufferBytes = 1 << 18 }, clock,
            () => "sl");
        using var stop = new EmergencyStop(FolderJournalDisk.ToWrite(Path.Combine(folder, "stop")), clock, journal.IsNew);
        using var meter = new ExecutionMeter();
        var risk = new RiskCheck(journal, stop, Limits);
        var orders = new OrderDesk(journal, stop, new Dictionary<Venue, IVenueOrders> { [Venue.Polymarket] = line }, Quick, clock, meter);
        var runner = new PlanRunner(journal, risk, orders, books, stop, Quick, clock);
        await using var desk = new ExecutionDesk(
            journal, stop, risk, orders, runner, new Readiness(clock), Quick, clock, meter, _ => { });
        desk.Start();
        while (desk.Blockers().Count > 0)
        {
            await Task.Delay(10);
        }

        signals(desk);
        while (true)
        {
            lock (journal.Gate)
            {
                var open = journal.State.Plans.Where(plan => plan.Phase != PlanPhase.Held).ToList();
                if (!untilDone && open.Count < Plans / 4)
                {
                    return [];
                }

                if (untilDone && open.Count == 0)
                {
                    foreach (var held in journal.State.Plans.ToList())
                    {
                        // What could not be sold pays nothing.
                        var market = held.Plan.Legs[0].Market;
                        desk.OnMarket(market with { Phase = MarketPhase.Resolved, YesPaysPpm = held.Held(0) > 0 ? 0 : Micros.One });
                    }

                    return [.. journal.State.Recent];
                }
            }

            await Task.Delay(10);
        }
    }
}
