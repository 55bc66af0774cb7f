using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

/// <summary>The primitives over what Polymarket's own clients are tested with.</summary>
public sealed class PolymarketVectorTests
{
    private static readonly byte[] OrderTypeV1 = Encoding.ASCII.GetBytes(
        "Order(uint256 salt,address maker,address signer,address taker,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,"
        + "uint256 expiration,uint256 nonce,uint256 feeRateBps,uint8 side,uint8 signatureType)");

    private static readonly byte[] OrderTypeV2 = Encoding.ASCII.GetBytes(
        "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,"
        + "uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)");

    [Fact]
    public void An_authentication_of_the_first_level_is_signed_to_the_byte()
    {
        using var file = Read("l1-auth-signature-1.json");
        var vector = file.RootElement;
        var (domain, hash, digest) = (new byte[32], new byte[32], new byte[32]);
        Eip712.DomainSeparator("ClobAuthDomain", "1", (ulong)vector.GetProperty("chainId").GetInt64(), domain);
        var auth = new Eip712Struct("ClobAuth(address address,string timestamp,uint256 nonce,string message)"u8);
        auth.Add(Address(vector, "address"));
        auth.Add(vector.GetProperty("timestamp").GetString());
        auth.Add((ulong)vector.GetProperty("nonce").GetInt64());
        auth.Add(vector.GetProperty("message").GetString());
        auth.Finish(hash);
        Eip712.Digest(domain, hash, digest);
        Assert.Equal(vector.GetProperty("expected").GetProperty("POLY_SIGNATURE").GetString(), Sign(vector, digest));
    }

    [Fact]
    public void An_authentication_of_the_second_level_is_made_to_the_letter()
    {
        using var file = Read("l2-hmac-1.json");
        foreach (var vector in file.RootElement.EnumerateArray())
        {
            Assert.True(UrlSafeBase64.TryDecode(vector.GetProperty("secret").GetString()!, out var secret));
            var text = vector.GetProperty("timestamp").GetString() + vector.GetProperty("method").GetString()
                + vector.GetProperty("path").GetString() + vector.GetProperty("body").GetString();
            var mark = UrlSafeBase64.Encode(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));
            Assert.Equal(vector.GetProperty("expected").GetString(), mark);
        }
    }

    [Fact]
    public void An_order_of_the_first_exchange_is_signed_to_the_byte()
    {
        using var file = Read("order-signature-1.json");
        var (vector, order) = (file.RootElement, file.RootElement.GetProperty("order"));
        var (domain, hash, digest) = (Domain(vector), new byte[32], new byte[32]);
        var hasher = new Eip712Struct(OrderTypeV1);
        hasher.Add(Number(order, "salt"));
        hasher.Add(Address(order, "maker"));
        hasher.Add(Address(order, "signer"));
        hasher.Add(Address(order, "taker"));
        foreach (var name in (string[])["tokenId", "makerAmount", "takerAmount", "expiration", "nonce", "feeRateBps"])
        {
            hasher.Add(Number(order, name));
        }

        hasher.Add((ulong)order.GetProperty("side").GetInt32());
        hasher.Add((ulong)order.GetProperty("signatureType").GetInt32());
        hasher.Finish(hash);
        Eip712.Digest(domain, hash, digest);
        var expected = vector.GetProperty("expected");
        Assert.Equal(expected.GetProperty("eip712Digest").GetString(), "0x" + Convert.ToHexStringLower(digest));
        Assert.Equal(expected.GetProperty("signature").GetString(), Sign(vector, digest));
    }

    [Fact]
    public void An_order_of_a_deposit_wallet_is_signed_and_wrapped_to_the_byte()
    {
        using var file = Read("order-signature-v2-poly1271-1.json");
        var (vector, order) = (file.RootElement, file.RootElement.GetProperty("order"));
        var (domain, contents, digest) = (Domain(vector), new byte[32], new byte[32]);
        var hasher = new Eip712Struct(OrderTypeV2);
        hasher.Add(Number(order, "salt"));
        hasher.Add(Address(order, "maker"));
        hasher.Add(Address(order, "signer"));
        hasher.Add(Number(order, "tokenId"));
        hasher.Add(Number(order, "makerAmount"));
        hasher.Add(Number(order, "takerAmount"));
        hasher.Add((ulong)order.GetProperty("side").GetInt32());
        hasher.Add((ulong)order.GetProperty("signatureType").GetInt32());
        hasher.Add(Number(order, "timestamp"));
        hasher.AddHash(Secp256k1Tests.Hex(order, "metadata"));
        hasher.AddHash(Secp256k1Tests.Hex(order, "builder"));
        hasher.Finish(contents);

        // ERC-7739: the wallet's own domain stands inside what is signed under the exchange's.
        var wrapper = new Eip712Struct(Encoding.ASCII.GetBytes(
            "TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
            + Encoding.ASCII.GetString(OrderTypeV2)));
        wrapper.AddHash(contents);
        wrapper.Add("DepositWallet");
        wrapper.Add("1");
        wrapper.Add((ulong)vector.GetProperty("domain").GetProperty("chainId").GetInt64());
        wrapper.Add(Address(order, "maker"));
        wrapper.AddHash(new byte[32]);
        var hash = new byte[32];
        wrapper.Finish(hash);
        Eip712.Digest(domain, hash, digest);
        var whole = Sign(vector, digest) + Convert.ToHexStringLower(domain) + Convert.ToHexStringLower(contents)
            + Convert.ToHexStringLower(OrderTypeV2) + OrderTypeV2.Length.ToString("x4");
        Assert.Equal(186, OrderTypeV2.Length);
        Assert.Equal(vector.GetProperty("expected").GetProperty("signature").GetString(), whole);
    }

    [Fact]
    public void Url_safe_texts_are_read_with_and_without_padding_and_refused_where_they_are_none()
    {
        byte[] bytes = [0xfb, 0xff, 0xbf, 0x01];
        Assert.Equal("-_-_AQ==", UrlSafeBase64.Encode(bytes));
        foreach (var text in (string[])["-_-_AQ==", "-_-_AQ", "+/+/AQ=="])
        {
            Assert.True(UrlSafeBase64.TryDecode(text, out var read));
            Assert.Equal(bytes, read);
        }

        Assert.False(UrlSafeBase64.TryDecode("-_-_A", out _));
        Assert.False(UrlSafeBase64.TryDecode("!!!!", out _));
    }

    private static JsonDocument Read(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("polymarket/" + file)));

    private static string Sign(JsonElement vector, byte[] digest)
    {
        string? text = null;
        foreach (var backEnd in Secp256k1BackEnd.Available)
        {
            using var signer = new Secp256k1Signer(Secp256k1Tests.Hex(vector, "privateKey"), backEnd);
            var signature = new byte[65];
            signer.Sign(digest, signature);
            var one = "0x" + Convert.ToHexStringLower(signature);
            Assert.Equal(text ?? one, one);
            text = one;
        }

        return text!;
    }

    private static byte[] Domain(JsonElement vector)
    {
        var domain = vector.GetProperty("domain");
        var hash = new byte[32];
        Eip712.DomainSeparator(
            domain.GetProperty("name").GetString(), domain.GetProperty("version").GetString(),
            (ulong)domain.GetProperty("chainId").GetInt64(), Address(domain, "verifyingContract"), hash);
        return hash;
    }

    private static EthAddress Address(JsonElement element, string name) =>
        EthAddress.Parse(element.GetProperty(name).GetString()!);

    private static UInt256 Number(JsonElement element, string name) =>
        UInt256.TryParse(element.GetProperty(name).GetString(), out var number) ? number : throw new FormatException(name);
}
