using System.Numerics;
using System.Text;

namespace Strikeline.Unit.Kernel;

/// <summary>Decimal text against arbitrary-precision integers: exact, or refused.</summary>
public sealed class DecimalTextTests
{
    private const int Seed = 20_260_721;

    [Fact]
    public void Parse_of_format_is_the_same_number_for_every_scale()
    {
        var random = new Random(Seed);
        Span<byte> buffer = stackalloc byte[32];
        for (var i = 0; i < Counts.Of(2_000_000, 100_000); i++)
        {
            var decimals = random.Next(DecimalText.MaxDecimals + 1);
            var value = random.NextInt64(long.MaxValue) >> random.Next(63);
            var length = DecimalText.Format(value, decimals, buffer);
            Assert.True(DecimalText.TryParse(buffer[..length], decimals, out var back), $"{value} at {decimals}");
            Assert.Equal(value, back);
            Assert.Equal(decimals, DecimalText.DecimalsIn(buffer[..length]));
        }
    }

    [Fact]
    public void Any_number_text_is_read_as_a_big_integer_reads_it_or_refused_where_that_does_not_fit()
    {
        var random = new Random(Seed + 1);
        var accepted = 0;
        for (var i = 0; i < Counts.Of(2_000_000, 100_000); i++)
        {
            var text = RandomNumber(random);
            var decimals = random.Next(DecimalText.MaxDecimals + 1);
            var expected = Oracle(text, decimals);
            var read = DecimalText.TryParse(Encoding.ASCII.GetBytes(text), decimals, out var value);
            Assert.True(read == expected.HasValue, $"{text} at {decimals}: read {read}, expected {expected}");
            Assert.Equal(expected ?? 0, value);
            accepted += read ? 1 : 0;
        }

        Assert.InRange(accepted, Counts.Of(100_000, 5_000), int.MaxValue);
    }

    [Theory]
    [InlineData("9223372036854775807", 0, long.MaxValue)]
    [InlineData("9.223372036854775807", 18, long.MaxValue)]
    [InlineData("92233720368.54775807", 8, long.MaxValue)]
    [InlineData("00000000000000000000000000000000007", 0, 7L)]
    [InlineData("0.00000000000000000000000000000000", 8, 0L)]
    [InlineData("1.50000000000000000000000000000000", 1, 15L)]
    public void The_largest_and_the_padded_are_read(string text, int decimals, long expected)
    {
        Assert.True(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), decimals, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("9223372036854775808", 0)]
    [InlineData("18446744073709551615", 0)]
    [InlineData("18446744073709551616", 0)]
    [InlineData("184467440737.09551616", 8)]
    [InlineData("36893488147419103232", 0)]
    [InlineData("340282366920938463463374607431768211456", 0)]
    [InlineData("9.3", 18)]
    [InlineData("0.123456789", 8)]
    [InlineData("1.000000001", 8)]
    [InlineData("", 8)]
    [InlineData(".", 8)]
    [InlineData(".5", 8)]
    [InlineData("5.", 8)]
    [InlineData("1..2", 8)]
    [InlineData("1.2.3", 8)]
    [InlineData("-1", 8)]
    [InlineData("+1", 8)]
    [InlineData(" 1", 8)]
    [InlineData("1 ", 8)]
    [InlineData("1e5", 8)]
    [InlineData("NaN", 8)]
    [InlineData("0x10", 8)]
    [InlineData("1,5", 8)]
    public void What_is_off_grid_too_large_or_no_number_is_refused(string text, int decimals)
    {
        Assert.False(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), decimals, out var value));
        Assert.Equal(0, value);
    }

    [Theory]
    [InlineData("1.5e-7", 8, true, 15L)]
    [InlineData("1E2", 2, true, 10_000L)]
    [InlineData("1e+3", 0, true, 1_000L)]
    [InlineData("0e400", 8, true, 0L)]
    [InlineData("1e400", 8, false, 0L)]
    [InlineData("1e-400", 8, false, 0L)]
    [InlineData("1e-9", 8, false, 0L)]
    [InlineData("1e999999999999", 8, false, 0L)]
    [InlineData("1e", 8, false, 0L)]
    [InlineData("1e-", 8, false, 0L)]
    [InlineData("e5", 8, false, 0L)]
    [InlineData("-1e5", 8, false, 0L)]
    [InlineData("9e18", 0, true, 9_000_000_000_000_000_000L)]
    [InlineData("1e19", 0, false, 0L)]
    public void Json_numbers_may_have_an_exponent(string text, int decimals, bool read, long expected)
    {
        Assert.Equal(read, DecimalText.TryParseJsonNumber(Encoding.ASCII.GetBytes(text), decimals, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(-5L, 2, "-0.05")]
    [InlineData(0L, 3, "0.000")]
    [InlineData(0L, 0, "0")]
    [InlineData(long.MaxValue, 18, "9.223372036854775807")]
    [InlineData(long.MinValue, 8, "-92233720368.54775808")]
    [InlineData(long.MinValue, 0, "-9223372036854775808")]
    public void Format_writes_every_decimal(long value, int decimals, string expected) =>
        Assert.Equal(expected, DecimalText.ToText(value, decimals));

    [Theory]
    [InlineData(6_183_763_000_000L, 8, "61837.63")]
    [InlineData(50_000_000L, 8, "0.5")]
    [InlineData(700_000_000L, 8, "7")]
    [InlineData(0L, 8, "0")]
    [InlineData(100L, 0, "100")]
    public void Short_text_has_no_trailing_zeros(long value, int decimals, string expected) =>
        Assert.Equal(expected, DecimalText.ToShortText(value, decimals));

    private static string RandomNumber(Random random)
    {
        var text = new StringBuilder();
        var whole = random.Next(3) == 0 ? random.Next(1, 45) : random.Next(1, 12);
        var zeros = random.Next(4) == 0;
        for (var i = 0; i < whole; i++)
        {
            text.Append(zeros && i < whole / 2 ? '0' : (char)('0' + random.Next(10)));
        }

        if (random.Next(4) != 0)
        {
            text.Append('.');
            var fraction = random.Next(1, 22);
            var kept = random.Next(fraction + 1);
            for (var i = 0; i < fraction; i++)
            {
                text.Append(i < kept ? (char)('0' + random.Next(10)) : '0');
            }
        }

        return text.ToString();
    }

    private static long? Oracle(string text, int decimals)
    {
        var parts = text.Split('.');
        var fraction = parts.Length > 1 ? parts[1] : string.Empty;
        if (fraction.Length > decimals && fraction[decimals..].Any(c => c != '0'))
        {
            return null;
        }

        var digits = parts[0] + (fraction.Length > decimals ? fraction[..decimals] : fraction.PadRight(decimals, '0'));
        var whole = BigInteger.Parse(digits);
        return whole <= long.MaxValue ? (long)whole : null;
    }
}
