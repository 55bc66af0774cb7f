using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>
/// A workload as a file: a header with the figures that must come out, then records, those that fill the books before
/// the timed ones (MEWL0001).
/// </summary>
/// <remarks>Held in memory whole, so that no disk is measured; read by any thread.</remarks>
public sealed class WorkloadFile
{
    private const int RecordsAtOnce = 32 * 1024;
    private const uint MostUid = 1_000;
    private const string Remedy = "; make it again with strikeline bench generate";

    private readonly WorkloadRecord[] _records;

    private WorkloadFile(WorkloadHeader header, WorkloadRecord[] records)
    {
        Header = header;
        _records = records;
    }

    /// <summary>What the workload was made from and what must come out.</summary>
    public WorkloadHeader Header { get; }

    /// <summary>Orders that fill the books; not timed.</summary>
    public ReadOnlySpan<WorkloadRecord> Prefill => _records.AsSpan(0, (int)Header.Parameters.Prefill);

    /// <summary>The operations that are measured.</summary>
    public ReadOnlySpan<WorkloadRecord> Timed => _records.AsSpan((int)Header.Parameters.Prefill);

    /// <summary>Makes a workload, writing it as it comes; the file has its name when it is whole.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="parameters">What to make it from.</param>
    /// <param name="progress">Told now and then how many records are written.</param>
    /// <param name="stop">Ends it early, without a file.</param>
    /// <returns>What must come out.</returns>
    /// <exception cref="WorkloadException">
    /// A parameter is outside of its range, or the file cannot be written.
    /// </exception>
    public static WorkloadFigures Generate(
        string path, WorkloadParameters parameters, Action<long> progress, CancellationToken stop)
    {
        var flow = new WorkloadFlow(parameters);
        var unfinished = path + ".part";
        try
        {
            Write(unfinished, flow, parameters, progress, stop);
            File.Move(unfinished, path, overwrite: true);
            return flow.Figures;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(unfinished);
            throw new WorkloadException($"{path}: cannot be written: {Reason(e)}; name a file in another place", e);
        }
        catch
        {
            Discard(unfinished);
            throw;
        }
    }

    /// <summary>Reads a workload into memory and checks every record of it.</summary>
    /// <exception cref="WorkloadException">It is missing, unreadable, no workload or a damaged one.</exception>
    public static WorkloadFile Load(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var header = ReadHeader(file);
            var records = ReadRecords(file, header.Parameters);
            CheckRecords(header, records);
            return new WorkloadFile(header, records);
        }
        catch (WorkloadException e)
        {
            throw new WorkloadException($"{path}: {e.Message}{Remedy}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkloadException($"{path}: cannot be read: {Reason(e)}{Remedy}", e);
        }
    }

    private static void Write(
        string path, WorkloadFlow flow, WorkloadParameters parameters, Action<long> progress, CancellationToken stop)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        var buffer = new byte[RecordsAtOnce * WorkloadRecord.Bytes];

        // The figures are known at the end.
        file.Write(buffer, 0, WorkloadHeader.Bytes);
        var records = parameters.Prefill + parameters.Operations;
        for (long written = 0; written < records;)
        {
            progress(written);
            stop.ThrowIfCancellationRequested();
            var count = (int)Math.Min(RecordsAtOnce, records - written);
            for (var i = 0; i < count; i++)
            {
                flow.Next().WriteTo(buffer.AsSpan(i * WorkloadRecord.Bytes));
            }

            file.Write(buffer, 0, count * WorkloadRecord.Bytes);
            written += count;
        }

