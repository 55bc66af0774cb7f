using System.Buffers.Binary;

namespace Strikeline.Crypto;

/// <summary>
/// A reflected 32-bit CRC in software, eight bytes a step over eight tables (Kounavis and Berry, 2005).
/// </summary>
internal sealed class SlicedCrc
{
    private const int Slices = 8;
    private readonly uint[] _tables = new uint[Slices * 256];

    /// <summary>Fills the tables.</summary>
    /// <param name="polynomial">The polynomial with its bits reversed.</param>
    public SlicedCrc(uint polynomial)
    {
        for (var i = 0u; i < 256; i++)
        {
            var register = i;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register >> 1) ^ ((register & 1) == 0 ? 0 : polynomial);
            }

            _tables[i] = register;
        }

        for (var i = 256; i < _tables.Length; i++)
        {
            var before = _tables[i - 256];
            _tables[i] = (before >> 8) ^ _tables[before & 0xff];
        }
    }

    /// <summary>The checksum after more bytes.</summary>
    /// <param name="crc">The checksum so far; 0 at the start.</param>
    /// <param name="bytes">What follows.</param>
    public uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = _tables;
        var register = ~crc;
        while (bytes.Length >= 8)
        {
            var low = register ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            register = tables[(int)(low & 0xff) + (7 * 256)]
                ^ tables[(int)((low >> 8) & 0xff) + (6 * 256)]
                ^ tables[(int)((low >> 16) & 0xff) + (5 * 256)]
                ^ tables[(int)(low >> 24) + (4 * 256)]
                ^ tables[(int)(high & 0xff) + (3 * 256)]
                ^ tables[(int)((high >> 8) & 0xff) + (2 * 256)]
                ^ tables[(int)((high >> 16) & 0xff) + 256]
                ^ tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            register = (register >> 8) ^ tables[(int)((register ^ value) & 0xff)];
        }

        return ~register;
    }
}
