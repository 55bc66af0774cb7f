using System.Security.Cryptography;

namespace Strikeline.Crypto;

/// <summary>
/// An Ed25519 key in Solana's file format: a JSON array of 64 numbers, the seed and then the public key.
/// </summary>
/// <remarks>Holds the secret until it is disposed. Methods that touch the disk block; call them at start.</remarks>
public sealed class SolanaKeypair : IDisposable
{
    private readonly byte[] _seed = GC.AllocateArray<byte>(Ed25519.SeedSize, pinned: true);
    private readonly byte[] _publicKey = new byte[Ed25519.PublicKeySize];

    /// <summary>Makes the keypair of a seed; nothing is written.</summary>
    /// <param name="seed">The 32 secret bytes; copied.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public SolanaKeypair(ReadOnlySpan<byte> seed)
    {
        using var signer = new Ed25519Signer(seed);
        seed.CopyTo(_seed);
        signer.PublicKey.CopyTo(_publicKey);
    }

    /// <summary>The 32-byte public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The public key in base58, as Solana prints it.</summary>
    public string Address => Base58.Encode(_publicKey);

    /// <summary>Opens the key for signing; the caller disposes the signer.</summary>
    public Ed25519Signer OpenSigner() => new(_seed);

    /// <summary>Reads a key file.</summary>
    /// <exception cref="KeyFileException">
    /// The file is missing, unreadable, open to group or others, malformed, or its halves do not belong together.
    /// </exception>
    public static SolanaKeypair Read(string path)
    {
        var numbers = KeyFile.Read(path);
        try
        {
            var keypair = new SolanaKeypair(numbers.AsSpan(0, Ed25519.SeedSize));
            if (keypair._publicKey.AsSpan().SequenceEqual(numbers.AsSpan(Ed25519.SeedSize)))
            {
                return keypair;
            }

            keypair.Dispose();
            throw new KeyFileException(
                $"key file {path}: the public key in it does not belong to its seed; restore the file from a backup, "
                + "or move it away and make a new one with 'strikeline keys new'");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(numbers);
        }
    }

    /// <summary>Writes the key to a new file of mode 0600, by way of a synced temporary file and a hard link.</summary>
    /// <exception cref="KeyFileException">
    /// Something with that name exists already (it is never overwritten), or the disk refused.
    /// </exception>
    public void Write(string path)
    {
        var numbers = GC.AllocateArray<byte>(Ed25519.SeedSize + Ed25519.PublicKeySize, pinned: true);
        try
        {
            _seed.CopyTo(numbers, 0);
            _publicKey.CopyTo(numbers, Ed25519.SeedSize);
            KeyFile.Write(path, numbers);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(numbers);
        }
    }

    /// <summary>Wipes the secret bytes.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