        file.Position = 0;
        new WorkloadHeader(parameters, flow.Figures).WriteTo(buffer);
        file.Write(buffer, 0, WorkloadHeader.Bytes);
    }

    private static WorkloadHeader ReadHeader(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length < WorkloadHeader.Bytes)
        {
            throw new WorkloadException(
                $"it is no workload: found {length} bytes; the header alone has {WorkloadHeader.Bytes}");
        }

        Span<byte> bytes = stackalloc byte[WorkloadHeader.Bytes];
        Fill(file, bytes, 0);
        var header = WorkloadHeader.ReadFrom(bytes);
        var records = header.Parameters.Prefill + header.Parameters.Operations;
        var whole = WorkloadHeader.Bytes + (records * WorkloadRecord.Bytes);
        return length == whole
            ? header
            : throw new WorkloadException(
                $"it is {(length < whole ? "cut off" : "too long")}: {records} records make {whole} bytes; "
                + $"found {length}");
    }

    private static WorkloadRecord[] ReadRecords(SafeFileHandle file, WorkloadParameters parameters)
    {
        var records = new WorkloadRecord[parameters.Prefill + parameters.Operations];
        for (var from = 0; from < records.Length; from += RecordsAtOnce)
        {
            // Piece by piece: the bytes of all records are more than one span can hold.
            var piece = records.AsSpan(from, Math.Min(RecordsAtOnce, records.Length - from));
            Fill(file, MemoryMarshal.AsBytes(piece), WorkloadHeader.Bytes + ((long)from * WorkloadRecord.Bytes));
        }

        return records;
    }

    private static void Fill(SafeFileHandle file, Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, offset);
            if (read == 0)
            {
                throw new WorkloadException("it was cut off while it was read");
            }

            target = target[read..];
            offset += read;
        }
    }

    private static void CheckRecords(WorkloadHeader header, ReadOnlySpan<WorkloadRecord> records)
    {
        ulong lastId = 0;
        ulong cancels = 0;
        for (var i = 0; i < records.Length; i++)
        {
            if (Fault(header.Parameters, records[i], i < header.Parameters.Prefill, lastId) is { } fault)
            {
                var offset = WorkloadHeader.Bytes + ((long)i * WorkloadRecord.Bytes);
                throw new WorkloadException($"record {i} at byte {offset} is damaged: {fault}");
            }

            lastId += records[i].Op == WorkloadOp.New ? 1u : 0u;
            cancels += records[i].Op == WorkloadOp.Cancel ? 1u : 0u;
        }

        if (header.Figures.MaxId != lastId)
        {
            throw new WorkloadException(
                $"its header is damaged: {header.Figures.MaxId} as the last id; the records end at {lastId}");
        }

        if (header.Figures.Rejects > cancels)
        {
            throw new WorkloadException(
                $"its header is damaged: {header.Figures.Rejects} rejects; the records have {cancels} cancels");
        }
    }

    private static string? Fault(
        WorkloadParameters parameters, in WorkloadRecord record, bool prefill, ulong lastId) => record switch
        {
            { Op: > WorkloadOp.Replace } =>
                $"operation {(byte)record.Op}; 0 (new), 1 (cancel) or 2 (replace) is allowed",
            { Side: > Side.Sell } => $"side {(byte)record.Side}; 0 (buy) or 1 (sell) is allowed",
            { ImmediateOrCancel: > 1 } => $"time in force {record.ImmediateOrCancel}; 0 (GTC) or 1 (IOC) is allowed",
            _ when prefill && (record.Op != WorkloadOp.New || record.ImmediateOrCancel != 0) =>
                "no new GTC order, before the timed part begins",
            _ when record.Symbol >= parameters.Symbols =>
                $"symbol {record.Symbol}; 0 to {parameters.Symbols - 1} is allowed",
            { Uid: 0 or > MostUid } => $"owner {record.Uid}; 1 to {MostUid} is allowed",
            { Op: WorkloadOp.New } when record.Id != lastId + 1 => $"new order {record.Id}; {lastId + 1} comes next",
            { Op: not WorkloadOp.New } when record.Id == 0 || record.Id > lastId =>
                $"order {record.Id}; 1 to {lastId} are placed so far",
            { Op: not WorkloadOp.Cancel, Price: 0 } => "price 0; at least 1 is allowed",
            { Op: not WorkloadOp.Cancel, Quantity: 0 } => "quantity 0; at least 1 is allowed",
            _ => null,
        };

    private static string Reason(Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? "no such file or folder"
        : e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted could not be made either; the first failure says why.
        }
    }
}
