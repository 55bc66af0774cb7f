using Strikeline.Unit;

namespace Strikeline.SystemTests.Exchange;

/// <summary>Kills at the system calls that make and retire snapshots and segments, and those that make a folder.</summary>
[Collection(OneFault.Name)]
public sealed class SnapshotKillTests
{
    private const int Enough = 300_000;
    private const int Window = 1_000;
    private static readonly string[] Many = ["--snapshot-every", "200", "--snapshot-gap", "0", "--segment-bytes"];

    [Fact]
    public async Task Killed_at_any_call_of_a_snapshot_it_starts_with_the_state_of_the_journal()
    {
        await Strace.DemandAsync();
        var random = new Random(41);
        using var client = Client.Make(10_000);

        // So large that no life retires one: the whole story is read again from its first record.
        string[] options = [.. Many, "268435456"];
        for (var round = 0; round < Counts.Of(12, 1); round++)
        {
            foreach (var call in new[] { "openat", "pwrite64", "fdatasync", "rename", "fsync" })
            {
                var path = call == "fsync" ? client.Folder : Path.Combine(client.Folder, "snapshot.new");
                await KilledAsync(client, options, $"{call}:signal=KILL:when={random.Next(1, 9)}", path);
            }
        }

        var proof = await Proof.OfAllAsync(client, options);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{client.Logs.Count} lives, {client.Answers.Count} acknowledged of {proof.Records}, lost 0, done twice 0");
    }

    [Fact]
    public async Task Killed_while_old_files_are_deleted_it_starts_with_the_state_of_the_journal()
    {
        await Strace.DemandAsync();
        var random = new Random(42);
        using var client = Client.Make(11_000);
        string[] options = [.. Many, "65536"];
        for (var round = 0; round < Counts.Of(40, 2); round++)
        {
            // The first thread deletes two files of the runtime's own at its start, and one that a crash has left.
            await KilledAsync(client, options, $"unlink:signal=KILL:when={random.Next(4, 30)}");
        }

        await using (var run = await client.StartAsync(options))
        {
            client.Load(run, 200, Window);
            Assert.True(run.WaitBelow(0), run.Refused?.Reason);
            Assert.Equal(0, await run.CloseAsync());
            client.Read(run);
        }

        // Files were deleted: the first record is gone.
        Assert.InRange((await Verified.OfAsync(client.Folder)).FirstSequence, 2UL, client.Acknowledged);
        await Proof.OfRecordsAsync(client);
    }

    [Fact]
    public async Task Killed_at_any_call_that_makes_the_folder_it_starts_the_next_time()
    {
        await Strace.DemandAsync();
        (string Call, int First, int Calls)[] calls = [("pwrite64", 1, 5), ("fdatasync", 2, 4), ("fsync", 2, 4), ("rename", 1, 2)];
        foreach (var (call, first, last) in calls)
        {
            foreach (var number in Counts.Full ? Enumerable.Range(first, last - first + 1) : [last])
            {
                using var client = Client.Make(12_000 + number);
                await using (var run = await client.StartAsync([], new Strace(client.Root)
                    .Arguments($"{call}:signal=KILL:when={number}")))
                {
                    Assert.Null(run.Ready());
                    Assert.Equal(137, await run.EndAsync());
                }

                await using var next = await client.StartAsync([]);
                Assert.True(client.IsReady(next), next.Error);
                Assert.True(client.Open(next));
                Assert.Equal(0, await next.CloseAsync());
            }
        }
    }

    private static async Task KilledAsync(Client client, string[] options, string inject, params string[] paths)
    {
        await using var run = await client.StartAsync(options, new Strace(client.Root).Arguments(inject, paths));
        client.Load(run, Enough, Window);
        Assert.Equal(137, await run.EndAsync());
        client.Read(run);
    }
}
