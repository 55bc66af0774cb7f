using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

public sealed class TapeWriterTests
{
    private readonly MemoryTapeDisk _disk = new();
    private readonly TapeClock _clock = new();

    [Theory]
    [InlineData(100, 1 << 20, 1L << 40)]
    [InlineData(2048, 2047, 1L << 40)]
    [InlineData(2048, 1 << 20, 1 << 20)]
    public void Settings_that_do_not_go_together_are_refused(int block, long file, long total) =>
        Assert.Throws<ArgumentException>(() => new TapeWriter(
            _disk, new TapeSettings { BlockBytes = block, MaxFileBytes = file, MaxTotalBytes = total }, _clock));

    [Fact]
    public void Files_rotate_by_size_and_hold_all_frames_in_order()
    {
        var frames = TapeSamples.Frames(1, 2_000);
        using (var writer = Writer(new TapeSettings { BlockBytes = 2048, MaxFileBytes = 20_000 }))
        {
            frames.ForEach(frame => Assert.True(writer.Append(frame.View())));
        }

        Assert.True(_disk.Files.Count > 3);
        Assert.All(_disk.Files.Values, file => Assert.InRange(file.Length, 1, 20_000));
        Assert.Equal(frames, AllFrames());
        Assert.Equal("tape-20270115T080000Z-000001.sltape", _disk.Files.Keys.First());
    }

    [Fact]
    public void Files_rotate_by_age_in_virtual_time_and_an_idle_recording_makes_no_empty_files()
    {
        var settings = new TapeSettings { MaxFileAge = TimeSpan.FromMinutes(10) };
        var frames = TapeSamples.Frames(2, 60);
        using (var writer = Writer(settings))
        {
            foreach (var frame in frames)
            {
                Assert.True(writer.Append(frame.View()));
                _clock.Advance(TimeSpan.FromMinutes(1));
                writer.Tick();
            }

            var files = _disk.Files.Count;
            Assert.Equal(6, files);
            for (var i = 0; i < 100; i++)
            {
                _clock.Advance(TimeSpan.FromMinutes(5));
                writer.Tick();
            }

            Assert.Equal(files, _disk.Files.Count);
        }

        Assert.Equal(frames, AllFrames());
    }

