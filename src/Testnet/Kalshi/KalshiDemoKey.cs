using System.Security.Cryptography;

namespace Strikeline.Testnet.Kalshi;

/// <summary>A key pair for the testnet only, with paper money behind it.</summary>
/// <param name="KeyId">What <c>KALSHI-ACCESS-KEY</c> says.</param>
/// <param name="PublicKeyPem">The public half, for <see cref="KalshiAccess"/>.</param>
/// <param name="PrivateKeyPem">The private half, PKCS#8, for the client.</param>
public sealed record KalshiDemoKey(string KeyId, string PublicKeyPem, string PrivateKeyPem)
{
    private const int KeyBits = 2048;

    /// <summary>Makes a new one; about a tenth of a second.</summary>
    public static KalshiDemoKey Create()
    {
        using var key = RSA.Create(KeyBits);
        return Of(key);
    }

    /// <summary>Takes the key of a file, or makes one and keeps it there.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="CryptographicException">It holds no RSA key.</exception>
    /// <exception cref="ArgumentException">It holds no PEM.</exception>
    public static KalshiDemoKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            var made = Create();
            made.SavePrivateKey(path);
            return made;
        }

        using var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return Of(key);
    }

    /// <summary>An account for it.</summary>
    /// <param name="balance">Whole cents.</param>
    public KalshiAccess WithBalance(long balance) => new(KeyId, PublicKeyPem, balance);

    /// <summary>Writes the private half into a new file that only its owner can read.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public void SavePrivateKey(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(PrivateKeyPem);
        file.Write('\n');
    }

    // Its name comes from the key, so that a file is enough to know both.
    private static KalshiDemoKey Of(RSA key) => new(
        new Guid(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16)).ToString(),
        key.ExportSubjectPublicKeyInfoPem(), key.ExportPkcs8PrivateKeyPem());
}
