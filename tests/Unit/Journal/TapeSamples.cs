using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>A frame that owns its bytes.</summary>
internal sealed record OwnedFrame(
    long At, Venue Venue, ushort Connection, TapeFrameKind Kind, string Context, string PayloadHex)
{
    // Not stored: records compare their fields, and arrays compare by reference.
    public byte[] Payload() => Convert.FromHexString(PayloadHex);

    public TapeFrame View() =>
        new(At, Venue, Connection, Kind, System.Text.Encoding.UTF8.GetBytes(Context), Payload());

    public override string ToString() => $"{At} {Venue} {Connection} {Kind} {Context} {PayloadHex.Length / 2} B";

    public static OwnedFrame Of(in TapeFrame frame) => new(
        frame.ReceivedAt, frame.Venue, frame.Connection, frame.Kind,
        System.Text.Encoding.UTF8.GetString(frame.Context), Convert.ToHexString(frame.Payload));
}

/// <summary>Seeded frames, and tapes in memory.</summary>
internal static class TapeSamples
{
    public const long Start = 1_800_000_000_000_000_000;

    public static List<OwnedFrame> Frames(int seed, int count, int largest = 400)
    {
        var random = new Random(seed);
        var at = Start;
        var frames = new List<OwnedFrame>(count);
        for (var i = 0; i < count; i++)
        {
            // Now and then equal times and steps back, as threads hand them in.
            at += random.Next(-2, 20) * 1_000_000L;
            var payload = new byte[random.Next(0, largest)];
            if (random.Next(4) == 0)
            {
                random.NextBytes(payload);
            }
            else
            {
                Array.Fill(payload, (byte)random.Next(256));
            }

            frames.Add(new OwnedFrame(
                at,
                (Venue)random.Next(0, 5),
                (ushort)random.Next(0, 65_536),
                (TapeFrameKind)random.Next(1, 7),
                random.Next(5) == 0 ? "/api/v3/depth?symbol=BTCUSDT&é" : "",
                Convert.ToHexString(payload)));
        }

        return frames;
    }

    public static byte[] Tape(IEnumerable<OwnedFrame> frames, int blockBytes = 2048)
    {
        var disk = new MemoryTapeDisk();
        using (var writer = new TapeWriter(disk, new TapeSettings { BlockBytes = blockBytes }, new TapeClock()))
        {
            foreach (var frame in frames)
            {
                Assert.True(writer.Append(frame.View()));
            }
        }

        return disk.Files.Single().Value.ToArray();
    }

    public static List<OwnedFrame> ReadAll(TapeReader reader)
    {
        var frames = new List<OwnedFrame>();
        while (reader.Read())
        {
            frames.Add(OwnedFrame.Of(reader.Frame));
        }

        return frames;
    }

    public static TapeReader Reader(byte[] tape, bool salvage = false) =>
        new(new MemoryStream(tape, writable: false), "sample.sltape", salvage);

    /// <summary>Offsets of all blocks of an intact tape, the end mark included.</summary>
    public static List<int> BlockOffsets(byte[] tape)
    {
        var offsets = new List<int>();
        for (var at = 32; at < tape.Length; at += 48 + BitConverter.ToInt32(tape, at + 4))
        {
            offsets.Add(at);
        }

        return offsets;
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class TapeClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddTicks(TapeSamples.Start / 100);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}

/// <summary>A disk in memory that fails on command.</summary>
internal sealed class MemoryTapeDisk : ITapeDisk
{
    public SortedDictionary<string, MemoryStream> Files { get; } = new(StringComparer.Ordinal);

    public List<string> Deleted { get; } = [];

    public long Capacity { get; set; } = long.MaxValue;

    public bool RefusesTruncate { get; set; }

    public bool RefusesDelete { get; set; }

    public bool RefusesCreate { get; set; }

    public string Place => "memory";

    public ITapeFile Create(string name)
    {
        if (RefusesCreate)
        {
            throw new UnauthorizedAccessException("Access to the path is denied.");
        }

        var file = new FaultyFile(this);
        Files.Add(name, file.Bytes);
        return file;
    }

    public IReadOnlyList<TapeDiskEntry> List() =>
        [.. Files.Reverse().Select(file => new TapeDiskEntry(file.Key, file.Value.Length))];

    public void Delete(string name)
    {
        if (RefusesDelete)
        {
            throw new IOException("Read-only file system");
        }

        Files.Remove(name);
        Deleted.Add(name);
    }

    private long Used => Files.Values.Sum(file => file.Length);

    private sealed class FaultyFile(MemoryTapeDisk disk) : ITapeFile
    {
        public MemoryStream Bytes { get; } = new();

        public void Append(ReadOnlySpan<byte> bytes)
        {
            var room = disk.Capacity == long.MaxValue ? long.MaxValue : disk.Capacity - disk.Used;
            Bytes.Write(bytes[..(int)Math.Clamp(room, 0, bytes.Length)]);
            if (room < bytes.Length)
            {
                throw new IOException("No space left on device");
            }
        }

        public void Truncate(long length)
        {
            if (disk.RefusesTruncate)
            {
                throw new IOException("Input/output error");
            }

            Bytes.SetLength(length);
        }

        public void Dispose()
        {
        }
    }
}
