using Strikeline.Unit;

namespace Strikeline.SystemTests.Exchange;

/// <summary>One journal, read by processes of every kind: one state.</summary>
[Collection(OneExchange.Name)]
public sealed class DeterminismTests
{
    // Each process also hashes client ids with a secret of its own.
    private static readonly string[][] s_surroundings =
    [
        ["LC_ALL=tr_TR.UTF-8", "TZ=Asia/Kathmandu", "DOTNET_gcServer=0", "DOTNET_GCgen0size=0x400000"],
        ["LC_ALL=ar_SA.UTF-8", "TZ=America/St_Johns", "DOTNET_gcServer=1", "DOTNET_gcConcurrent=0"],
        ["LC_ALL=C", "TZ=UTC", "DOTNET_TieredCompilation=0", "DOTNET_EnableAVX2=0"],
        ["LC_ALL=de_DE.UTF-8", "TZ=Pacific/Apia", "DOTNET_TieredPGO=0", "DOTNET_TC_QuickJitForLoops=0"],
    ];

    [Fact]
    public async Task The_same_journal_leads_to_the_same_state_whatever_the_culture_the_clock_and_the_collector()
    {
        using var client = Client.Make(11_000);
        string closed;
        await using (var run = await client.StartAsync([]))
        {
            client.Load(run, Counts.Of(200_000, 10_000), 2_000);
            Assert.True(run.WaitBelow(0), run.Refused?.Reason);
            Assert.Equal(0, await run.CloseAsync());
            closed = run.Closed!.Value.GetProperty("state_hash").GetString()!;
        }

        // Without it every record has to be run.
        foreach (var snapshot in Directory.GetFiles(client.Folder, "*.slsnapshot"))
        {
            File.Delete(snapshot);
        }

        foreach (var surroundings in s_surroundings)
        {
            var seen = await Verified.OfAsync(client.Folder, ["/usr/bin/env", .. surroundings]);
            Assert.True(seen.LastSequence > 1_000, seen.Text);
            Assert.Equal(closed, seen.StateHash);
        }
    }
}
