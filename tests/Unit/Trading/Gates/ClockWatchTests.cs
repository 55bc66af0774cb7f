using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Trading.Gates;

/// <summary>The clock's offset by the age of messages.</summary>
public sealed class ClockWatchTests
{
    private const long Milli = Stamps.NanosPerMilli;
    private readonly ClockWatch _watch = new();
    private long _venueNow = 1_795_000_000 * Stamps.NanosPerSecond;

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(-10_000)]
    public void The_quickest_message_tells_the_offset(int aheadMillis)
    {
        Assert.Null(_watch.OffsetFor(Venue.Polymarket));
        var dice = new Random(5);
        for (var i = 0; i < 1_000; i++)
        {
            Say(aheadMillis, travelMillis: 20 + dice.Next(400));
        }

        Assert.InRange(Milliseconds(Venue.Polymarket), aheadMillis + 20, aheadMillis + 30);

        // A venue that states no times: the machine has one clock.
        _watch.Take(Venue.Kalshi, 0, _venueNow);
        Assert.Null(_watch.Offset(Venue.Kalshi));
        Assert.Equal(Milliseconds(Venue.Polymarket), Milliseconds(Venue.Kalshi));
    }

    [Fact]
    public void A_clock_that_jumps_is_found_within_two_windows_and_so_is_one_that_is_set_right()
    {
        Say(0, 20);
        foreach (var ahead in (int[])[700, 0, -700])
        {
            for (var seconds = 0; seconds <= 2 * ClockWatch.Window.TotalSeconds; seconds += 5)
            {
                _venueNow += 5 * Stamps.NanosPerSecond;
                Say(ahead, 20);
            }

            Assert.Equal(ahead + 20, Milliseconds(Venue.Polymarket));
        }
    }

    [Fact]
    public void Silence_forgets_nothing_and_taking_allocates_nothing()
    {
        Say(0, 20);
        _venueNow += 86_400 * Stamps.NanosPerSecond;
        Assert.Equal(20, Milliseconds(Venue.Polymarket));
        Assert.Equal(0, Allocated.By(() => Say(0, 20)));
    }

    private double Milliseconds(Venue venue) => _watch.OffsetFor(venue)!.Value.TotalMilliseconds;

    private void Say(int aheadMillis, int travelMillis) =>
        _watch.Take(Venue.Polymarket, _venueNow, _venueNow + ((aheadMillis + travelMillis) * Milli));
}
