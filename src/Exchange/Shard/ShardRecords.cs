using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>What the types of a shard's journal records are. Numbers are part of the journal: never reused.</summary>
internal static class ShardRecords
{
    public const ushort Command = 1;
    public const ushort Asset = 2;
    public const ushort Instrument = 3;
    public const ushort Key = 4;

    /// <summary>The bytes of a record at most.</summary>
    public static int MostBytes => Math.Max(Unsafe.SizeOf<InstrumentListing>(), Unsafe.SizeOf<KeyListing>());

    /// <summary>A command as a record holds it: its bytes without the words of zeroes at the end.</summary>
    public static ReadOnlySpan<byte> BytesOf(in Command command)
    {
        var words = MemoryMarshal.Cast<Command, ulong>(new ReadOnlySpan<Command>(in command));
        var length = words.Length;
        while (length > 0 && words[length - 1] == 0)
        {
            length--;
        }

        return MemoryMarshal.AsBytes(words[..length]);
    }

    /// <summary>Runs what a record holds.</summary>
    /// <exception cref="StateException">It holds nothing that this program knows.</exception>
    public static void Run(in JournalRecord record, Pipeline pipeline)
    {
        switch (record.Type)
        {
            case Command:
                pipeline.Run(Read<Command>(record));
                break;
            case Asset:
                pipeline.Run(Read<AssetListing>(record));
                break;
            case Instrument:
                pipeline.Run(Read<InstrumentListing>(record));
                break;
            case Key:
                pipeline.Run(Read<KeyListing>(record));
                break;
            default:
                throw new StateException(
                    $"record {record.Sequence} has type {record.Type}, which this program does not know");
        }
    }

    /// <summary>The command of a record of that type.</summary>
    public static Command CommandOf(in JournalRecord record) => Read<Command>(record);

    private static T Read<T>(in JournalRecord record)
        where T : unmanaged
    {
        var value = default(T);
        var bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        if (record.Payload.Length > bytes.Length)
        {
            throw new StateException(
                $"record {record.Sequence} has {record.Payload.Length} bytes where {bytes.Length} can be");
        }

        record.Payload.CopyTo(bytes);
        return value;
    }
}
