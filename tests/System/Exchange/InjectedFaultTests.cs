using System.Globalization;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Exchange;

/// <summary>Tests that tamper with system calls run one behind the other.</summary>
[CollectionDefinition(Name)]
public sealed class OneFault
{
    public const string Name = "one fault at a time";
}

/// <summary>System calls on the journal that fail: nothing is acknowledged that is not there after the next start, and
/// the exchange says at once what has failed and takes nothing more.</summary>
[Collection(OneFault.Name)]
public sealed class InjectedFaultTests
{
    // Small files, so that a few hundred calls make many of them; few commands at a time, so that there are many syncs.
    private static readonly string[] Options = ["--segment-bytes", "65536"];
    private const int Window = 48;
    private const int Calls = 200;
    private const int EnoughCommands = 40_000;
    private const int FirstOfJournalThread = 8;
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private readonly List<TimeSpan> _times = [];
    private readonly SortedDictionary<string, int> _hit = [];

    [Fact]
    public Task A_sync_with_an_input_or_output_error_is_told_and_nothing_is_acknowledged_any_more() =>
        FailAllAsync("fdatasync", "EIO");

    [Fact]
    public Task A_sync_without_space_is_told_and_nothing_is_acknowledged_any_more() =>
        FailAllAsync("fdatasync", "ENOSPC");

    [Fact]
    public Task A_write_with_an_input_or_output_error_is_told_and_nothing_is_acknowledged_any_more() =>
        FailAllAsync("pwrite64", "EIO");

    [Fact]
    public Task A_write_without_space_is_told_and_nothing_is_acknowledged_any_more() =>
        FailAllAsync("pwrite64", "ENOSPC");

