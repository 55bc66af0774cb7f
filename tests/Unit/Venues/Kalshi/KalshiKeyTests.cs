using System.Security.Cryptography;
using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>What the venue's side of a signature sees, checked with the platform's own cryptography.</summary>
public sealed class KalshiKeyTests
{
    private const string Id = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_is_PSS_over_time_method_and_path_with_a_salt_as_long_as_the_digest(bool pkcs8)
    {
        using var rsa = RSA.Create(2_048);
        using var key = KalshiKey.FromPem(Id, pkcs8 ? rsa.ExportPkcs8PrivateKeyPem() : rsa.ExportRSAPrivateKeyPem());
        var headers = key.Sign("GET", "/trade-api/ws/v2", 1_703_123_456_789).ToDictionary();
        Assert.Equal(["KALSHI-ACCESS-KEY", "KALSHI-ACCESS-SIGNATURE", "KALSHI-ACCESS-TIMESTAMP"], headers.Keys.Order());
        Assert.Equal((Id, "1703123456789"), (headers["KALSHI-ACCESS-KEY"], headers["KALSHI-ACCESS-TIMESTAMP"]));
        var signature = Convert.FromBase64String(headers["KALSHI-ACCESS-SIGNATURE"]);
        var text = Encoding.ASCII.GetBytes("1703123456789GET/trade-api/ws/v2");
        Assert.True(rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.False(rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        text[0] ^= 1;
        Assert.False(rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.Equal(32, SaltLength(rsa, signature));

        // Random salt: the same text is never signed alike.
        Assert.NotEqual(headers["KALSHI-ACCESS-SIGNATURE"], key.Sign("GET", "/trade-api/ws/v2", 1_703_123_456_789)[2].Value);
    }

    [Fact]
    public void What_is_no_private_RSA_key_is_refused_without_repeating_it()
    {
        using var rsa = RSA.Create(2_048);
        using var small = RSA.Create(1_024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bad = new[]
        {
            "", "no key", rsa.ExportRSAPublicKeyPem(), small.ExportPkcs8PrivateKeyPem(), curve.ExportPkcs8PrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem()[..800],
        };
        foreach (var pem in bad)
        {
            var e = Assert.Throws<ArgumentException>(() => KalshiKey.FromPem(Id, pem));
            Assert.False(pem.Length > 64 && e.ToString().Contains(pem[40..60], StringComparison.Ordinal), e.ToString());
        }

        Assert.Throws<ArgumentException>(() => KalshiKey.FromPem("a\r\nb: c", rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<ArgumentException>(() => KalshiKey.FromPem("", rsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_key_does_not_show_itself()
    {
        using var rsa = RSA.Create(2_048);
        using var key = KalshiKey.FromPem(Id, rsa.ExportPkcs8PrivateKeyPem());
        var options = KalshiOptions.Production with { Key = key };
        Assert.DoesNotContain(Id[8..], options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Id[8..], key.ToString(), StringComparison.Ordinal);
    }

    // Opens the signature's encoding (PKCS #1, EMSA-PSS): behind the zeros and the one that follow the mask is the
    // salt.
    private static int SaltLength(RSA rsa, byte[] signature)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var value = System.Numerics.BigInteger.ModPow(Number(signature), Number(parameters.Exponent!), Number(parameters.Modulus!));
        var encoded = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        encoded = [.. new byte[256 - encoded.Length], .. encoded];
        Assert.Equal(0xbc, encoded[^1]);
        var masked = encoded[..(256 - 32 - 1)];
        var seed = encoded[masked.Length..^1];
        for (var i = 0; i < masked.Length; i++)
        {
            var block = SHA256.HashData([.. seed, 0, 0, 0, (byte)(i / 32)]);
            masked[i] ^= block[i % 32];
        }

        masked[0] &= 0x7f;
        return masked.Length - Array.IndexOf(masked, (byte)1) - 1;
    }

    private static System.Numerics.BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
