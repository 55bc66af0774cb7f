using System.Globalization;

namespace Strikeline.SystemTests.Exchange;

/// <summary>A disk that fills up under load.</summary>
[Collection(OneExchange.Name)]
public sealed class FullDiskTests
{
    private static readonly string[] Options = ["--segment-bytes", "524288"];

    [Fact]
    public async Task A_full_disk_ends_all_acknowledgements_with_a_reason_and_with_space_it_goes_on()
    {
        var root = Directory.CreateTempSubdirectory("strikeline-exchange-").FullName;
        await using var disk = await SmallDisk.MountAsync(Directory.CreateDirectory(Path.Combine(root, "disk")).FullName, 16);
        using var client = new Client(8_000, root, Path.Combine(disk.Folder, "journal"), disk.Under);

        // Something else takes most of the space; when it goes, there is room again.
        var ballast = Path.Combine(disk.Outside, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[12 << 20], TestContext.Current.CancellationToken);
        await using (var run = await client.StartAsync(Options))
        {
            client.Load(run, 500_000, 4_000);
            Assert.Equal(1, await run.CloseAsync());
            client.Read(run);
            Assert.NotNull(run.Refused);
            Assert.Contains("pwrite of ", run.Refused.Value.Reason, StringComparison.Ordinal);
            Assert.Contains("No space left on device (errno 28)", run.Refused.Value.Reason, StringComparison.Ordinal);
            Assert.Contains(run.Refused.Value.Reason, run.Error, StringComparison.Ordinal);
            Assert.Equal(run.Refused.Value.Reason, run.Closed!.Value.GetProperty("trouble").GetString());
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{client.Answers.Count} acknowledged until the disk was full; {run.Refusals} refused, the first one "
                + $"{run.Silence.TotalMilliseconds:0} ms behind the last acknowledgement"));

            // One second is the aim; the rest is for a machine that does something else meanwhile.
            Assert.InRange(run.Silence, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }

        // Without space it may start, but it acknowledges nothing that is not there.
        await using (var still = await client.StartAsync(Options))
        {
            client.Load(still, 50_000, 4_000);
            Assert.Equal(1, await still.CloseAsync());
            client.Read(still);
            Assert.Contains("No space left on device (errno 28)", still.Error, StringComparison.Ordinal);
        }

        File.Delete(ballast);
        await using (var again = await client.StartAsync(Options))
        {
            Assert.True(client.IsReady(again), again.Error);
            client.Load(again, 5_000, 1_000);
            Assert.True(again.WaitBelow(0), again.Refused?.Reason);
            Assert.Equal(0, await again.CloseAsync());
            client.Read(again);
        }

        await Proof.OfAllAsync(client, Options);
    }
}
