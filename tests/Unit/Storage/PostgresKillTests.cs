using System.Diagnostics;
using Strikeline.Host.Market;
using Strikeline.Storage;
using Strikeline.Unit.Exchange.Markets;
using Strikeline.Unit.Host.Market;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>A real PostgreSQL is killed with SIGKILL while the recorder writes, and comes back.</summary>
public sealed class PostgresKillTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const int Kills = 10;
    private const int Patience = 60;

    [Fact]
    public async Task Killed_ten_times_under_load_it_has_every_row_once()
    {
        PostgresServer.Demand();
        var cancel = TestContext.Current.CancellationToken;
        var samples = new MarketSamples(11, Counts.Of(60_000, 5_000));
        var history = new SampleHistory(samples);
        await using var store = new PostgresMarketStore(PostgresAddress.Parse(await server.NewDatabaseAsync(), out _)!, TimeSpan.FromSeconds(5));
        await using var recorder = new MarketRecorder(
            store, history,
            new MarketRecorderOptions
            {
                MostGroupRows = 50, MostWaitingRows = 3_000, FirstWait = TimeSpan.FromMilliseconds(5), LongestWait = TimeSpan.FromMilliseconds(50),
                ReplayGap = TimeSpan.FromMilliseconds(10),
            },
            TimeProvider.System);
        recorder.Start();
        var part = samples.Batches.Count / (Kills + 1);
        for (var kill = 0; kill <= Kills; kill++)
        {
            foreach (var batch in samples.Batches.Skip(kill * part).Take(kill == Kills ? int.MaxValue : part))
            {
                history.Durable++;
                recorder.Offer(batch);
            }

            // Something of this part is stored, and not all of it.
            var begun = samples.Batches[kill * part].LastSequence;
            await UntilAsync(() => recorder.Position >= begun, recorder);
            if (kill < Kills)
            {
                await server.KillAsync();
                await UntilAsync(() => recorder.Problem is not null || recorder.Lag == 0, recorder);
                await server.StartAgainAsync();
            }
        }

        await UntilAsync(() => recorder.Position == samples.Batches[^1].LastSequence, recorder);
        Assert.True(recorder.Counts.Failures >= Kills / 2, $"{recorder.Counts}");
        Assert.Equal(0, recorder.Counts.LostEvents);
        samples.Tables().AssertEqual(await MarketTables.OfAsync(store, cancel));

        await recorder.RebuildAsync(isLossAllowed: false, cancel);
        samples.Tables().AssertEqual(await MarketTables.OfAsync(store, cancel));
    }

    private static async Task UntilAsync(Func<bool> right, MarketRecorder recorder)
    {
        var watch = Stopwatch.StartNew();
        while (!right())
        {
            Assert.True(watch.Elapsed.TotalSeconds < Patience, $"{recorder.Problem} {recorder.Position} {recorder.Counts}");
            await Task.Delay(2);
        }
    }
}