    [Fact]
    public void A_block_is_in_the_file_one_second_after_its_first_frame()
    {
        using var writer = Writer(new TapeSettings());
        writer.Append(TapeSamples.Frames(3, 1)[0].View());
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        writer.Tick();
        Assert.Empty(_disk.Files);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        writer.Tick();
        Assert.Equal(1, writer.FramesWritten);

        // What a crash would leave: intact, without the end mark.
        using var reader = TapeSamples.Reader(_disk.Files.Single().Value.ToArray(), salvage: true);
        Assert.Single(TapeSamples.ReadAll(reader));
        Assert.Contains("end mark is missing", Assert.Single(reader.Flaws).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_times_a_second_apart_close_a_block_without_a_tick()
    {
        using var writer = Writer(new TapeSettings());
        var frame = TapeSamples.Frames(4, 1)[0];
        writer.Append(frame.View());
        writer.Append((frame with { At = frame.At + 1_000_000_000 }).View());
        Assert.Equal(1, writer.FramesWritten);
    }

    [Fact]
    public void Retention_deletes_the_oldest_so_that_the_total_holds_at_every_moment()
    {
        _disk.Create("notes.txt").Append(new byte[500_000]);
        _disk.Create("tape-20200101T000000Z-000007.sltape").Append(new byte[30_000]);
        var settings = new TapeSettings { BlockBytes = 2048, MaxFileBytes = 20_000, MaxTotalBytes = 70_000 };
        var frames = TapeSamples.Frames(5, 5_000);
        using (var writer = Writer(settings))
        {
            foreach (var frame in frames)
            {
                writer.Append(frame.View());
                _clock.Advance(TimeSpan.FromMilliseconds(5));
                Assert.InRange(Tapes().Sum(file => file.Value.Length), 0, 70_000);
            }

            Assert.Equal(_disk.Deleted.Count, writer.FilesDeleted);
        }

        Assert.Equal("tape-20200101T000000Z-000007.sltape", _disk.Deleted[0]);
        Assert.Equal(_disk.Deleted.Order(StringComparer.Ordinal), _disk.Deleted);
        Assert.True(_disk.Files.ContainsKey("notes.txt"));
        var kept = AllFrames();
        Assert.Equal(frames.TakeLast(kept.Count), kept);
    }

    [Fact]
    public void A_deletion_that_is_refused_is_counted_and_recording_goes_on()
    {
        _disk.RefusesDelete = true;
        using var writer = Writer(new TapeSettings { BlockBytes = 2048, MaxFileBytes = 5_000, MaxTotalBytes = 10_000 });
        TapeSamples.Frames(6, 500).ForEach(frame => Assert.True(writer.Append(frame.View())));
        Assert.True(writer.DeletesRefused > 0);
        Assert.True(writer.IsRecording);
    }

    [Fact]
    public void A_name_that_exists_is_stepped_over()
    {
        _disk.Create("tape-20270115T080000Z-000001.sltape");
        using var writer = Writer(new TapeSettings());
        writer.Append(TapeSamples.Frames(7, 1)[0].View());
        writer.Flush();
        Assert.Equal("tape-20270115T080000Z-000002.sltape", writer.FileName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disk_that_fills_up_at_any_byte_stops_recording_with_the_reason_and_leaves_readable_frames(bool torn)
    {
        var frames = TapeSamples.Frames(8, 200);
        var step = Counts.Of(1, 37);
        for (var capacity = 0; capacity < 12_000; capacity += step)
        {
            var disk = new MemoryTapeDisk { Capacity = capacity, RefusesTruncate = torn, RefusesDelete = torn };
            using var writer = new TapeWriter(disk, new TapeSettings { BlockBytes = 1024 }, _clock);
            var taken = frames.Count(frame => writer.Append(frame.View()));
            Assert.True(taken < frames.Count);
            Assert.False(writer.IsRecording);
            Assert.Contains("No space left on device", writer.StopReason, StringComparison.Ordinal);
            Assert.Contains("free some space", writer.StopReason, StringComparison.Ordinal);
            Assert.Equal(frames.Count, writer.FramesWritten + writer.FramesDropped);
            writer.Tick();
            writer.Flush();
            foreach (var file in disk.Files.Values.Where(file => file.Length >= 32))
            {
                using var reader = TapeSamples.Reader(file.ToArray(), salvage: true);
                Assert.Equal(frames.Take((int)writer.FramesWritten), TapeSamples.ReadAll(reader));
            }

            Assert.True(torn || writer.FramesWritten > 0 || disk.Files.Count == 0);
        }
    }

    [Fact]
    public void A_folder_that_refuses_new_files_stops_recording()
    {
        _disk.RefusesCreate = true;
        using var writer = Writer(new TapeSettings());
        writer.Append(TapeSamples.Frames(9, 1)[0].View());
        writer.Flush();
        Assert.Contains("before a new file in memory", writer.StopReason, StringComparison.Ordinal);
        Assert.Equal(1, writer.FramesDropped);
    }

    private TapeWriter Writer(TapeSettings settings) => new(_disk, settings, _clock);

    private IEnumerable<KeyValuePair<string, MemoryStream>> Tapes() =>
        _disk.Files.Where(file => file.Key.EndsWith(".sltape", StringComparison.Ordinal));

    private List<OwnedFrame> AllFrames()
    {
        var all = new List<OwnedFrame>();
        foreach (var (_, file) in Tapes())
        {
            using var reader = TapeSamples.Reader(file.ToArray());
            all.AddRange(TapeSamples.ReadAll(reader));
        }

        return all;
    }
}
