using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>Who bears a key.</summary>
/// <param name="Account">The account; 0 for operators.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Name">What people call it.</param>
/// <param name="PublicKey">The key that its requests must be signed with; zero where they need not be.</param>
internal sealed record Bearer(int Account, KeyScopes Scopes, string Name, KeyBytes PublicKey)
{
    /// <summary>What it is called among all keys: what it does is counted by it.</summary>
    public string Label { get; } = string.Create(CultureInfo.InvariantCulture, $"{Account}/{Name}");
}

/// <summary>The API keys that hold, by the hash of their secret.</summary>
/// <remarks>Any thread reads; the exchange's delivery writes.</remarks>
internal sealed class KeyDirectory
{
    /// <summary>How every API key begins, so that scanners for leaked secrets know it.</summary>
    public const string Prefix = "slk_";

    private const int SecretBytes = 32;

    private readonly ConcurrentDictionary<KeyBytes, Bearer> _bearers = new();

    /// <summary>A new secret: 256 random bits.</summary>
    public static string NewSecret() =>
        Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What stands for a secret in the exchange's state.</summary>
    public static KeyBytes HashOf(string secret) => KeyBytes.Of(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whose secret it is; null where it is nobody's, or was taken back.</summary>
    public Bearer? Find(string secret) => Find(HashOf(secret));

    /// <summary>Whose key it is, by the hash of its secret; null where it is nobody's.</summary>
    public Bearer? Find(KeyBytes hash) => _bearers.GetValueOrDefault(hash);

    /// <summary>The hashes of the keys of an account that go by a name.</summary>
    public IReadOnlyList<KeyBytes> Named(int account, string name) =>
        [.. _bearers.Where(one => one.Value.Account == account && one.Value.Name == name).Select(one => one.Key)];

    /// <summary>A key that is not the exchange's but this program's own.</summary>
    public void Put(string secret, Bearer bearer) => _bearers[HashOf(secret)] = bearer;

    /// <summary>A key as it is now.</summary>
    public void Put(in KeyListing key)
    {
        if (key.IsRevoked != 0)
        {
            _bearers.TryRemove(key.Hash, out _);
        }
        else
        {
            _bearers[key.Hash] = new Bearer(key.Account, key.Scopes, key.Name.ToString(), key.PublicKey);
        }
    }
}
