using System.IO.Compression;
using System.Text;
using Strikeline.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Journal;

[Collection(Alone.Name)]
public sealed class TapeRoundTripTests
{
    // Written once by format 1 and checked byte by byte against docs/tape-format.md: never to be made anew.
    private const string FormatOne =
        "534c544150450d0a01002000000000000000b49376e2fa18000000007d031d45534c424b91000000a401000004000000"
        + "0000b49376e2fa180300b49376e2fa180100000000000000039567a12a1c12f013a3010080aaaaaaea9f45d5ec70b193"
        + "1deca467035030b09b011818c072b1f302773550033003300353005330000303bb9cec74b5e3c92e47bbe8001c8c0591"
        + "982406b8d3461fe07d8eef0f4bfba796409c94a20a0044499d49656679a4528fc64ec57eaec3b6e46557f56ddd5d6251"
        + "bbed8d56766cb4c8929b1be3c295630200e738298158e604453377a20983e7c301534c424b0000000000000000000000"
        + "0000000000000000000000000000000000008000000100000000000000275606cb";

    [Fact]
    public void Any_frames_come_back_in_order_whatever_the_block_size()
    {
        var random = new Random(1);
        for (var round = 0; round < Counts.Of(1_000, 60); round++)
        {
            var frames = TapeSamples.Frames(round, random.Next(1, 200), random.Next(1, 5_000));
            var tape = TapeSamples.Tape(frames, random.Next(1024, 20_000));
            using var reader = TapeSamples.Reader(tape);
            Assert.Equal(frames, TapeSamples.ReadAll(reader));
            Assert.Equal(frames.Count, reader.FramesRead);
            Assert.Equal(TapeSamples.Start, reader.CreatedAt);
            Assert.Empty(reader.Flaws);
        }
    }

    [Fact]
    public void A_tape_of_format_1_stays_readable()
    {
        using var reader = TapeSamples.Reader(Convert.FromHexString(FormatOne));
        Assert.Equal(
            [
                new(TapeSamples.Start, Venue.Binance, 1, TapeFrameKind.Connected, "", ""),
                new(TapeSamples.Start + 1, Venue.Binance, 1, TapeFrameKind.RestReply, "/api/v3/depth?symbol=BTCUSDT",
                    Convert.ToHexString("{\"lastUpdateId\":1}"u8)),
                new(TapeSamples.Start + 3, Venue.Kraken, 65535, TapeFrameKind.Received, "",
                    string.Concat(Enumerable.Repeat("61", 300))),
                new(TapeSamples.Start + 2, Venue.Bybit, 2, TapeFrameKind.Sent, "", "00FF"),
            ],
            TapeSamples.ReadAll(reader));
    }

    [Fact]
    public void A_frame_larger_than_a_block_gets_a_block_of_its_own()
    {
        var frames = TapeSamples.Frames(2, 5);
        frames.Insert(2, frames[2] with { PayloadHex = Convert.ToHexString(new byte[3_000_000]) });
        using var reader = TapeSamples.Reader(TapeSamples.Tape(frames));
        Assert.Equal(frames, TapeSamples.ReadAll(reader));
    }

    [Fact]
    public void Frames_beyond_the_limits_are_refused_and_counted()
    {
        var disk = new MemoryTapeDisk();
        using var writer = new TapeWriter(disk, new TapeSettings(), new TapeClock());
        var huge = new byte[TapeLimits.MaxPayloadBytes + 1];
        Assert.False(writer.Append(new TapeFrame(1, Venue.Kraken, 1, TapeFrameKind.Received, [], huge)));
        Assert.False(writer.Append(new TapeFrame(
            1, Venue.Kraken, 1, TapeFrameKind.RestReply, huge.AsSpan(0, TapeLimits.MaxContextBytes + 1), [])));
        Assert.False(writer.Append(new TapeFrame(1, Venue.Kraken, 1, TapeFrameKind.None, [], [])));
        Assert.False(writer.Append(new TapeFrame(1, (Venue)99, 1, TapeFrameKind.Received, [], [])));
        Assert.False(writer.Append(new TapeFrame(-1, Venue.Kraken, 1, TapeFrameKind.Received, [], [])));
        Assert.True(writer.Append(new TapeFrame(
            long.MaxValue, Venue.Kraken, 1, TapeFrameKind.Received, [], huge.AsSpan(1))));
        Assert.Equal(5, writer.FramesDropped);
        Assert.True(writer.IsRecording);
    }

