namespace Strikeline.Crypto;

/// <summary>
/// The IEEE 802.3 CRC-32 (reflected, polynomial 04C11DB7), as Kraken's book checksums and zlib use it.
/// </summary>
/// <remarks>
/// A running checksum without allocation; <c>default</c> is the checksum of nothing. One thread at a time.
/// </remarks>
public struct Crc32
{
    private static readonly SlicedCrc Tables = new(0xEDB88320);

    /// <summary>The checksum of all bytes appended so far.</summary>
    public uint Value { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => Value = Tables.Append(Value, bytes);

    /// <summary>Starts again.</summary>
    public void Reset() => Value = 0;

    /// <summary>The checksum of the bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Tables.Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers followed by the bytes; any thread.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes) => Tables.Append(crc, bytes);
}
