using System.Numerics;
using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>
/// Every price of an instrument's grid, in pages that exist only where orders are, with bitmaps of the occupied ones.
/// </summary>
/// <remarks>
/// Bids and asks share it: a book is not crossed, so whatever lies below the best bid are bids, and above the best ask
/// asks. A struct, so that it is part of its book: one step less to each level.
/// </remarks>
internal readonly struct PriceLadder
{
    /// <summary>The highest price of any grid, in ticks.</summary>
    public const int MaxPrice = 1 << 30;

    private const int PageBits = LadderPages.Bits;
    private const int PageMask = LadderPages.Levels - 1;
    private const int WordBits = 6;
    private const int WordMask = 63;

    private readonly Slab<Place> _places;
    private readonly ulong[] _placeWords;
    private readonly LadderPages _pages;

    public PriceLadder(int maxPrice, LadderPages pages)
    {
        var places = (maxPrice >> PageBits) + 1;
        _places = new Slab<Place>(places);
        _placeWords = new ulong[(places >> WordBits) + 1];
        _pages = pages;
    }

    /// <summary>A level of the grid; an empty one is only to be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel At(int price) => ref _pages[unchecked(PlaceOf(price).Page + (price & PageMask))];

    /// <summary>An empty level that an order is about to join.</summary>
    public ref PriceLevel Occupy(int price)
    {
        ref var place = ref PlaceOf(price);
        if (place.Page == 0)
        {
            NewPage(price >> PageBits);
        }

        var word = (price & PageMask) >> WordBits;
        _pages.Word(place.Page, word) |= 1UL << (price & WordMask);
        place.Words |= 1 << word;
        return ref _pages[unchecked(place.Page + (price & PageMask))];
    }

    /// <summary>A level has lost its last order.</summary>
    public void Vacate(int price)
    {
        ref var place = ref PlaceOf(price);
        var word = (price & PageMask) >> WordBits;
        if ((_pages.Word(place.Page, word) &= ~(1UL << (price & WordMask))) == 0
            && (place.Words &= ~(1 << word)) == 0)
        {
            var index = price >> PageBits;
            _placeWords[index >> WordBits] &= ~(1UL << (index & WordMask));
            _pages.Give(place.Page);
            place.Page = 0;
        }
    }

    /// <summary>The next occupied price above; 0 where there is none.</summary>
    public int Above(int price)
    {
        var index = price >> PageBits;
        var found = AboveIn(PlaceOf(price), price & PageMask);
        if (found < 0)
        {
            index = PlaceAbove(index);
            if (index < 0)
            {
                return 0;
            }

            found = AboveIn(_places[index], -1);
        }

        return (index << PageBits) | found;
    }

    /// <summary>The next occupied price below; 0 where there is none.</summary>
    public int Below(int price)
    {
        var index = price >> PageBits;
        var found = BelowIn(PlaceOf(price), price & PageMask);
        if (found < 0)
        {
            index = PlaceBelow(index);
            if (index < 0)
            {
                return 0;
            }

            found = BelowIn(_places[index], LadderPages.Levels);
        }

        return (index << PageBits) | found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Place PlaceOf(int price) => ref _places[price >> PageBits];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NewPage(int index)
    {
        _places[index].Page = _pages.Take();
        _placeWords[index >> WordBits] |= 1UL << (index & WordMask);
    }

    private int AboveIn(Place place, int level)
    {
        var at = level + 1;
        if (at == LadderPages.Levels)
        {
            return -1;
        }

        var word = at >> WordBits;
        var bits = _pages.Word(place.Page, word) & (ulong.MaxValue << (at & WordMask));
        if (bits == 0)
        {
            var later = place.Words & (-2 << word);
            if (later == 0)
            {
                return -1;
            }

            word = BitOperations.TrailingZeroCount(later);
            bits = _pages.Word(place.Page, word);
        }

        return (word << WordBits) | BitOperations.TrailingZeroCount(bits);
    }

    private int BelowIn(Place place, int level)
    {
        if (level == 0)
        {
            return -1;
        }

        var at = level - 1;
        var word = at >> WordBits;
        var bits = _pages.Word(place.Page, word) & (ulong.MaxValue >> (WordMask - (at & WordMask)));
        if (bits == 0)
        {
            var earlier = place.Words & ((1 << word) - 1);
            if (earlier == 0)
            {
                return -1;
            }

            word = BitOperations.Log2((uint)earlier);
            bits = _pages.Word(place.Page, word);
        }

        return (word << WordBits) | BitOperations.Log2(bits);
    }

    private int PlaceAbove(int index)
    {
        var at = index + 1;
        var word = at >> WordBits;
        if (word >= _placeWords.Length)
        {
            return -1;
        }

        var bits = _placeWords[word] & (ulong.MaxValue << (at & WordMask));
        while (bits == 0)
        {
            if (++word == _placeWords.Length)
            {
                return -1;
            }

            bits = _placeWords[word];
        }

        return (word << WordBits) | BitOperations.TrailingZeroCount(bits);
    }

    private int PlaceBelow(int index)
    {
        if (index == 0)
        {
            return -1;
        }

        var at = index - 1;
        var word = at >> WordBits;
        var bits = _placeWords[word] & (ulong.MaxValue >> (WordMask - (at & WordMask)));
        while (bits == 0)
        {
            if (--word < 0)
            {
                return -1;
            }

            bits = _placeWords[word];
        }

        return (word << WordBits) | BitOperations.Log2(bits);
    }

    // 1,024 neighbouring prices: their page, 0 for none, and which of its words are not zero.
    private struct Place
    {
        public int Page;
        public int Words;
    }
}
