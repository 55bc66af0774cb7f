using System.Security.Cryptography;
using Strikeline.Crypto;
using Strikeline.Host.Web;
using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>
/// The key that signs markets: made on first run, kept under the data folder, readable by its owner alone.
/// </summary>
internal static class SigningKey
{
    /// <summary>The file's name under the data folder.</summary>
    public const string FileName = "keys/markets.json";

    /// <summary>Where the key of a data folder is.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);

    /// <summary>Opens the key, making it where there is none.</summary>
    /// <exception cref="UserError">The file cannot be used.</exception>
    public static SolanaKeypair Open(string dataFolder)
    {
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
        {
            Make(path);
        }

        return Read(path);
    }

    /// <summary>Makes a key in a new file, and the folder for it.</summary>
    /// <exception cref="UserError">The file exists, or cannot be written.</exception>
    public static void Make(string path) => Guarded(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))
            ?? throw new IOException("this is a folder; name a file"));
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        RandomNumberGenerator.Fill(seed);
        using var made = new SolanaKeypair(seed);
        CryptographicOperations.ZeroMemory(seed);
        made.Write(path);
        return path;
    });

    /// <summary>Reads a key.</summary>
    /// <exception cref="UserError">The file is missing, open to others, or no key.</exception>
    public static SolanaKeypair Read(string path) => Guarded(path, () => SolanaKeypair.Read(path));

    /// <summary>The public half as the API publishes it. It is valid from the time of its file, which is written once
    /// and never changed: so a restart changes nothing, and no second file can be lost or belong to another
    /// key.</summary>
    public static KeyRow Publish(string dataFolder, ReadOnlySpan<byte> publicKey, string environment) => new(
        QuoteIssuer.KeyIdOf(publicKey),
        Base58.Encode(publicKey),
        "ed25519",
        new DateTimeOffset(File.GetLastWriteTimeUtc(PathIn(dataFolder))).ToUnixTimeMilliseconds(),
        null,
        environment);

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is KeyFileException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            throw new UserError(
                e is KeyFileException ? e.Message : $"\"{path}\": the key cannot be kept there: {e.Message}", e);
        }
    }
}
