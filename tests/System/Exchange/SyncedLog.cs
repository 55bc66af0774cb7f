using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strikeline.SystemTests.Exchange;

/// <summary>A client's own record of what it was told: on the disk before it counts.</summary>
/// <remarks>The runtime's flush hides a failed sync; hence the call into libc.</remarks>
internal sealed partial class SyncedLog(string path) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    private long _length;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Appends and syncs; throws where the sync fails.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        RandomAccess.Write(_file, lines, _length);
        _length += lines.Length;
        if (fdatasync(_file) != 0)
        {
            throw new IOException($"fdatasync of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);
}

/// <summary>A command's answer: it is done, and this came of it.</summary>
/// <param name="Sequence">Its record in the journal.</param>
/// <param name="Tag">The client's number for it.</param>
/// <param name="Events">The JSON array of events, as it was printed.</param>
internal readonly record struct Answer(ulong Sequence, long Tag, string Events)
{
    private const string First = "{\"sequence\":";
    private const string Second = ",\"tag\":";
    private const string Third = ",\"events\":";

    /// <summary>Reads a line; null where it is none.</summary>
    public static Answer? Of(string line)
    {
        if (!line.StartsWith(First, StringComparison.Ordinal) || !line.EndsWith('}'))
        {
            return null;
        }

        var tag = line.IndexOf(Second, StringComparison.Ordinal);
        var events = line.IndexOf(Third, StringComparison.Ordinal);
        return new Answer(
            ulong.Parse(line.AsSpan(First.Length, tag - First.Length)),
            long.Parse(line.AsSpan(tag + Second.Length, events - tag - Second.Length)),
            line[(events + Third.Length)..^1]);
    }

    /// <summary>The answers of a log, in the order in which they came.</summary>
    public static IEnumerable<Answer> In(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (Of(line) is { } answer)
            {
                yield return answer;
            }
        }
    }
}