    [Fact]
    public async Task A_sync_that_fails_at_closing_is_told()
    {
        await Strace.DemandAsync();
        using var client = Client.Make(4_000);

        // This file is synced under this name when the journal is closed, and only then.
        var strace = new Strace(client.Root);
        await using (var run = await client.StartAsync(
            Options, strace.Arguments("fdatasync:error=EIO:when=1", Path.Combine(client.Folder, "journal.mark"))))
        {
            client.Load(run, 500, Window);
            Assert.True(run.WaitBelow(0), run.Refused?.Reason);
            Assert.Equal(1, await run.CloseAsync());
            client.Read(run);
            Assert.Contains("fdatasync of journal.mark: Input/output error (errno 5)", run.Error, StringComparison.Ordinal);
            Assert.Contains(run.Closed!.Value.GetProperty("trouble").GetString()!, run.Error, StringComparison.Ordinal);
        }

        await GoesOnAsync(client);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_synced_ends_all_acknowledgements_and_is_told()
    {
        await Strace.DemandAsync();
        foreach (var number in Counts.Full ? Enumerable.Range(1, 12) : [6])
        {
            await FailAsync($"fsync:error=EIO:when={number}", _ => []);
        }

        Tell("EIO of fsync");
    }

    [Fact]
    public async Task A_write_that_the_kernel_cuts_short_is_told_with_the_byte()
    {
        var random = new Random(27);
        for (var i = 0; i < Counts.Of(50, 1); i++)
        {
            using var client = Client.Make(5_000 + i);
            await using (var run = await client.StartAsync(Options))
            {
                Assert.True(client.IsReady(run), run.Error);
                Assert.True(client.Open(run));
                var spare = Path.Combine(client.Folder, "spare.new");
                Assert.True(SpinWait.SpinUntil(() => new FileInfo(spare) is { Exists: true, Length: 65536 }, 10_000));

                // From here on no byte may be written behind this one: a write across it is partial, the next one fails.
                var limit = random.Next(7_000, 65_000);
                var set = await Run.ToEndAsync("/usr/bin/prlimit", "--pid", $"{run.Id}", $"--fsize={limit}:");
                Assert.True(set.Code == 0, set.Error);
                var began = DateTime.UtcNow;
                client.Load(run, EnoughCommands, Window);
                Assert.Equal(1, await run.CloseAsync());
                client.Read(run);
                Assert.NotNull(run.Refused);
                Assert.Contains($"at byte {limit}: File too large (errno 27)", run.Refused.Value.Reason, StringComparison.Ordinal);
                Assert.InRange(run.Refused.Value.At, began, DateTime.MaxValue);
                Assert.Contains(run.Refused.Value.Reason, run.Error, StringComparison.Ordinal);
            }

            await GoesOnAsync(client);
        }
    }

    [Fact]
    public async Task A_partial_write_is_completed()
    {
        await Strace.DemandAsync();
        for (var number = 2; number <= Counts.Of(4, 2); number++)
        {
            using var client = Client.Make(6_000 + number);

            // Zeroes that are to fill a new file: what is not written is a hole, which reads as zeroes, so that the kernel's
            // answer is true. The first four calls on each such file fill it; strace counts for each thread, and the first
            // one of the journal's is a header.
            var strace = new Strace(client.Root);
            await using (var run = await client.StartAsync(
                ["--segment-bytes", "1048576"],
                strace.Arguments($"pwrite64:retval=100:when={number}", Path.Combine(client.Folder, "spare.new"))))
            {
                client.Load(run, 16_000, 2_000);
                Assert.True(run.WaitBelow(0), run.Refused?.Reason);
                Assert.Equal(0, await run.CloseAsync());
                client.Read(run);
            }

            Assert.Equal("spare.new", strace.First()?.Name);
            Assert.True(Directory.GetFiles(client.Folder, "*.sljournal").Length > 1);
            await GoesOnAsync(client);
        }
    }

    [Fact]
    public async Task A_disk_that_lies_about_a_write_is_found_out_at_the_next_start()
    {
        await Strace.DemandAsync();
        var random = new Random(28);
        for (var i = 0; i < Counts.Of(50, 1); i++)
        {
            using var client = Client.Make(7_000 + i);
            var segment = Path.Combine(client.Folder, "journal-00000000000000000001.sljournal");
            var strace = new Strace(client.Root);
            await using (var run = await client.StartAsync(
                ["--segment-bytes", "1048576"],
                strace.Arguments($"pwrite64:retval=24:when={random.Next(40, 90)}", segment)))
            {
                client.Load(run, 6_000, Window);
                await run.CloseAsync();
            }

            // The call says that it wrote 24 bytes and wrote none: whoever was told of them was told by the disk.
            Assert.Equal(segment, strace.First()?.File);
            Directory.GetFiles(client.Folder, "*.slsnapshot").ToList().ForEach(File.Delete);
            var verified = await Verified.OfAsync(client.Folder);
            Assert.False(verified.Ok, verified.Text);
            Assert.Contains("\"reason\":\"record_checksum\"", verified.Text, StringComparison.Ordinal);
            await using var refused = PipeRun.Start(client.Folder, Path.Combine(client.Root, "refused"), Options);
            Assert.Null(refused.Ready());
            Assert.Equal(1, await refused.EndAsync());
            Assert.Contains(Path.GetFileName(segment) + ": byte ", refused.Error, StringComparison.Ordinal);
        }
    }

    private async Task FailAllAsync(string call, string error)
    {
        await Strace.DemandAsync();

        // The first calls of the thread that writes the journal come after as many that open it: on these two files
        // alone it is the only one, since they get their names when they are made.
        string[] Own(Client client) =>
        [
            Path.Combine(client.Folder, "journal-00000000000000000001.sljournal"),
            Path.Combine(client.Folder, "journal.mark"),
        ];
        foreach (var number in Chosen(FirstOfJournalThread, 1, call + error))
        {
            await FailAsync($"{call}:error={error}:when={number}", Own);
        }

        foreach (var number in Chosen(Calls, 1, call + error))
        {
            await FailAsync($"{call}:error={error}:when={number}", _ => []);
        }

        Tell($"{error} of {call}");
    }

    private async Task FailAsync(string inject, Func<Client, string[]> paths)
    {
        using var client = Client.Make(20_000 + inject.Sum(letter => letter));
        var strace = new Strace(client.Root);
        await using (var run = await client.StartAsync(Options, strace.Arguments(inject, paths(client))))
        {
            client.Load(run, EnoughCommands, Window);
            var code = await run.CloseAsync();
            client.Read(run);
            var fault = strace.First();
            Assert.True(fault is not null, $"{inject} never came: {run.Error}");
            if (fault.File.StartsWith("pipe:", StringComparison.Ordinal))
            {
                // The self-test of the start, which wants a failure and gets one.
                Assert.Equal(0, code);
            }
            else
            {
                Assert.Equal(1, code);
                Told(run, fault, inject);
            }
        }

        await GoesOnAsync(client);
    }

    private void Told(PipeRun run, Tampered fault, string inject)
    {
        var call = fault.Call == "pwrite64" ? "pwrite" : fault.Call;
        var errno = inject.Contains("EIO", StringComparison.Ordinal) ? "Input/output error" : "No space left on device";
        foreach (var reason in run.Refused is { } refused ? [refused.Reason, run.Error] : new[] { run.Error })
        {
            Assert.Contains($"{call} of ", reason, StringComparison.Ordinal);
            Assert.Contains(fault.Name, reason, StringComparison.Ordinal);
            Assert.Contains(errno, reason, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', reason);
        }

        var when = run.Refused is null ? "opening or closing"
            : fault.Name.StartsWith("journal-", StringComparison.Ordinal) ? "a segment"
            : fault.Name;
        _hit[when] = _hit.GetValueOrDefault(when) + 1;
        if (run.Refused is { } first)
        {
            _times.Add(first.At - fault.At);
        }
    }

    // The next start, without the fault, is sound; everything acknowledged is there; and it takes commands.
    private static async Task GoesOnAsync(Client client)
    {
        await using (var run = await client.StartAsync(Options))
        {
            Assert.True(client.IsReady(run), run.Error);
            client.Load(run, 100, Window);
            Assert.True(run.WaitBelow(0), run.Refused?.Reason);
            Assert.Equal(0, await run.CloseAsync());
            client.Read(run);
        }

        await Proof.OfRecordsAsync(client);
    }

    private static IEnumerable<int> Chosen(int most, int few, string name)
    {
        var random = new Random(name.Sum(letter => letter));
        return Counts.Full ? Enumerable.Range(1, most) : Enumerable.Range(0, few).Select(_ => random.Next(1, most + 1));
    }

    private void Tell(string what)
    {
        _times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: false acknowledgements 0; in the midst {_times.Count}, told after {_times[_times.Count / 2].TotalMilliseconds:0} ms "
            + $"(median), {_times[^1].TotalMilliseconds:0} ms (worst); faults on {string.Join(", ", _hit)}"));

        // The median: a machine that does something else may take any time once.
        Assert.InRange(_times[_times.Count / 2], TimeSpan.Zero, AtOnce);
    }
}
