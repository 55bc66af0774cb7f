using System.Security.Cryptography;
using Strikeline.Crypto;

namespace Strikeline.Host.Composition;

/// <summary>
/// The key that signs markets: made on first run, kept under the data folder, readable by its owner alone.
/// </summary>
internal static class SigningKey
{
    /// <summary>The file's name under the data folder.</summary>
    public const string FileName = "keys/markets.json";

    /// <summary>Opens the key, making it where there is none.</summary>
    /// <exception cref="UserError">The file cannot be used.</exception>
    public static SolanaKeypair Open(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Span<byte> seed = stackalloc byte[32];
                RandomNumberGenerator.Fill(seed);
                using var made = new SolanaKeypair(seed);
                CryptographicOperations.ZeroMemory(seed);
                made.Write(path);
            }

            return SolanaKeypair.Read(path);
        }
        catch (Exception e) when (e is KeyFileException or IOException or UnauthorizedAccessException)
        {
            throw new UserError(
                e is KeyFileException ? e.Message : $"{path}: the key cannot be kept there: {e.Message}", e);
        }
    }
}
