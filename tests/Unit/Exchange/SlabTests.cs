using System.Runtime.CompilerServices;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Slabs on both sides of the length from which they ask for huge pages.</summary>
public sealed class SlabTests
{
    private const int Short = 1_000;
    private const int Long = 1_000_003;

    [Theory]
    [InlineData(1)]
    [InlineData(Short)]
    [InlineData(Long)]
    public void A_slab_is_zero_and_keeps_what_is_written_to_each_of_its_values(int length)
    {
        var slab = new Slab<long>(length);
        Assert.Equal(length, slab.Length);
        Assert.Equal(-1, slab.First(length).IndexOfAnyExcept(0));
        for (var i = 0; i < length; i++)
        {
            slab[i] = i * 3L;
        }

        for (var i = 0; i < length; i++)
        {
            Assert.True(slab[i] == i * 3L, $"value {i}");
        }

    }

    [Theory]
    [InlineData(1, Short)]
    [InlineData(Short, Long)]
    [InlineData(Long, 2 * Long)]
    public void A_slab_that_grows_keeps_its_values_and_the_new_ones_are_zero(int length, int longer)
    {
        var slab = new Slab<int>(length);
        slab.First(length).Fill(7);
        slab.Grow(longer);
        Assert.Equal(longer, slab.Length);
        Assert.Equal(-1, slab.First(length).IndexOfAnyExcept(7));
        Assert.Equal(-1, slab.First(longer)[length..].IndexOfAnyExcept(0));
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Long)]
    public void A_slab_begins_with_a_cache_line(int length)
    {
        var slab = new Slab<int>(length);
        Assert.Equal(0, Address(ref slab[0]) % 64);
    }

    [Fact]
    public void A_slab_is_never_empty_and_does_not_shrink()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Slab<int>(0));
        var slab = new Slab<int>(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => slab.Grow(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = slab.First(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = slab.First(-1));
    }

    private static long Address(ref int value) => Unsafe.ByteOffset(ref Unsafe.NullRef<int>(), ref value);
}
