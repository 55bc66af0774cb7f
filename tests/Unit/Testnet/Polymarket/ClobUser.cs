using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>A client of the CLOB in virtual time, without a socket: it signs what it sends by the documents
/// alone.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A key of a test is no secret.")]
internal sealed class ClobUser
{
    private const string OrderType =
        "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,"
        + "uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)";

    private readonly World _world;
    private readonly Secp256k1Signer _signer;
    private long _salt;

    public ClobUser(World world, string name)
    {
        _world = world;
        _signer = new Secp256k1Signer(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        _salt = name.Length * 1_000_000;
    }

    public EthAddress Address => _signer.Address;

    public string Key { get; private set; } = "";

    public string Secret { get; private set; } = "";

    public string Passphrase { get; private set; } = "";

    /// <summary>The wallet of the venue's exchange behind this client.</summary>
    public Wallet Wallet => _world.Booth.Exchange.WalletAt(Address, _world.Now);

    public ClobUser Open(ulong nonce = 0)
    {
        var (status, key) = LevelOne("POST", "/auth/api-key", nonce);
        Assert.Equal(200, status);
        Key = key.GetProperty("apiKey").GetString()!;
        Secret = key.GetProperty("secret").GetString()!;
        Passphrase = key.GetProperty("passphrase").GetString()!;
        return this;
    }

    public (int Status, JsonElement Body) LevelOne(
        string method, string path, ulong nonce = 0, long? seconds = null, string? address = null)
    {
        var time = (seconds ?? _world.Seconds).ToString();
        Span<byte> domain = stackalloc byte[32];
        Span<byte> hash = stackalloc byte[32];
        Eip712.DomainSeparator("ClobAuthDomain", "1", 137, domain);
        var auth = new Eip712Struct("ClobAuth(address address,string timestamp,uint256 nonce,string message)"u8);
        auth.Add(Address);
        auth.Add(time);
        auth.Add(nonce);
        auth.Add("This message attests that I control the given wallet");
        auth.Finish(hash);
        return _world.Ask(method, path, "", "", new Dictionary<string, string>
        {
            ["POLY_ADDRESS"] = address ?? Address.ToString(),
            ["POLY_SIGNATURE"] = Sign(domain, hash),
            ["POLY_TIMESTAMP"] = time,
            ["POLY_NONCE"] = nonce.ToString(),
        });
    }

    public (int Status, JsonElement Body) Ask(string method, string path, string body = "", string query = "") =>
        _world.Ask(method, path, query, body, Headers(method, path, body));

    public ClobAnswer AskWhole(string method, string path, string body = "") =>
        _world.AskWhole(method, path, "", body, Headers(method, path, body));

    public Dictionary<string, string> Headers(string method, string path, string body, long? seconds = null)
    {
        var time = (seconds ?? _world.Seconds).ToString();
        var secret = Convert.FromBase64String(Secret.Replace('-', '+').Replace('_', '/'));
        var mark = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(time + method + path + body));
        return new Dictionary<string, string>
        {
            ["POLY_ADDRESS"] = Address.ToString(),
            ["POLY_SIGNATURE"] = Convert.ToBase64String(mark).Replace('+', '-').Replace('/', '_'),
            ["POLY_TIMESTAMP"] = time,
            ["POLY_API_KEY"] = Key,
            ["POLY_PASSPHRASE"] = Passphrase,
        };
    }

    public (int Status, JsonElement Body) Place(Draft draft) => Ask("POST", "/order", Body(draft));

    /// <summary>Places an order that must be taken, and returns its id.</summary>
    public string Placed(Draft draft, string status)
    {
        var (code, body) = Place(draft);
        Assert.True(code == 200, body.ToString());
        Assert.Equal(status, body.GetProperty("status").GetString());
        return body.GetProperty("orderID").GetString()!;
    }

    /// <summary>What an order is refused with.</summary>
    public string Refused(Draft draft)
    {
        var (code, body) = Place(draft);
        Assert.True(code == 400, $"{code} {body}");
        return body.GetProperty("error").GetString()!;
    }

    public (int Status, JsonElement Body) Cancel(string id) => Ask("DELETE", "/order", $"{{\"orderID\":\"{id}\"}}");

