using System.Text;
using Strikeline.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Journal;

[Collection(Alone.Name)]
public sealed class TapeInboxTests
{
    private readonly MemoryTapeDisk _disk = new();
    private readonly TapeClock _clock = new();

    [Fact]
    public void Frames_of_many_threads_all_arrive_each_threads_in_order()
    {
        const int threads = 4;
        var perThread = Counts.Of(50_000, 2_000);
        using (var loop = new TapeLoop(Writer(), new TapeInbox(), _clock))
        {
            loop.Start();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                for (var i = 0; i < perThread; i++)
                {
                    Assert.True(loop.Inbox.TryPost(Frame((ushort)thread, BitConverter.GetBytes(i))));
                }
            });
            Assert.Equal(threads * perThread, loop.Inbox.Posted);
        }

        var next = new int[threads];
        using var reader = TapeSamples.Reader(_disk.Files.Single().Value.ToArray());
        while (reader.Read())
        {
            Assert.Equal(next[reader.Frame.Connection]++, BitConverter.ToInt32(reader.Frame.Payload));
        }

        Assert.All(next, count => Assert.Equal(perThread, count));
    }

    [Fact]
    public void A_full_inbox_drops_the_newest_counts_it_and_marks_the_tape()
    {
        using (var loop = new TapeLoop(Writer(), new TapeInbox(1024), _clock))
        {
            // 18 + 182 bytes a frame: five fit.
            for (var i = 0; i < 8; i++)
            {
                Assert.Equal(i < 5, loop.Inbox.TryPost(Frame((ushort)i, new byte[182])));
            }

            Assert.Equal(3, loop.Inbox.Dropped);
            loop.Turn();
            Assert.True(loop.Inbox.TryPost(Frame(9, [1])));
            loop.Turn();
        }

        using var reader = TapeSamples.Reader(_disk.Files.Single().Value.ToArray());
        var frames = TapeSamples.ReadAll(reader);
        Assert.Equal([0, 1, 2, 3, 4, 0, 9], frames.Select(frame => (int)frame.Connection));
        Assert.Equal(TapeFrameKind.Lost, frames[5].Kind);
        Assert.Equal("3", Encoding.ASCII.GetString(frames[5].Payload()));
    }

    [Fact]
    public void A_disk_that_is_full_never_reaches_the_feed()
    {
        _disk.Capacity = 100;
        using var loop = new TapeLoop(Writer(), new TapeInbox(), _clock);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(loop.Inbox.TryPost(Frame(1, new byte[10_000])));
            loop.Turn();
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.False(loop.Writer.IsRecording);
        Assert.Equal(50, loop.Writer.FramesDropped + loop.Writer.FramesWritten);
    }

    [Fact]
    public void After_the_end_posts_are_refused_without_an_exception()
    {
        var loop = new TapeLoop(Writer(), new TapeInbox(), _clock);
        loop.Start();
        Assert.True(loop.Inbox.TryPost(Frame(1, [1])));
        loop.Dispose();
        loop.Dispose();
        Assert.False(loop.Inbox.TryPost(Frame(1, [2])));
        Assert.Equal(1, loop.Writer.FramesWritten);
    }

    [Fact]
    public void A_post_allocates_nothing()
    {
        using var inbox = new TapeInbox(1 << 20);
        var payload = new byte[100];
        Post();
        Assert.Equal(0, Allocated.By(Post));
        Assert.True(inbox.Dropped > 0);

        void Post()
        {
            for (var i = 0; i < 10_000; i++)
            {
                inbox.TryPost(Frame(1, payload));
            }
        }
    }

    private static TapeFrame Frame(ushort connection, ReadOnlySpan<byte> payload) =>
        new(TapeSamples.Start, Venue.Coinbase, connection, TapeFrameKind.Received, [], payload);

    private TapeWriter Writer() => new(_disk, new TapeSettings(), _clock);
}
