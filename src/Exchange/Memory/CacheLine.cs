using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Strikeline.Exchange;

/// <summary>Cache lines that will be needed soon.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Asks for the line of a value in a <see cref="Slab{T}"/>: changes nothing, waits for nothing, and never
    /// fails, whatever the reference points to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(ref T value)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
        }
    }
}
