using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

public sealed class BackOffTests
{
    [Fact]
    public void Without_jitter_waits_double_up_to_the_longest()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30), 0, new Random(1));
        double[] expected = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
        Assert.Equal(expected, expected.Select(_ => backOff.Next().TotalMilliseconds));
        Assert.Equal(expected.Length, backOff.Tries);
        backOff.Reset();
        Assert.Equal(250, backOff.Next().TotalMilliseconds);
    }

    [Fact]
    public void With_jitter_every_wait_lies_between_its_share_and_the_whole()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var backOff = new BackOff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30), 0.5, new Random(seed));
            for (var i = 0; i < 12; i++)
            {
                var full = Math.Min(250 * Math.Pow(2, i), 30_000);
                Assert.InRange(backOff.Next().TotalMilliseconds, full / 2, full);
            }
        }
    }

    [Fact]
    public void Different_seeds_do_not_return_in_step()
    {
        var waits = Enumerable.Range(0, 100)
            .Select(seed => new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 0.5, new Random(seed)).Next())
            .Distinct();
        Assert.True(waits.Count() > 90);
    }

    [Fact]
    public void A_million_failures_neither_overflow_nor_exceed_the_longest_wait()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30), 0.5, new Random(1));
        for (var i = 0; i < 1_000_100; i++)
        {
            Assert.InRange(backOff.Next().TotalMilliseconds, 1, 30_000);
        }
    }
}
