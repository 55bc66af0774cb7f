using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Which keys may sign, and whether a request is signed by one.</summary>
/// <remarks>
/// Under the floor's lock. The signature is RSA-PSS with SHA-256 and a salt as long as the digest, over time, method
/// and full path without query. The window is measured by others on the demo exchange (June 2026): five seconds late
/// is taken, thirty is not; thirty seconds early is taken, five minutes is not.
/// </remarks>
internal sealed class KalshiKeys : IDisposable
{
    private const long LateNanos = 15 * Stamps.NanosPerSecond;
    private const long EarlyNanos = 60 * Stamps.NanosPerSecond;

    private readonly Dictionary<string, (RSA Key, KalshiMember Member)> _keys = new(StringComparer.Ordinal);

    public int Count => _keys.Count;

    /// <summary>Lets a key sign for a member.</summary>
    /// <returns>False where the text is no RSA public key, or the id is taken.</returns>
    public bool TryAdd(string keyId, string publicKeyPem, KalshiMember member)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(publicKeyPem);
            if (keyId.Length > 0 && _keys.TryAdd(keyId, (key, member)))
            {
                return true;
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            // Told by the answer below.
        }

        key.Dispose();
        return false;
    }

    /// <summary>The member whose key has signed; a refusal where none has.</summary>
    public KalshiRefusal? Verify(KalshiRequest request, long nowNanos, out KalshiMember member)
    {
        member = null!;
        var (id, time, signature) = (
            request.Header("KALSHI-ACCESS-KEY"), request.Header("KALSHI-ACCESS-TIMESTAMP"),
            request.Header("KALSHI-ACCESS-SIGNATURE"));
        if (id is null || time is null || signature is null)
        {
            var missing = id is null ? "key" : time is null ? "timestamp" : "signature";
            return new KalshiRefusal(
                401, $"{missing}_is_missing_from_headers", $"{missing} is missing from headers");
        }

        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var millis)
            || millis > long.MaxValue / Stamps.NanosPerMilli)
        {
            return new KalshiRefusal(401, "header_timestamp_invalid", "header timestamp invalid");
        }

        var late = nowNanos - (millis * Stamps.NanosPerMilli);
        if (late is > LateNanos or < -EarlyNanos)
        {
            return new KalshiRefusal(401, "header_timestamp_expired", "header timestamp expired");
        }

        if (!_keys.TryGetValue(id, out var entry))
        {
            return new KalshiRefusal(401, "authentication_error", "authentication_error", "NOT_FOUND");
        }

        if (!IsSigned(entry.Key, time + request.Method + request.Path, signature))
        {
            return new KalshiRefusal(
                401, "authentication_error", "authentication_error", "INCORRECT_API_KEY_SIGNATURE");
        }

        member = entry.Member;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (key, _) in _keys.Values)
        {
            key.Dispose();
        }
    }

    private static bool IsSigned(RSA key, string text, string signature)
    {
        Span<byte> bytes = stackalloc byte[1_024];
        return Convert.TryFromBase64String(signature, bytes, out var length)
            && key.VerifyData(
                Encoding.UTF8.GetBytes(text), bytes[..length], HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }
}
