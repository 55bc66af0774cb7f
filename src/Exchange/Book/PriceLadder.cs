using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>The orders at one price, oldest first.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct PriceLevel
{
    /// <summary>The oldest order; 0 for an empty level.</summary>
    public int Head;

    /// <summary>The youngest order.</summary>
    public int Tail;

    /// <summary>The lots of all of them.</summary>
    public long Lots;
}

/// <summary>
/// Every price of an instrument's grid, in pages that exist only where orders are, with a bitmap of the occupied ones.
/// </summary>
/// <remarks>
/// Bids and asks share it: a book is not crossed, so whatever lies below the best bid are bids, and above the best ask
/// asks.
/// </remarks>
internal sealed class PriceLadder
{
    /// <summary>The highest price of any grid, in ticks.</summary>
    public const int MaxPrice = 1 << 30;

    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;
    private const int WordBits = 6;
    private const int WordMask = 63;

    private readonly Page?[] _pages;
    private readonly ulong[] _pageWords;
    private readonly Stack<Page> _pool;

    public PriceLadder(int maxPrice, Stack<Page> pool)
    {
        var pages = (maxPrice >> PageBits) + 1;
        _pages = new Page?[pages];
        _pageWords = new ulong[(pages >> WordBits) + 1];
        _pool = pool;
    }

    /// <summary>A level that is occupied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel At(int price) => ref PageOf(price)[price & (PageSize - 1)];

    /// <summary>A level that an order is about to join.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel Occupy(int price)
    {
        var page = PageOf(price) ?? NewPage(price >> PageBits);
        page.Mark(price & (PageSize - 1));
        return ref page[price & (PageSize - 1)];
    }

    /// <summary>A level has lost its last order.</summary>
    public void Vacate(int price)
    {
        var page = PageOf(price)!;
        if (page.Unmark(price & (PageSize - 1)))
        {
            var index = price >> PageBits;
            _pages[index] = null;
            _pageWords[index >> WordBits] &= ~(1UL << (index & WordMask));
            _pool.Push(page);
        }
    }

    /// <summary>The next occupied price above; 0 where there is none.</summary>
    public int Above(int price)
    {
        var index = price >> PageBits;
        var found = PageOf(price) is { } page ? page.Above(price & (PageSize - 1)) : -1;
        if (found >= 0)
        {
            return (index << PageBits) | found;
        }

        index = PageAbove(index);
        return index < 0 ? 0 : (index << PageBits) | _pages[index]!.Above(-1);
    }

    /// <summary>The next occupied price below; 0 where there is none.</summary>
    public int Below(int price)
    {
        var index = price >> PageBits;
        var found = PageOf(price) is { } page ? page.Below(price & (PageSize - 1)) : -1;
        if (found >= 0)
        {
            return (index << PageBits) | found;
        }

        index = PageBelow(index);
        return index < 0 ? 0 : (index << PageBits) | _pages[index]!.Below(PageSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Page PageOf(int price) =>
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_pages), price >> PageBits)!;

    private Page NewPage(int index)
    {
        var page = _pool.TryPop(out var kept) ? kept : new Page();
        _pages[index] = page;
        _pageWords[index >> WordBits] |= 1UL << (index & WordMask);
        return page;
    }

    private int PageAbove(int index)
    {
        var at = index + 1;
        var word = at >> WordBits;
        if (word >= _pageWords.Length)
        {
            return -1;
        }

        var bits = _pageWords[word] & (ulong.MaxValue << (at & WordMask));
        while (bits == 0)
        {
            if (++word == _pageWords.Length)
            {
                return -1;
            }

            bits = _pageWords[word];
        }

        return (word << WordBits) | BitOperations.TrailingZeroCount(bits);
    }

    private int PageBelow(int index)
    {
        if (index == 0)
        {
            return -1;
        }

        var at = index - 1;
        var word = at >> WordBits;
        var bits = _pageWords[word] & (ulong.MaxValue >> (WordMask - (at & WordMask)));
        while (bits == 0)
        {
            if (--word < 0)
            {
                return -1;
            }

            bits = _pageWords[word];
        }

        return (word << WordBits) | BitOperations.Log2(bits);
    }

    /// <summary>1,024 levels and which of them are occupied; empty again before it is given back.</summary>
    internal sealed class Page
    {
        private const int Words = PageSize >> WordBits;

        private int _summary;
        private PageWords _words;
        private PageLevels _levels;

        public ref PriceLevel this[int index]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ref Unsafe.Add(ref Unsafe.As<PageLevels, PriceLevel>(ref _levels), index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int index)
        {
            _words[index >> WordBits] |= 1UL << (index & WordMask);
            _summary |= 1 << (index >> WordBits);
        }

        /// <summary>True where the page is empty now.</summary>
        public bool Unmark(int index)
        {
            var word = index >> WordBits;
            if ((_words[word] &= ~(1UL << (index & WordMask))) == 0)
            {
                _summary &= ~(1 << word);
            }

            return _summary == 0;
        }

        public int Above(int index)
        {
            var at = index + 1;
            if (at == PageSize)
            {
                return -1;
            }

            var word = at >> WordBits;
            var bits = _words[word] & (ulong.MaxValue << (at & WordMask));
            if (bits == 0)
            {
                var later = _summary & (-2 << word);
                if (later == 0)
                {
                    return -1;
                }

                word = BitOperations.TrailingZeroCount(later);
                bits = _words[word];
            }

            return (word << WordBits) | BitOperations.TrailingZeroCount(bits);
        }

        public int Below(int index)
        {
            if (index == 0)
            {
                return -1;
            }

            var at = index - 1;
            var word = at >> WordBits;
            var bits = _words[word] & (ulong.MaxValue >> (WordMask - (at & WordMask)));
            if (bits == 0)
            {
                var earlier = _summary & ((1 << word) - 1);
                if (earlier == 0)
                {
                    return -1;
                }

                word = BitOperations.Log2((uint)earlier);
                bits = _words[word];
            }

            return (word << WordBits) | BitOperations.Log2(bits);
        }

        // Inside of the page, so that a level is one step from it.
        [InlineArray(Words)]
        private struct PageWords
        {
            private ulong _first;
        }

        [InlineArray(PageSize)]
        private struct PageLevels
        {
            private PriceLevel _first;
        }
    }
}
