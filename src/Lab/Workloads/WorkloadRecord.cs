using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>What a record of a workload asks for.</summary>
public enum WorkloadOp : byte
{
    /// <summary>A limit order with a new id.</summary>
    New = 0,

    /// <summary>The end of an order, which may be gone already: that is a reject.</summary>
    Cancel = 1,

    /// <summary>A new price for a resting order, which loses its priority and may match.</summary>
    Replace = 2,
}

/// <summary>One operation, laid out as in the file: 32 bytes, little-endian; bytes without a name are zero.</summary>
/// <remarks>What an operation does not need is zero: of a cancel side, price and quantity.</remarks>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public readonly struct WorkloadRecord
{
    /// <summary>Size of a record in bytes.</summary>
    public const int Bytes = 32;

    /// <summary>What is asked for.</summary>
    [field: FieldOffset(0)]
    public WorkloadOp Op { get; init; }

    /// <summary>The order's side.</summary>
    [field: FieldOffset(1)]
    public Side Side { get; init; }

    /// <summary>1 where what does not trade at once is cancelled (IOC); 0 where it rests (GTC).</summary>
    [field: FieldOffset(2)]
    public byte ImmediateOrCancel { get; init; }

    /// <summary>Index of the order's symbol.</summary>
    [field: FieldOffset(4)]
    public uint Symbol { get; init; }

    /// <summary>The order's id: 1, 2, 3… in the order of the new ones, across symbols.</summary>
    [field: FieldOffset(8)]
    public ulong Id { get; init; }

    /// <summary>Limit price in ticks.</summary>
    [field: FieldOffset(16)]
    public uint Price { get; init; }

    /// <summary>Quantity in lots; of a replace, what remains of the order.</summary>
    [field: FieldOffset(20)]
    public uint Quantity { get; init; }

    /// <summary>The order's owner, 1 to 1000.</summary>
    [field: FieldOffset(24)]
    public uint Uid { get; init; }

    /// <summary>Writes the record's bytes; those without a name become zero.</summary>
    public void WriteTo(Span<byte> target)
    {
        target[..Bytes].Clear();
        target[0] = (byte)Op;
        target[1] = (byte)Side;
        target[2] = ImmediateOrCancel;
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Symbol);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Id);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], Price);
        BinaryPrimitives.WriteUInt32LittleEndian(target[20..], Quantity);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], Uid);
    }
}
