using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>Memory that asks the system for huge pages.</summary>
internal static unsafe partial class HugePages
{
    private const nint HugePage = 2 << 20;
    private const int AdviceHugePage = 14;

    /// <summary>Memory that is all zero and never moves.</summary>
    /// <param name="length">How many bytes there must be behind <paramref name="first"/>.</param>
    /// <param name="first">The first byte, at the start of a cache line; lives as long as what is returned.</param>
    public static Array Allocate(long length, out void* first)
    {
        var lines = GC.AllocateArray<Line>(checked((int)((length / Line.Bytes) + 2)), pinned: true);
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(lines));
        first = (void*)((start + Line.Bytes - 1) & -Line.Bytes);
        var from = (start + HugePage - 1) & -HugePage;
        var to = (start + ((nint)lines.Length * Line.Bytes)) & -HugePage;
        if (OperatingSystem.IsLinux() && to > from)
        {
            // Only advice: without it everything works, slower.
            _ = madvise(from, to - from, AdviceHugePage);
        }

        return lines;
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);

    [StructLayout(LayoutKind.Sequential, Size = Bytes)]
    private struct Line
    {
        public const int Bytes = 64;
    }
}
