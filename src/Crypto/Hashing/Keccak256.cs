using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Strikeline.Crypto;

/// <summary>
/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with rate 136 and the padding of the submission (0x01), not
/// that of SHA-3 (0x06).
/// </summary>
/// <remarks>Lives on the stack and allocates nothing; give it bytes in any pieces, then <see cref="Finish"/> once.
/// </remarks>
public ref struct Keccak256
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = 32;

    private const int Rate = 136;

    private Lanes _state;
    private int _at;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
        0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Hashes one text.</summary>
    /// <param name="data">Any bytes.</param>
    /// <param name="hash32">Takes the 32 bytes; may be the same room as the data.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash32)
    {
        var sponge = default(Keccak256);
        sponge.Add(data);
        sponge.Finish(hash32);
    }

    /// <summary>Takes more bytes.</summary>
    public void Add(scoped ReadOnlySpan<byte> data)
    {
        Span<ulong> lanes = _state;
        while (data.Length > 0)
        {
            if (_at % 8 == 0 && data.Length >= 8)
            {
                lanes[_at / 8] ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
                data = data[8..];
                _at += 8;
            }
            else
            {
                lanes[_at / 8] ^= (ulong)data[0] << (_at % 8 * 8);
                data = data[1..];
                _at++;
            }

            if (_at == Rate)
            {
                Permute(lanes);
                _at = 0;
            }
        }
    }

    /// <summary>Writes the hash of everything added and begins again.</summary>
    /// <exception cref="ArgumentException">The room is not 32 bytes.</exception>
    public void Finish(scoped Span<byte> hash32)
    {
        if (hash32.Length != Size)
        {
            throw new ArgumentException($"a hash needs {Size} bytes, not {hash32.Length}", nameof(hash32));
        }

        Span<ulong> lanes = _state;
        lanes[_at / 8] ^= 1UL << (_at % 8 * 8);
        lanes[(Rate / 8) - 1] ^= 0x8000000000000000;
        Permute(lanes);
        for (var i = 0; i < Size / 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash32[(i * 8)..], lanes[i]);
        }

        lanes.Clear();
        _at = 0;
    }

    private static void Permute(Span<ulong> lanes)
    {
        var a0 = lanes[0];
        var a1 = lanes[1];
        var a2 = lanes[2];
        var a3 = lanes[3];
        var a4 = lanes[4];
        var a5 = lanes[5];
        var a6 = lanes[6];
        var a7 = lanes[7];
        var a8 = lanes[8];
        var a9 = lanes[9];
        var a10 = lanes[10];
        var a11 = lanes[11];
        var a12 = lanes[12];
        var a13 = lanes[13];
        var a14 = lanes[14];
        var a15 = lanes[15];
        var a16 = lanes[16];
        var a17 = lanes[17];
        var a18 = lanes[18];
        var a19 = lanes[19];
        var a20 = lanes[20];
        var a21 = lanes[21];
        var a22 = lanes[22];
        var a23 = lanes[23];
        var a24 = lanes[24];
        foreach (var constant in RoundConstants)
        {
            unchecked
            {
                // Theta: each lane takes the parity of two columns.
                var c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
                var c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
                var c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
                var c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
                var c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
                var d0 = c4 ^ ulong.RotateLeft(c1, 1);
                var d1 = c0 ^ ulong.RotateLeft(c2, 1);
                var d2 = c1 ^ ulong.RotateLeft(c3, 1);
                var d3 = c2 ^ ulong.RotateLeft(c4, 1);
                var d4 = c3 ^ ulong.RotateLeft(c0, 1);

                // Rho and pi: each lane is turned and moves to its new place.
                var b0 = a0 ^ d0;
                var b1 = ulong.RotateLeft(a6 ^ d1, 44);
                var b2 = ulong.RotateLeft(a12 ^ d2, 43);
                var b3 = ulong.RotateLeft(a18 ^ d3, 21);
                var b4 = ulong.RotateLeft(a24 ^ d4, 14);
                var b5 = ulong.RotateLeft(a3 ^ d3, 28);
                var b6 = ulong.RotateLeft(a9 ^ d4, 20);
                var b7 = ulong.RotateLeft(a10 ^ d0, 3);
                var b8 = ulong.RotateLeft(a16 ^ d1, 45);
                var b9 = ulong.RotateLeft(a22 ^ d2, 61);
                var b10 = ulong.RotateLeft(a1 ^ d1, 1);
                var b11 = ulong.RotateLeft(a7 ^ d2, 6);
                var b12 = ulong.RotateLeft(a13 ^ d3, 25);
                var b13 = ulong.RotateLeft(a19 ^ d4, 8);
                var b14 = ulong.RotateLeft(a20 ^ d0, 18);
                var b15 = ulong.RotateLeft(a4 ^ d4, 27);
                var b16 = ulong.RotateLeft(a5 ^ d0, 36);
                var b17 = ulong.RotateLeft(a11 ^ d1, 10);
                var b18 = ulong.RotateLeft(a17 ^ d2, 15);
                var b19 = ulong.RotateLeft(a23 ^ d3, 56);
                var b20 = ulong.RotateLeft(a2 ^ d2, 62);
                var b21 = ulong.RotateLeft(a8 ^ d3, 55);
                var b22 = ulong.RotateLeft(a14 ^ d4, 39);
                var b23 = ulong.RotateLeft(a15 ^ d0, 41);
                var b24 = ulong.RotateLeft(a21 ^ d1, 2);

                // Chi, and iota in the first lane.
                a0 = b0 ^ (~b1 & b2) ^ constant;
                a1 = b1 ^ (~b2 & b3);
                a2 = b2 ^ (~b3 & b4);
                a3 = b3 ^ (~b4 & b0);
                a4 = b4 ^ (~b0 & b1);
                a5 = b5 ^ (~b6 & b7);
                a6 = b6 ^ (~b7 & b8);
                a7 = b7 ^ (~b8 & b9);
                a8 = b8 ^ (~b9 & b5);
                a9 = b9 ^ (~b5 & b6);
                a10 = b10 ^ (~b11 & b12);
                a11 = b11 ^ (~b12 & b13);
                a12 = b12 ^ (~b13 & b14);
                a13 = b13 ^ (~b14 & b10);
                a14 = b14 ^ (~b10 & b11);
                a15 = b15 ^ (~b16 & b17);
                a16 = b16 ^ (~b17 & b18);
                a17 = b17 ^ (~b18 & b19);
                a18 = b18 ^ (~b19 & b15);
                a19 = b19 ^ (~b15 & b16);
                a20 = b20 ^ (~b21 & b22);
                a21 = b21 ^ (~b22 & b23);
                a22 = b22 ^ (~b23 & b24);
                a23 = b23 ^ (~b24 & b20);
                a24 = b24 ^ (~b20 & b21);
            }
        }

        lanes[0] = a0;
        lanes[1] = a1;
        lanes[2] = a2;
        lanes[3] = a3;
        lanes[4] = a4;
        lanes[5] = a5;
        lanes[6] = a6;
        lanes[7] = a7;
        lanes[8] = a8;
        lanes[9] = a9;
        lanes[10] = a10;
        lanes[11] = a11;
        lanes[12] = a12;
        lanes[13] = a13;
        lanes[14] = a14;
        lanes[15] = a15;
        lanes[16] = a16;
        lanes[17] = a17;
        lanes[18] = a18;
        lanes[19] = a19;
        lanes[20] = a20;
        lanes[21] = a21;
        lanes[22] = a22;
        lanes[23] = a23;
        lanes[24] = a24;
    }

    [InlineArray(25)]
    private struct Lanes
    {
        private ulong _first;
    }
}
