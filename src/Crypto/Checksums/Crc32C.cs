using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm.Crc32;

namespace Strikeline.Crypto;

/// <summary>The Castagnoli CRC-32C (RFC 3720, appendix B.4), which guards journals and tapes.</summary>
/// <remarks>
/// A running checksum without allocation; <c>default</c> is the checksum of nothing. One thread at a time.
/// </remarks>
public struct Crc32C
{
    private static readonly SlicedCrc Tables = new(0x82F63B78);

    /// <summary>True where the processor's own instruction does the work.</summary>
    public static bool IsHardware => Sse42.X64.IsSupported || Arm.Arm64.IsSupported;

    /// <summary>The checksum of all bytes appended so far.</summary>
    public uint Value { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => Value = Append(Value, bytes);

    /// <summary>Starts again.</summary>
    public void Reset() => Value = 0;

    /// <summary>The checksum of the bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers followed by the bytes; any thread.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes) =>
        IsHardware ? AppendHardware(crc, bytes) : AppendSoftware(crc, bytes);

    /// <summary>The same without the processor's instruction.</summary>
    internal static uint AppendSoftware(uint crc, ReadOnlySpan<byte> bytes) => Tables.Append(crc, bytes);

    private static uint AppendHardware(uint crc, ReadOnlySpan<byte> bytes)
    {
        var register = ~crc;
        while (bytes.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            register = Sse42.X64.IsSupported
                ? (uint)Sse42.X64.Crc32(register, word)
                : Arm.Arm64.ComputeCrc32C(register, word);
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            register = Sse42.IsSupported ? Sse42.Crc32(register, value) : Arm.ComputeCrc32C(register, value);
        }

        return ~register;
    }
}
