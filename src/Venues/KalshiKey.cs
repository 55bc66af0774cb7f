using System.Security.Cryptography;
using System.Text;

namespace Strikeline.Venues;

/// <summary>An API key of Kalshi's: its id, and the private RSA key that signs requests.</summary>
/// <remarks>Any thread. Says its secret to nobody; <see cref="ToString"/> shows the id's first letters only.</remarks>
public sealed class KalshiKey : IDisposable
{
    private const int LeastBits = 2_048;
    private const int MostIdLength = 128;

    private readonly Lock _gate = new();
    private readonly RSA _rsa;

    private KalshiKey(string id, RSA rsa) => (Id, _rsa) = (id, rsa);

    /// <summary>The key's id, as the venue shows it.</summary>
    public string Id { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="pem">The private key as PEM text (PKCS#8 or PKCS#1), not encrypted.</param>
    /// <exception cref="ArgumentException">The id or the text is no such key; the message repeats nothing of
    /// it.</exception>
    public static KalshiKey FromPem(string id, ReadOnlySpan<char> pem)
    {
        if (id.Length is 0 or > MostIdLength || id.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new ArgumentException("the id of a Kalshi key is a short word, such as a UUID", nameof(id));
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            rsa.SignData(Array.Empty<byte>(), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new ArgumentException(
                "the text is no private RSA key in PEM; use the file that Kalshi gave out with the key",
                nameof(pem),
                e);
        }

        if (rsa.KeySize < LeastBits)
        {
            rsa.Dispose();
            throw new ArgumentException($"the RSA key has less than {LeastBits} bits", nameof(pem));
        }

        return new KalshiKey(id, rsa);
    }

    /// <summary>The headers of a signed request.</summary>
    /// <param name="method">The method, in capitals.</param>
    /// <param name="path">The path from the root of the host, without query: <c>/trade-api/ws/v2</c>.</param>
    /// <param name="unixMillis">Now: the venue refuses a time that is far from its own.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(string method, string path, long unixMillis)
    {
        var time = unixMillis.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetBytes(time + method + path);
        byte[] signature;
        lock (_gate)
        {
            // The platform's salt is as long as the digest, which is what the venue asks for.
            signature = _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }

        return
        [
            new("KALSHI-ACCESS-KEY", Id),
            new("KALSHI-ACCESS-TIMESTAMP", time),
            new("KALSHI-ACCESS-SIGNATURE", Convert.ToBase64String(signature)),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => $"Kalshi key {(Id.Length > 8 ? Id[..4] : string.Empty)}…";

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();
}
