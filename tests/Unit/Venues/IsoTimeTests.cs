using System.Text;
using Strikeline.Venues.Wire;

namespace Strikeline.Unit.Venues;

public sealed class IsoTimeTests
{
    private readonly IsoTime _clock = new();

    [Fact]
    public void Every_instant_of_the_calendar_is_read_as_the_framework_reads_it()
    {
        var random = new Random(17);
        var span = new DateTimeOffset(2200, 12, 31, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch;
        for (var i = 0; i < Counts.Of(1_000_000, 50_000); i++)
        {
            var at = DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(span.Ticks));
            var digits = random.Next(8);
            var text = at.ToString($"yyyy-MM-ddTHH:mm:ss{(digits == 0 ? string.Empty : "." + new string('f', digits))}") + "Z";
            var kept = (long)Math.Pow(10, 7 - digits);
            Assert.True(_clock.TryParse(Encoding.ASCII.GetBytes(text), out var nanos), text);
            Assert.Equal((at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / kept * kept * 100, nanos);

            // Once more in the same minute, which is remembered.
            var second = random.Next(60);
            Assert.True(_clock.TryParse(Encoding.ASCII.GetBytes($"{text[..17]}{second:00}.5Z"), out var again), text);
            Assert.Equal((nanos / 60_000_000_000 * 60_000_000_000) + (second * 1_000_000_000L) + 500_000_000, again);
        }
    }

    [Theory]
    [InlineData("2024-10-04T07:13:31.088388Z", 1_728_026_011_088_388_000L)]
    [InlineData("2023-10-06T17:35:00.279389650Z", 1_696_613_700_279_389_650L)]
    [InlineData("1970-01-01T00:00:00Z", 0L)]
    [InlineData("2024-02-29T23:59:59.999999999Z", 1_709_251_199_999_999_999L)]
    public void Known_instants(string text, long nanos)
    {
        Assert.True(_clock.TryParse(Encoding.ASCII.GetBytes(text), out var read));
        Assert.Equal(nanos, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-10-04")]
    [InlineData("2024-10-04T07:13:31.088388")]
    [InlineData("2024-10-04T07:13:31.Z")]
    [InlineData("2024-10-04T07:13:31.0883881234Z")]
    [InlineData("2024-13-04T07:13:31Z")]
    [InlineData("2023-02-29T07:13:31Z")]
    [InlineData("2024-10-00T07:13:31Z")]
    [InlineData("2024-10-04T24:13:31Z")]
    [InlineData("2024-10-04T07:60:31Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T00:00:00Z")]
    [InlineData("2024-10-04T07:13:31.08+8Z")]
    [InlineData("2024-1a-04T07:13:31Z")]
    [InlineData("2024-10-04T07:13:31+00:00")]
    [InlineData("2024-10-04T07:13:61Z")]
    [InlineData("2024-10-04T07:13.31Z")]
    [InlineData("2024-10-04T07:13:3 Z")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:31Z")]
    public void What_is_no_time_in_utc_is_refused(string text)
    {
        Assert.False(_clock.TryParse(Encoding.ASCII.GetBytes(text), out _));
        Assert.True(_clock.TryParse("2024-10-04T07:13:00Z"u8, out _));
        Assert.False(_clock.TryParse(Encoding.ASCII.GetBytes(text), out _));
    }
}
