using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Unit.Exchange.Shards;

/// <summary>A shard with its threads, on a real disk, and many who hand in at the same time.</summary>
public sealed class ShardThreadsTests : IDisposable
{
    private const int Submitters = 4;
    private const int Account = 1;

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-shard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // By a clock that stands still every disk is quick, and submitters make batches durable themselves; by one that
    // leaps none is.
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void Whoever_submits_runs_commands_one_at_a_time_and_each_is_delivered_once_and_in_order(long leap)
    {
        var each = Counts.Of(200_000, 5_000);
        var output = new Deliveries();
        var shard = Shard.Open(FolderJournalDisk.ToWrite(_folder), new ShardSettings(), output, new LeapingClock(leap));
        using (shard)
        {
            shard.Start();
            shard.Submit(new AssetListing { Name = ListingName.Of("SOL"), Decimals = 6 });
            Assert.Equal(1, shard.Ask(pipeline => pipeline.Assets.Count));
            Assert.Equal(ShardSubmit.Taken, shard.TrySubmit([new Command { Type = CommandType.OpenAccount }], [-1]));
            var threads = Enumerable.Range(0, Submitters).Select(one => new Thread(() => Submit(shard, one, each))).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            // What nobody has run yet, the core's thread runs.
            Assert.True(SpinWait.SpinUntil(() => output.Count > Submitters * each, TimeSpan.FromMinutes(1)));
            Assert.Equal(Submitters * each, shard.Ask(pipeline => pipeline.Balance(Account, 0).Available));
        }

        Assert.Null(shard.Trouble);
        Assert.False(output.HasOverlapped);
        Assert.Equal(
            Enumerable.Range(0, Submitters).Select(one => Enumerable.Range(0, each)),
            Enumerable.Range(0, Submitters).Select(
                one => output.Tags.Where(tag => tag >= 0 && tag / each == one).Select(tag => (int)(tag % each))));
        Assert.Equal(output.Sequences.Order().Distinct(), output.Sequences);
        var replay = new ShardReplay(new ShardSettings().Pipeline);
        JournalReader.ReadUpTo(FolderJournalDisk.ToRead(_folder), replay, output.Sequences[^1]);
        Assert.Equal(shard.Hash(), ShardReplay.HashOf(replay.Pipeline));
    }

    // One at a time, a few, and more than a submitter runs himself.
    private static void Submit(Shard shard, int submitter, int each)
    {
        var deposit = new Command { Type = CommandType.Deposit, Account = Account, Target = 0, Quantity = 1 };
        int[] sizes = [1, 1, 1, 3, 1, 40, 1, 300];
        for (var (at, turn) = (0, 0); at < each; turn++)
        {
            var count = Math.Min(sizes[turn % sizes.Length], each - at);
            var tags = Enumerable.Range(at, count).Select(number => ((long)submitter * each) + number).ToArray();
            while (shard.TrySubmit([.. Enumerable.Repeat(deposit, count)], tags) != ShardSubmit.Taken)
            {
                Thread.Yield();
            }

            at += count;
        }
    }

    private sealed class LeapingClock(long leap) : TimeProvider
    {
        private long _timestamp;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Interlocked.Add(ref _timestamp, leap);

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    }

    private sealed class Deliveries : IShardOutput
    {
        private int _inside;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public List<long> Tags { get; } = [];

        public List<ulong> Sequences { get; } = [];

        public bool HasOverlapped { get; private set; }

        public void Deliver(ShardPage page)
        {
            HasOverlapped |= Interlocked.Exchange(ref _inside, 1) != 0;
            for (var i = 0; i < page.Count; i++)
            {
                Tags.Add(page.Tags[i]);
                Sequences.Add(page.FirstSequence + (ulong)i);
            }

            Volatile.Write(ref _count, Tags.Count);
            Interlocked.Exchange(ref _inside, 0);
        }

        public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason) =>
            throw new InvalidOperationException(reason);
    }
}
