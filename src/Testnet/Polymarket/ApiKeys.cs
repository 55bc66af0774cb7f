using System.Security.Cryptography;
using System.Text;
using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>API keys and who has proven to be behind a request.</summary>
/// <remarks>
/// docs.polymarket.com, "Authentication": level one is an EIP-712 signature of the wallet, level two an HMAC-SHA256
/// over time, method, path without query and body. Under the floor's lock.
/// </remarks>
internal sealed class ApiKeys(long seed)
{
    private const string Message = "This message attests that I control the given wallet";
    private const long ToleranceSeconds = 300;

    private readonly Dictionary<string, ApiKey> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<(EthAddress Address, ulong Nonce), ApiKey> _byNonce = [];
    private readonly byte[] _domain = Domain();

    public IEnumerable<ApiKey> All => _byKey.Values;

    /// <summary>The key of a wallet and nonce; null where it was not made.</summary>
    public ApiKey? Find(EthAddress address, ulong nonce) => _byNonce.GetValueOrDefault((address, nonce));

    public ApiKey? Find(string? key) => key is null ? null : _byKey.GetValueOrDefault(key);

    /// <summary>Makes a key; equal seed, wallet and nonce give an equal one.</summary>
    public ApiKey Make(EthAddress address, ulong nonce)
    {
        var root = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes($"testnet/{seed}"), Encoding.UTF8.GetBytes($"{address}/{nonce}"));
        var secret = HMACSHA256.HashData(root, "secret"u8);
        var key = new ApiKey
        {
            Key = new Guid(HMACSHA256.HashData(root, "key"u8).AsSpan(0, 16)).ToString(),
            Address = address,
            Secret = UrlSafeBase64.Encode(secret),
            Passphrase = Convert.ToHexStringLower(HMACSHA256.HashData(root, "passphrase"u8)),
            SecretBytes = secret,
        };
        _byKey[key.Key] = _byNonce[(address, nonce)] = key;
        return key;
    }

    public void Remove(ApiKey key)
    {
        _byKey.Remove(key.Key);
        foreach (var entry in _byNonce.Where(one => one.Value == key).ToArray())
        {
            _byNonce.Remove(entry.Key);
        }
    }

    /// <summary>Whose wallet has signed the headers of the first level; null where none has.</summary>
    public (EthAddress Address, ulong Nonce)? Wallet(ClobRequest request)
    {
        var nonce = 0UL;
        if (!EthAddress.TryParse(request.Header("POLY_ADDRESS"), out var address)
            || request.Header("POLY_TIMESTAMP") is not { } time || !IsNow(time, request.NowNanos)
            || (request.Header("POLY_NONCE") is { Length: > 0 } text && !ulong.TryParse(text, out nonce))
            || request.Header("POLY_SIGNATURE") is not { Length: 132 } signature
            || !signature.StartsWith("0x", StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[Secp256k1.SignatureSize];
        if (Convert.FromHexString(signature.AsSpan(2), bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[Keccak256.Size];
        var auth = new Eip712Struct("ClobAuth(address address,string timestamp,uint256 nonce,string message)"u8);
        auth.Add(address);
        auth.Add(time);
        auth.Add(nonce);
        auth.Add(Message);
        auth.Finish(digest);
        Eip712.Digest(_domain, digest, digest);
        return Secp256k1.TryRecover(digest, bytes, out EthAddress signer) && signer == address
            ? (address, nonce)
            : null;
    }

    /// <summary>The key whose secret has signed the headers of the second level; null where none has.</summary>
    public ApiKey? Member(ClobRequest request)
    {
        if (Find(request.Header("POLY_API_KEY")) is not { } key
            || !Equal(request.Header("POLY_PASSPHRASE"), key.Passphrase)
            || !EthAddress.TryParse(request.Header("POLY_ADDRESS"), out var address) || address != key.Address
            || request.Header("POLY_TIMESTAMP") is not { } time || !IsNow(time, request.NowNanos))
        {
            return null;
        }

        using var text = new MemoryStream();
        text.Write(Encoding.UTF8.GetBytes(time + request.Method + request.Path));
        text.Write(request.Body);
        return Equal(request.Header("POLY_SIGNATURE"), UrlSafeBase64.Encode(
            HMACSHA256.HashData(key.SecretBytes, text.ToArray()))) ? key : null;
    }

    /// <summary>The key with these credentials, as channels are given them.</summary>
    public ApiKey? Match(string? key, string? secret, string? passphrase) =>
        Find(key) is { } found && Equal(secret, found.Secret) && Equal(passphrase, found.Passphrase) ? found : null;

    private static bool Equal(string? given, string right) => given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(right));

    private static bool IsNow(string seconds, long nowNanos) => long.TryParse(seconds, out var at)
        && Math.Abs(at - (nowNanos / Stamps.NanosPerSecond)) <= ToleranceSeconds;

    private static byte[] Domain()
    {
        var hash = new byte[Keccak256.Size];
        Eip712.DomainSeparator("ClobAuthDomain", "1", ExchangeDomain.ChainId, hash);
        return hash;
    }
}

/// <summary>One key, and what the venue remembers of it.</summary>
internal sealed class ApiKey
{
    public required string Key { get; init; }

    /// <summary>The wallet whose signature made it.</summary>
    public required EthAddress Address { get; init; }

    public required string Secret { get; init; }

    public required string Passphrase { get; init; }

    public required byte[] SecretBytes { get; init; }

    public TokenBucket Orders { get; } = new(ClobLimits.OrderBurst, ClobLimits.OrdersPerSecond);

    public TokenBucket Cancels { get; } = new(ClobLimits.CancelBurst, ClobLimits.CancelsPerSecond);

    /// <summary>The heartbeat that is expected next; empty where none has been sent.</summary>
    public string HeartbeatId { get; set; } = "";

    /// <summary>When the last valid heartbeat came; zero where the dead man's switch is not armed.</summary>
    public long HeartbeatNanos { get; set; }

    /// <summary>Only the name: the rest is secret.</summary>
    public override string ToString() => Key;
}
