using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

public sealed class Secp256k1Tests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.HexNumber);

    public static TheoryData<string> BackEnds => [.. Secp256k1BackEnd.Available.Select(one => one.Name)];

    [Fact]
    public void The_first_available_back_end_is_in_use_and_the_managed_one_is_always_there()
    {
        Assert.Same(Secp256k1BackEnd.Available[0], Secp256k1.BackEnd);
        Assert.Equal("bouncycastle", Secp256k1BackEnd.Available[^1].Name);
    }

    [Fact]
    public void On_a_machine_with_the_library_both_back_ends_are_there()
    {
        Assert.SkipUnless(File.Exists("/lib/x86_64-linux-gnu/libsecp256k1.so.1"), "libsecp256k1-1 is not installed");
        Assert.Equal(["libsecp256k1", "bouncycastle"], Secp256k1BackEnd.Available.Select(one => one.Name));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Published_wallets_have_the_addresses_of_their_keys(string name)
    {
        var count = 0;
        foreach (var vector in KeccakTests.Vectors("crypto/wallets-1.json.gz"))
        {
            using var signer = new Secp256k1Signer(Hex(vector, "privateKey"), Named(name));
            Assert.Equal(EthAddress.Parse(vector.GetProperty("address").GetString()!), signer.Address);
            count++;
        }

        Assert.Equal(5, count);
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Published_transactions_are_signed_to_the_byte_and_give_their_signer_back(string name)
    {
        var backEnd = Named(name);
        var count = 0;
        foreach (var vector in KeccakTests.Vectors("crypto/eth-typed-transactions-1.json.gz"))
        {
            var digest = new byte[32];
            Keccak256.Hash(Hex(vector, "unsigned"), digest);
            using var signer = new Secp256k1Signer(Hex(vector, "key"), backEnd);
            var signature = new byte[65];
            signer.Sign(digest, signature);
            Assert.Equal(EthAddress.Parse(vector.GetProperty("address").GetString()!), signer.Address);

            // The signed form ends with the parity, R and S, each as RLP writes a number: without leading zeros.
            var tail = Rlp(signature.AsSpan(0, 32)) + Rlp(signature.AsSpan(32, 32));
            Assert.EndsWith(tail, vector.GetProperty("signed").GetString());
            var key = new byte[64];
            Assert.True(Secp256k1.TryRecover(backEnd, digest, signature, key));
            Assert.Equal(signer.PublicKey, key);
            count++;
        }

        Assert.Equal(300, count);
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Wycheproof_verdicts_hold(string name)
    {
        var (backEnd, count) = (Named(name), 0);
        using var file = JsonDocument.Parse(
            File.ReadAllBytes(RecordedData.File("crypto/ecdsa-secp256k1-wycheproof-1.json")));
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!)[1..];
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var digest = SHA256.HashData(Convert.FromHexString(test.GetProperty("msg").GetString()!));
                var verdict = TryReadDer(Convert.FromHexString(test.GetProperty("sig").GetString()!), out var signature)
                    && Secp256k1.Verify(backEnd, key, digest, signature);
                Assert.True(
                    verdict == (test.GetProperty("result").GetString() == "valid"),
                    $"tcId {test.GetProperty("tcId")} {test.GetProperty("comment")}: {verdict}");
                count++;
            }
        }

        Assert.Equal(238, count);
    }

    [Fact]
    public void Both_back_ends_give_equal_bytes_and_equal_verdicts()
    {
        var random = new Random(7);
        var (key, digest, one, other) = (new byte[32], new byte[32], new byte[65], new byte[65]);
        var (found, wanted) = (new byte[64], new byte[64]);
        for (var i = 0; i < Counts.Of(20_000, 150); i++)
        {
            random.NextBytes(key);
            random.NextBytes(digest);
            if (i % 10 == 0)
            {
                // Digests from the group's order on, where a careless library makes another nonce.
                digest.AsSpan(0, 16).Fill(0xff);
            }

            foreach (var backEnd in Secp256k1BackEnd.Available)
            {
                using var signer = new Secp256k1Signer(key, backEnd);
                signer.Sign(digest, one);
                if (backEnd == Secp256k1BackEnd.Available[0])
                {
                    one.CopyTo(other, 0);
                }

                Assert.Equal(other, one);
                Assert.True(IsInLowerHalf(one));
                Assert.True(Secp256k1.TryRecover(backEnd, digest, one, found));
                Assert.Equal(signer.PublicKey, found);
                Assert.True(Secp256k1.Verify(backEnd, found, digest, one.AsSpan(0, 64)));
            }

            // A flipped bit anywhere gives another key or none, by the same verdict of both.
            one[random.Next(64)] ^= (byte)(1 << random.Next(8));
            wanted.AsSpan().Clear();
            var expected = Secp256k1.TryRecover(Secp256k1BackEnd.Available[0], digest, one, wanted);
            foreach (var backEnd in Secp256k1BackEnd.Available)
            {
                found.AsSpan().Clear();
                Assert.Equal(expected, Secp256k1.TryRecover(backEnd, digest, one, found));
                Assert.Equal(wanted, found);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_signature_in_the_upper_half_gives_no_key_back_but_holds_the_equation(string name)
    {
        using var signer = new Secp256k1Signer(SHA256.HashData("cow"u8), Named(name));
        var (digest, signature, key) = (SHA256.HashData("digest"u8), new byte[65], new byte[64]);
        signer.Sign(digest, signature);
        var upper = Order - new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32, 32).Clear();
        upper.TryWriteBytes(signature.AsSpan(64 - upper.GetByteCount(true), upper.GetByteCount(true)), out _, true, true);
        signature[64] ^= 27 ^ 28;
        Assert.False(Secp256k1.TryRecover(Named(name), digest, signature, key));
        Assert.True(Secp256k1.Verify(Named(name), signer.PublicKey, digest, signature.AsSpan(0, 64)));
    }

    [Fact]
    public void Sizes_keys_and_parities_that_are_none_are_refused()
    {
        using var signer = new Secp256k1Signer(SHA256.HashData("cow"u8));
        var (digest, signature, key) = (new byte[32], new byte[65], new byte[64]);
        signer.Sign(digest, signature);
        Assert.True(Secp256k1.TryRecover(digest, signature, key));
        Assert.False(Secp256k1.TryRecover(digest.AsSpan(1), signature, key));
        Assert.False(Secp256k1.TryRecover(digest, signature.AsSpan(0, 64), key));
        var bare = signature.ToArray();
        bare[64] -= 27;
        Assert.True(Secp256k1.TryRecover(digest, bare, key));
        foreach (var parity in (byte[])[2, 3, 26, 29, 255])
        {
            bare[64] = parity;
            Assert.False(Secp256k1.TryRecover(digest, bare, key));
        }

        Assert.False(Secp256k1.IsPrivateKey(new byte[32]));
        Assert.False(Secp256k1.IsPrivateKey(new byte[31]));
        var order = Order.ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.False(Secp256k1.IsPrivateKey(order));
        order[31]--;
        Assert.True(Secp256k1.IsPrivateKey(order));
        Assert.Throws<ArgumentException>(() => new Secp256k1Signer(new byte[32]));
    }

    [Fact]
    public void A_signer_prints_its_address_and_is_of_no_use_once_it_is_closed()
    {
        var secret = SHA256.HashData("cow"u8);
        var signer = new Secp256k1Signer(secret);
        Assert.Equal(signer.Address.ToString(), signer.ToString());
        Assert.DoesNotContain(Convert.ToHexStringLower(secret), signer.ToString(), StringComparison.OrdinalIgnoreCase);
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign(new byte[32], new byte[65]));
    }

    internal static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()![2..]);

    private static Secp256k1BackEnd Named(string name) => Secp256k1BackEnd.Available.First(one => one.Name == name);

    private static bool IsInLowerHalf(byte[] signature) =>
        new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true) <= Order / 2;

    private static string Rlp(ReadOnlySpan<byte> number)
    {
        var plain = number.TrimStart((byte)0);
        return plain.Length == 1 && plain[0] < 0x80
            ? Convert.ToHexStringLower(plain)
            : (0x80 + plain.Length).ToString("x2") + Convert.ToHexStringLower(plain);
    }

    // Strict DER (X.690): the shortest lengths, the shortest numbers, nothing behind.
    private static bool TryReadDer(ReadOnlySpan<byte> der, out byte[] signature)
    {
        signature = new byte[64];
        return der.Length >= 2 && der[0] == 0x30 && der[1] < 0x80 && der[1] == der.Length - 2
            && TryReadNumber(der[2..], signature.AsSpan(0, 32), out var rest)
            && TryReadNumber(rest, signature.AsSpan(32), out rest) && rest.Length == 0;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> der, Span<byte> number, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        if (der.Length < 3 || der[0] != 2 || der[1] is 0 or >= 0x80 || der.Length < 2 + der[1])
        {
            return false;
        }

        var body = der.Slice(2, der[1]);
        rest = der[(2 + der[1])..];
        if ((body[0] & 0x80) != 0 || (body.Length > 1 && body[0] == 0 && (body[1] & 0x80) == 0))
        {
            return false;
        }

        body = body.TrimStart((byte)0);
        if (body.Length > 32)
        {
            return false;
        }

        body.CopyTo(number[(32 - body.Length)..]);
        return true;
    }
}
