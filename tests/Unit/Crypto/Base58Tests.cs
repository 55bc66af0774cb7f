using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

public sealed class Base58Tests
{
    [Fact]
    public void Published_vectors_hold_both_ways()
    {
        var path = RecordedData.File("bitcoin/base58-encode-decode-1.json");
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var vector in file.RootElement.EnumerateArray())
        {
            var bytes = Convert.FromHexString(vector[0].GetString()!);
            var text = vector[1].GetString()!;
            Assert.Equal(text, Base58.Encode(bytes));
            Assert.Equal(bytes, Decode(text));
        }
    }

    [Fact]
    public void Any_bytes_come_back()
    {
        var random = new Random(2);
        for (var i = 0; i < Counts.Of(20_000, 1_000); i++)
        {
            var bytes = new byte[random.Next(0, 80)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(0, bytes.Length + 1) / 3).Clear();
            Assert.Equal(bytes, Decode(Base58.Encode(bytes)));
        }

        var longest = new byte[Base58.MaxBytes];
        Array.Fill(longest, (byte)0xff);
        Assert.Equal(longest, Decode(Base58.Encode(longest)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("O")]
    [InlineData("I")]
    [InlineData("l")]
    [InlineData("abc d")]
    [InlineData("é")]
    public void A_character_outside_the_alphabet_is_refused(string text) =>
        Assert.False(Base58.TryDecode(text, new byte[64], out _));

    [Fact]
    public void Text_that_does_not_fit_is_refused()
    {
        Assert.False(Base58.TryDecode(Base58.Encode([1, 2, 3]), new byte[2], out var written));
        Assert.Equal(0, written);
        Assert.False(Base58.TryDecode("111", new byte[2], out _));
        Assert.False(Base58.TryDecode(new string('z', 5000), new byte[5000], out _));
        Assert.Throws<ArgumentException>(() => Base58.Encode(new byte[Base58.MaxBytes + 1]));
    }

    private static byte[] Decode(string text)
    {
        var room = new byte[Base58.MaxBytes];
        Assert.True(Base58.TryDecode(text, room, out var written));
        return room[..written];
    }
}
