using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Strikeline.Crypto;

/// <summary>An unsigned whole number of 256 bits, as contracts count: token ids, amounts, salts.</summary>
/// <param name="Upper">The upper 128 bits.</param>
/// <param name="Lower">The lower 128 bits.</param>
public readonly record struct UInt256(UInt128 Upper, UInt128 Lower)
{
    /// <summary>Bytes in a word.</summary>
    public const int Size = 32;

    private const int MostDigits = 78;

    /// <summary>A small number as one of 256 bits.</summary>
    public static implicit operator UInt256(ulong value) => new(0, value);

    /// <summary>A small number as one of 256 bits.</summary>
    public static UInt256 From(ulong value) => value;

    /// <summary>Reads 32 bytes, the highest first.</summary>
    public static UInt256 Read(ReadOnlySpan<byte> bytes32) => new(
        BinaryPrimitives.ReadUInt128BigEndian(bytes32), BinaryPrimitives.ReadUInt128BigEndian(bytes32[16..]));

    /// <summary>Reads decimal digits alone; false where there are others, none, or the number does not fit.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt256 value)
    {
        value = default;
        if (text is not { Length: > 0 and <= MostDigits } || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        var number = BigInteger.Parse(text, NumberStyles.None);
        if (number.GetByteCount(isUnsigned: true) > Size)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        number.TryWriteBytes(
            bytes[(Size - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        value = Read(bytes);
        return true;
    }

    /// <summary>Writes 32 bytes, the highest first.</summary>
    public void Write(Span<byte> bytes32)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes32, Upper);
        BinaryPrimitives.WriteUInt128BigEndian(bytes32[16..], Lower);
    }

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => ((((BigInteger)Upper) << 128) + Lower).ToString(CultureInfo.InvariantCulture);
}
