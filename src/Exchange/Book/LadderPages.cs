using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>
/// The pages of all ladders of a shard in one row: 1,024 levels, and behind them a bitmap of the occupied ones. A page
/// goes by the index of its first level; the one at 0 is always empty, and stands for all that do not exist.
/// </summary>
/// <remarks>References to levels and words are void after <see cref="Take"/>, which may move them.</remarks>
internal sealed class LadderPages
{
    /// <summary>Bits of a price that choose the level within its page.</summary>
    public const int Bits = 10;

    /// <summary>Levels of a page.</summary>
    public const int Levels = 1 << Bits;

    // An odd number of cache lines: books with like prices would otherwise fight for the same sets of the caches.
    private const int Stride = Levels + 12;

    private Slab<PriceLevel> _levels;
    private int _end = Stride;
    private int _free;

    /// <param name="expected">Pages for which there is room from the start.</param>
    public LadderPages(int expected) => _levels = new Slab<PriceLevel>(Stride * (expected + 1));

    /// <summary>A level by its page's index plus its own.</summary>
    public ref PriceLevel this[int level]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _levels[level];
    }

    /// <summary>64 levels' bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ulong Word(int page, int word) =>
        ref Unsafe.Add(ref Unsafe.As<PriceLevel, ulong>(ref _levels[unchecked(page + Levels)]), word);

    /// <summary>An empty page.</summary>
    public int Take()
    {
        var page = _free;
        if (page != 0)
        {
            _free = NextFree(page);
            NextFree(page) = 0;
            return page;
        }

        if (_levels.Length - _end < Stride)
        {
            _levels.Grow(checked(_levels.Length * 2));
        }

        page = _end;
        _end += Stride;
        return page;
    }

    /// <summary>Gives an empty page back.</summary>
    public void Give(int page)
    {
        NextFree(page) = _free;
        _free = page;
    }

    // Where a page in use has its first level.
    private ref int NextFree(int page) => ref _levels[page].Head;
}
