using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>Arrays that ask the system for huge pages.</summary>
internal static unsafe partial class HugePages
{
    private const nint HugePage = 2 << 20;
    private const nint CacheLine = 64;
    private const int AdviceHugePage = 14;

    /// <summary>An array of zeros that never moves.</summary>
    /// <param name="length">How many values it must hold behind <paramref name="shift"/>.</param>
    /// <param name="shift">The index of the first value at the start of a cache line.</param>
    public static T[] Allocate<T>(int length, out int shift)
        where T : unmanaged
    {
        var spare = (int)(CacheLine / sizeof(T)) + 1;
        var items = GC.AllocateArray<T>(checked(length + spare), pinned: true);
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(items));
        shift = 0;
        while (shift < spare && (start + ((nint)shift * sizeof(T))) % CacheLine != 0)
        {
            shift++;
        }

        shift = shift == spare ? 0 : shift;
        var first = (start + HugePage - 1) & -HugePage;
        var last = (start + ((nint)items.Length * sizeof(T))) & -HugePage;
        if (OperatingSystem.IsLinux() && last > first)
        {
            // Only advice: without it everything works, slower.
            _ = madvise(first, last - first, AdviceHugePage);
        }

        return items;
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);
}
