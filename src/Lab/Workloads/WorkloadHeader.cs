using System.Buffers.Binary;

namespace Strikeline.Lab;

/// <summary>What every engine must find when it works a workload off.</summary>
/// <param name="Trades">Number of trades.</param>
/// <param name="Quantity">Lots traded.</param>
/// <param name="Hash">Over taker's id, maker's id, price and quantity of each trade in order.</param>
/// <param name="Live">Orders that rest at the end.</param>
/// <param name="Rejects">Cancels of orders that were gone.</param>
/// <param name="MaxId">The last id, which is the number of orders.</param>
public readonly record struct WorkloadFigures(
    ulong Trades, ulong Quantity, ulong Hash, ulong Live, ulong Rejects, ulong MaxId)
{
    /// <summary>The hash before the first trade.</summary>
    public const ulong FirstHash = 0xcbf29ce484222325;

    private const ulong HashPrime = 0x100000001b3;

    /// <summary>The hash with one more trade.</summary>
    public static ulong Fold(ulong hash, ulong taker, ulong maker, ulong price, ulong quantity)
    {
        unchecked
        {
            hash = (hash ^ taker) * HashPrime;
            hash = (hash ^ maker) * HashPrime;
            hash = (hash ^ price) * HashPrime;
            return (hash ^ quantity) * HashPrime;
        }
    }
}

/// <summary>The 128 bytes in front of a workload's records.</summary>
/// <param name="Parameters">What it was made from.</param>
/// <param name="Figures">What must come out.</param>
public sealed record WorkloadHeader(WorkloadParameters Parameters, WorkloadFigures Figures)
{
    /// <summary>Size of the header in bytes.</summary>
    public const int Bytes = 128;

    private static ReadOnlySpan<byte> Family => "MEWL"u8;

    private static ReadOnlySpan<byte> Magic => "MEWL0001"u8;

    /// <summary>Writes the header's bytes.</summary>
    public void WriteTo(Span<byte> target)
    {
        target[..Bytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Parameters.Prefill);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Parameters.Operations);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Parameters.Seed);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], Parameters.Symbols);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], Parameters.Depth);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], Parameters.Grid);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], Figures.Trades);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], Figures.Quantity);
        BinaryPrimitives.WriteUInt64LittleEndian(target[64..], Figures.Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(target[72..], Figures.Live);
        BinaryPrimitives.WriteUInt64LittleEndian(target[80..], Figures.Rejects);
        BinaryPrimitives.WriteUInt64LittleEndian(target[88..], Figures.MaxId);
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="source">At least <see cref="Bytes"/> bytes.</param>
    /// <exception cref="WorkloadException">It is none, or contradicts itself.</exception>
    internal static WorkloadHeader ReadFrom(ReadOnlySpan<byte> source)
    {
        CheckMagic(source[..Magic.Length]);
        var prefill = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        var parameters = new WorkloadParameters(
            Number("symbols", BinaryPrimitives.ReadUInt32LittleEndian(source[32..])),
            Number("depth", BinaryPrimitives.ReadUInt32LittleEndian(source[36..])),
            Number("ops", BinaryPrimitives.ReadUInt64LittleEndian(source[16..])),
            Number("grid", BinaryPrimitives.ReadUInt32LittleEndian(source[40..])),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
        if (parameters.Fault() is { } fault)
        {
            throw new WorkloadException($"its header is damaged: {fault}");
        }

        if (prefill != (ulong)parameters.Prefill)
        {
            throw new WorkloadException(
                $"its header is damaged: {prefill} orders before the timed part; {parameters.Symbols} symbols of depth "
                + $"{parameters.Depth} make {parameters.Prefill}");
        }

        var figures = new WorkloadFigures(
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[64..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[72..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[80..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[88..]));
        if (figures.Trades > figures.Quantity || (figures.Trades == 0) != (figures.Quantity == 0))
        {
            throw new WorkloadException(
                $"its header is damaged: {figures.Trades} trades of together {figures.Quantity} lots");
        }

        if (figures.Live > figures.MaxId)
        {
            throw new WorkloadException(
                $"its header is damaged: {figures.Live} orders rest at the end, of {figures.MaxId} ever placed");
        }

        return new WorkloadHeader(parameters, figures);
    }

    private static void CheckMagic(ReadOnlySpan<byte> found)
    {
        if (!found.StartsWith(Family))
        {
            throw new WorkloadException("it is no workload: it does not begin with MEWL0001");
        }

        if (!found.SequenceEqual(Magic))
        {
            throw new WorkloadException("it is a workload of another version: this program reads MEWL0001");
        }
    }

    private static int Number(string name, ulong value) => value <= int.MaxValue
        ? (int)value
        : throw new WorkloadException($"its header is damaged: {name}: found {value}");
}
