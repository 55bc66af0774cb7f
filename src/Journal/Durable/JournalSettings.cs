namespace Strikeline.Journal;

/// <summary>How a durable journal is laid out.</summary>
public sealed record JournalSettings
{
    /// <summary>Bytes of a segment, header included; multiple of 8, 4 KiB to 1 GiB. Holds for segments yet to be
    /// made.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of records that may wait for the disk; a power of two, 4 KiB to 1 GiB.</summary>
    public int BufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes that snapshots and segments may have together before those go that no start needs any more: so
    /// far back the journal can be read. What a start needs stays, however large; with 0 nothing else does.</summary>
    public long KeepBytes { get; init; }

    /// <summary>The largest payload in bytes that fits a segment, the buffer and the format.</summary>
    public int MaxPayloadBytes => Math.Min(
        JournalFormat.MaxPayloadBytes,
        Math.Min(SegmentBytes - JournalFormat.HeaderSize, BufferBytes / 2) - JournalFormat.RecordSize);

    /// <summary>Throws where the values do not go together.</summary>
    /// <exception cref="ArgumentException">With one line that names the setting.</exception>
    internal void Check()
    {
        Demand(
            SegmentBytes % 8 == 0 && SegmentBytes is >= 4096 and <= 1 << 30, nameof(SegmentBytes),
            "a multiple of 8 from 4096 to 1 GiB");
        Demand(
            int.IsPow2(BufferBytes) && BufferBytes is >= 4096 and <= 1 << 30, nameof(BufferBytes),
            "a power of two from 4096 to 1 GiB");
        Demand(KeepBytes >= 0, nameof(KeepBytes), "0 or more");
    }

    private static void Demand(bool holds, string setting, string bound)
    {
        if (!holds)
        {
            throw new ArgumentException($"journal setting {setting} must be {bound}", setting);
        }
    }
}
