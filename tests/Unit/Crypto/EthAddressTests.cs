using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

public sealed class EthAddressTests
{
    [Fact]
    public void Published_addresses_are_printed_with_their_checksum()
    {
        var count = 0;
        foreach (var vector in KeccakTests.Vectors("crypto/eth-address-checksums-1.json.gz"))
        {
            var expected = vector.GetProperty("checksumAddress").GetString()!;
            Assert.True(EthAddress.TryParse(vector.GetProperty("address").GetString(), out var address));
            Assert.Equal(expected, address.ToString());
            Assert.Equal(address, EthAddress.Parse(expected));
            count++;
        }

        Assert.Equal(300, count);
    }

    [Fact]
    public void A_letter_of_the_wrong_case_is_refused_where_both_cases_stand()
    {
        const string Sound = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        Assert.True(EthAddress.TryParse(Sound, out _));
        Assert.True(EthAddress.TryParse(Sound.ToLowerInvariant(), out _));
        for (var i = 2; i < Sound.Length; i++)
        {
            if (char.IsAsciiLetter(Sound[i]))
            {
                var turned = Sound[..i] + (char)(Sound[i] ^ 0x20) + Sound[(i + 1)..];
                Assert.False(EthAddress.TryParse(turned, out _), turned);
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0")]
    [InlineData("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg")]
    public void What_is_no_address_is_refused(string? text) => Assert.False(EthAddress.TryParse(text, out _));

    [Fact]
    public void Numbers_of_256_bits_are_read_and_printed_exactly()
    {
        const string Token = "104239898038807136052399800151408521467737075933964991162589336683346093173875";
        const string Most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        Assert.True(UInt256.TryParse(Token, out var token));
        Assert.Equal(Token, token.ToString());
        Assert.True(UInt256.TryParse(Most, out var most));
        Assert.Equal(new UInt256(UInt128.MaxValue, UInt128.MaxValue), most);
        Assert.True(UInt256.TryParse("0", out var zero));
        Assert.Equal(UInt256.From(0), zero);
        Assert.False(UInt256.TryParse(Most[..^1] + "6", out _));
        Assert.False(UInt256.TryParse("", out _));
        Assert.False(UInt256.TryParse("-1", out _));
        Assert.False(UInt256.TryParse(" 1", out _));
        Assert.False(UInt256.TryParse("0x10", out _));
        var bytes = new byte[32];
        token.Write(bytes);
        Assert.Equal(token, UInt256.Read(bytes));
    }
}