    public string Body(Draft draft)
    {
        var market = draft.Market;
        var shares = draft.Lots * 100;
        var dollars = draft.Dollars ?? (long)((Int128)draft.Price * draft.Lots / 100);
        var (maker, taker) = draft.IsBuy ? (dollars, draft.Shares ?? shares) : (draft.Shares ?? shares, dollars);
        var salt = ++_salt;
        var wallet = draft.Maker ?? Address;
        var signer = draft.SignatureType == 3 ? wallet : draft.Signer ?? Address;
        var timestamp = (ulong)_world.Seconds * 1_000;
        var version = draft.Version ?? (market.Version == "v2" ? "3" : "2");
        var contract = version == "3" ? "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa"
            : draft.Market.Event.IsNegRisk ? "0xe2222d279d744050d28e00520010520000310F59"
            : "0xE111180000d2663C0091e4f400237545B87B996B";
        var (domain, contents) = (new byte[32], new byte[32]);
        Eip712.DomainSeparator("Polymarket CTF Exchange", version, 137, EthAddress.Parse(contract), domain);
        var order = new Eip712Struct(Encoding.ASCII.GetBytes(OrderType));
        order.Add((ulong)salt);
        order.Add(wallet);
        order.Add(signer);
        order.Add(market.Tokens[draft.Token]);
        order.Add((ulong)maker);
        order.Add((ulong)taker);
        order.Add(draft.IsBuy ? 0UL : 1UL);
        order.Add((ulong)draft.SignatureType);
        order.Add(timestamp);
        order.AddHash(new byte[32]);
        order.AddHash(new byte[32]);
        order.Finish(contents);
        var signature = draft.SignatureType == 3 ? Wrapped(domain, contents, wallet) : Sign(domain, contents);
        if (draft.IsForged)
        {
            maker++;
        }

        return "{\"order\":{"
            + $"\"salt\":{salt},\"maker\":\"{wallet}\",\"signer\":\"{signer}\",\"tokenId\":\"{market.TokenTexts[draft.Token]}\","
            + $"\"makerAmount\":\"{maker}\",\"takerAmount\":\"{taker}\",\"side\":\"{(draft.IsBuy ? "BUY" : "SELL")}\","
            + $"\"expiration\":\"{draft.Expiration}\",\"signatureType\":{draft.SignatureType},\"timestamp\":\"{timestamp}\","
            + $"\"metadata\":\"0x{new string('0', 64)}\",\"builder\":\"0x{new string('0', 64)}\",\"signature\":\"{signature}\"}},"
            + $"\"owner\":\"{draft.Owner ?? Key}\",\"orderType\":\"{draft.Type}\",\"deferExec\":false,"
            + $"\"postOnly\":{(draft.PostOnly ? "true" : "false")}}}";
    }

    private string Wrapped(byte[] domain, byte[] contents, EthAddress wallet)
    {
        var hash = new byte[32];
        var wrapper = new Eip712Struct(Encoding.ASCII.GetBytes(
            "TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
            + OrderType));
        wrapper.AddHash(contents);
        wrapper.Add("DepositWallet");
        wrapper.Add("1");
        wrapper.Add(137UL);
        wrapper.Add(wallet);
        wrapper.AddHash(new byte[32]);
        wrapper.Finish(hash);
        return Sign(domain, hash) + Convert.ToHexStringLower(domain) + Convert.ToHexStringLower(contents)
            + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(OrderType)) + OrderType.Length.ToString("x4");
    }

    private string Sign(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> hash)
    {
        Span<byte> digest = stackalloc byte[32];
        var signature = new byte[65];
        Eip712.Digest(domain, hash, digest);
        _signer.Sign(digest, signature);
        return "0x" + Convert.ToHexStringLower(signature);
    }
}

/// <summary>An order before it is signed; prices and sizes in ten-thousandths.</summary>
internal sealed record Draft(OutcomeMarket Market, int Token, bool IsBuy, int Price, long Lots)
{
    public string Type { get; init; } = "GTC";

    public bool PostOnly { get; init; }

    public long Expiration { get; init; }

    public int SignatureType { get; init; }

    public EthAddress? Maker { get; init; }

    public EthAddress? Signer { get; init; }

    public string? Version { get; init; }

    public string? Owner { get; init; }

    /// <summary>Millionths of a dollar, where they are not what price and size give.</summary>
    public long? Dollars { get; init; }

    /// <summary>Millionths of a share, where they are not the size.</summary>
    public long? Shares { get; init; }

    /// <summary>True where an amount is changed after signing.</summary>
    public bool IsForged { get; init; }
}
