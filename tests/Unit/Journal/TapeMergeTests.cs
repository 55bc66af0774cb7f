using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

public sealed class TapeMergeTests
{
    [Fact]
    public void Frames_come_by_receive_time_and_equal_times_by_file_then_place()
    {
        var random = new Random(1);
        for (var round = 0; round < Counts.Of(500, 50); round++)
        {
            var files = Enumerable.Range(0, random.Next(1, 6)).Select(file => Sorted(random, file)).ToList();
            using var merge = new TapeMerge([.. files.Select(frames => TapeSamples.Reader(TapeSamples.Tape(frames)))]);
            var merged = new List<OwnedFrame>();
            while (merge.Read())
            {
                merged.Add(OwnedFrame.Of(merge.Frame));
                Assert.Equal(merge.Source, merge.Frame.Connection);
            }

            // OrderBy is stable, so that this is the rule itself.
            Assert.Equal(files.SelectMany(frames => frames).OrderBy(frame => frame.At), merged);
            Assert.Equal(merged.Count, merge.FramesRead);
            Assert.False(merge.Read());
        }
    }

    [Fact]
    public void A_frame_never_overtakes_an_earlier_one_of_its_own_file()
    {
        var first = TapeSamples.Frames(1, 300);
        var second = TapeSamples.Frames(2, 300);
        using var merge = new TapeMerge(
            [TapeSamples.Reader(TapeSamples.Tape(first)), TapeSamples.Reader(TapeSamples.Tape(second))]);
        var seen = new List<OwnedFrame>[] { [], [] };
        while (merge.Read())
        {
            seen[merge.Source].Add(OwnedFrame.Of(merge.Frame));
        }

        Assert.Equal(first, seen[0]);
        Assert.Equal(second, seen[1]);
    }

    [Fact]
    public void Damage_in_one_file_throws_or_is_gone_around()
    {
        var frames = TapeSamples.Frames(3, 200);
        var broken = TapeSamples.Tape(frames);
        broken[TapeSamples.BlockOffsets(broken)[1] + 60] ^= 1;
        var whole = TapeSamples.Tape(frames);
        using var strict = new TapeMerge([TapeSamples.Reader(whole), TapeSamples.Reader(broken)]);
        Assert.Throws<TapeException>(() =>
        {
            while (strict.Read())
            {
            }
        });

        using var salvage = new TapeMerge([TapeSamples.Reader(whole), TapeSamples.Reader(broken, salvage: true)]);
        var count = 0;
        while (salvage.Read())
        {
            count++;
        }

        Assert.InRange(count, 201, 399);
    }

    private static List<OwnedFrame> Sorted(Random random, int file)
    {
        var at = TapeSamples.Start;
        return [.. Enumerable.Range(0, random.Next(1, 100)).Select(place => new OwnedFrame(
            at += random.Next(0, 3),
            Venue.Bybit,
            (ushort)file,
            TapeFrameKind.Received,
            "",
            Convert.ToHexString(BitConverter.GetBytes(place))))];
    }
}
