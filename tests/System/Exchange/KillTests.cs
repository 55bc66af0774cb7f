using Strikeline.Unit;

namespace Strikeline.SystemTests.Exchange;

/// <summary>The tests that kill and starve real exchanges run one behind the other: each keeps both cores busy.</summary>
[CollectionDefinition(Name)]
public sealed class OneExchange
{
    public const string Name = "one exchange at a time";
}

/// <summary>An exchange that is killed under load with thousands of commands in flight, again and again.</summary>
/// <remarks>
/// Half of the kills are at random moments, half at the entry of a random write or sync. What the client was told is in
/// a log of its own that is synced before it counts; what it was not told it asks for again, under the same client id.
/// </remarks>
[Collection(OneExchange.Name)]
public sealed class KillTests
{
    private const int Lives = 10;
    private const int Enough = 300_000;
    private const int Window = 4_000;
    private static readonly string[] Whole = ["--segment-bytes", "2097152"];
    private static readonly string[] Snapshots = ["--segment-bytes", "16777216", "--snapshot-every", "500", "--snapshot-gap", "0"];

    [Fact]
    public Task Killed_at_random_moments_it_loses_nothing_acknowledged_and_does_nothing_twice() =>
        KillAsync("moment", 1, Counts.Of(50, 3), Whole);

    [Fact]
    public Task Killed_at_the_entry_of_a_sync_it_loses_nothing_acknowledged_and_does_nothing_twice() =>
        KillAsync("fdatasync", 2, Counts.Of(50, 3), Whole);

    [Fact]
    public Task Killed_at_the_entry_of_a_write_it_loses_nothing_acknowledged_and_does_nothing_twice() =>
        KillAsync("pwrite64", 3, Counts.Of(50, 2), Whole);

    [Fact]
    public Task Killed_beside_snapshots_it_loses_nothing_acknowledged_and_does_nothing_twice() =>
        KillAsync("moment", 4, Counts.Of(50, 2), Snapshots);

    private static async Task KillAsync(string how, int seed, int all, string[] options)
    {
        await Strace.DemandAsync();
        var (kills, told, unseen, duplicates) = (0, 0L, 0, 0);
        for (var folder = 0; kills < all; folder++)
        {
            var random = new Random((seed * 1_000) + folder);
            using var client = Client.Make((seed * 1_000) + folder);
            for (var life = 0; life < Lives && kills < all; life++, kills++)
            {
                // The first life opens the accounts before anything is tampered with.
                await LiveAsync(client, life == 0 ? "moment" : how, random, options);
            }

            await using (var last = await client.StartAsync(options))
            {
                client.Load(last, 1_000, Window);
                Assert.True(last.WaitBelow(0), "it did not answer all");
                Assert.Equal(0, await last.CloseAsync());
                client.Read(last);
            }

            var proof = await Proof.OfAllAsync(client, options);
            (told, unseen, duplicates) = (told + client.Answers.Count, unseen + proof.Unseen, duplicates + proof.Duplicates);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{how}: {kills} kills, {told} acknowledged, lost 0, done twice 0; {unseen} in the journal whose answer was never "
            + $"seen, {duplicates} asked again and known; every start had the hash of the replay");
    }

    private static async Task LiveAsync(Client client, string how, Random random, string[] options)
    {
        var isMoment = how == "moment";
        await using var run = await client.StartAsync(options, isMoment ? [] : new Strace(client.Root)
            .Arguments($"{how}:signal=KILL:when={random.Next(2, 16)}"));
        if (isMoment)
        {
            var early = client.Answers.Count > 0 && random.Next(10) == 0;
            _ = run.KillWhenAsync(early ? 0 : random.Next(60, 8_000), TimeSpan.FromMicroseconds(random.Next(5_000)));
        }

        client.Load(run, Enough, Window);
        Assert.Equal(137, await run.EndAsync());
        client.Read(run);
    }
}