    [Fact]
    public void Recorded_frames_come_back_to_the_byte_and_are_stored_in_a_seventh_of_the_room()
    {
        var disk = new MemoryTapeDisk();
        var payloads = new List<byte[]>();
        using var file = File.OpenRead(RecordedData.File("binance/spot-recording-1.txt.gz"));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        using (var writer = new TapeWriter(disk, new TapeSettings(), new TapeClock()))
        {
            while (lines.ReadLine() is { } line)
            {
                var cut = line.IndexOf(' ', StringComparison.Ordinal);
                payloads.Add(Encoding.UTF8.GetBytes(line[(cut + 1)..]));
                Assert.True(writer.Append(new TapeFrame(
                    long.Parse(line[..cut]), Venue.Binance, 1, TapeFrameKind.Received, [], payloads[^1])));
            }

            writer.Flush();
            Assert.Equal(payloads.Count, writer.FramesWritten);
            Assert.True(writer.StoredBytes * 7 < writer.RawBytes);
        }

        using var reader = TapeSamples.Reader(disk.Files.Single().Value.ToArray());
        foreach (var payload in payloads)
        {
            Assert.True(reader.Read());
            Assert.True(reader.Frame.Payload.SequenceEqual(payload));
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void A_tape_on_the_real_disk_is_read_by_its_path_and_merged()
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-tape-");
        try
        {
            var frames = TapeSamples.Frames(5, 300);
            using (var writer = new TapeWriter(
                new FolderTapeDisk(Path.Combine(folder.FullName, "new")), new TapeSettings(), new TapeClock()))
            {
                frames.ForEach(frame => writer.Append(frame.View()));
            }

            var path = Directory.GetFiles(Path.Combine(folder.FullName, "new")).Single();
            Assert.Equal("tape-20270115T080000Z-000001.sltape", Path.GetFileName(path));
            using var reader = TapeReader.Open(path);
            Assert.Equal(frames, TapeSamples.ReadAll(reader));
            using var merge = TapeMerge.Open([path, path]);
            var count = 0;
            while (merge.Read())
            {
                count++;
            }

            Assert.Equal(600, count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_or_a_missing_file_gets_one_line()
    {
        var inTheWay = Path.GetTempFileName();
        try
        {
            var line = Assert.Throws<TapeException>(() => new FolderTapeDisk(Path.Combine(inTheWay, "x"))).Message;
            Assert.Contains(inTheWay, line, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', line);
        }
        finally
        {
            File.Delete(inTheWay);
        }

        Assert.Contains(
            "no such file",
            Assert.Throws<TapeException>(() => TapeReader.Open(inTheWay)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Appending_and_reading_allocate_nothing_in_steady_state()
    {
        var disk = new NullDisk();
        using var writer = new TapeWriter(disk, new TapeSettings { BlockBytes = 8192 }, new TapeClock());
        var frames = TapeSamples.Frames(3, 500);
        var contexts = frames.Select(frame => Encoding.UTF8.GetBytes(frame.Context)).ToArray();
        var payloads = frames.Select(frame => frame.Payload()).ToArray();
        Fill();
        Assert.Equal(0, Allocated.By(Fill));
        Assert.True(disk.Appends > 200);

        using var reader = TapeSamples.Reader(TapeSamples.Tape(TapeSamples.Frames(4, 5_000), 8192));
        var bytes = 0L;
        Take();
        Assert.Equal(0, Allocated.By(Take));
        Assert.True(bytes > 0);

        void Take()
        {
            for (var i = 0; i < 700; i++)
            {
                reader.Read();
                bytes += reader.Frame.Payload.Length;
            }
        }

        void Fill()
        {
            for (var i = 0; i < frames.Count * 20; i++)
            {
                var at = i % frames.Count;
                var frame = frames[at];
                writer.Append(new TapeFrame(
                    TapeSamples.Start + at, frame.Venue, frame.Connection, frame.Kind, contexts[at], payloads[at]));
            }
        }
    }

    private sealed class NullDisk : ITapeDisk, ITapeFile
    {
        public int Appends { get; private set; }

        public string Place => "nowhere";

        public ITapeFile Create(string name) => this;

        public IReadOnlyList<TapeDiskEntry> List() => [];

        public void Delete(string name)
        {
        }

        public void Append(ReadOnlySpan<byte> bytes) => Appends++;

        public void Truncate(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}
