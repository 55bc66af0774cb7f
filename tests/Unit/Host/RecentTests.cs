using Strikeline.Host.Gateway;

namespace Strikeline.Unit.Host;

/// <summary>The newest rows, beside a plain list.</summary>
public sealed class RecentTests
{
    [Fact]
    public void It_is_what_a_list_would_be_of_which_the_oldest_are_taken_away()
    {
        var dice = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var capacity = 1 + dice.Next(200);
            var recent = new Recent<long>(capacity);
            var plain = new List<long>();
            var number = 0L;
            for (var left = dice.Next(1_000); left > 0; left--)
            {
                if (dice.Next(300) == 0)
                {
                    recent.Clear();
                    plain.Clear();
                }

                number += 1 + dice.Next(3);
                var hasGone = recent.Add(number, out var gone);
                plain.Add(number);
                Assert.Equal(plain.Count > capacity, hasGone);
                if (hasGone)
                {
                    Assert.Equal(plain[0], gone);
                    plain.RemoveAt(0);
                }

                var asked = dice.NextInt64(number + 2);
                Assert.Equal(plain.Count(row => row <= asked), recent.FirstAbove(asked, row => row));
            }

            Assert.Equal(plain, recent.Slice(0, recent.Count));
            Assert.Throws<ArgumentOutOfRangeException>(() => recent[recent.Count]);
            Assert.Throws<ArgumentOutOfRangeException>(() => recent[-1]);
        }
    }
}
