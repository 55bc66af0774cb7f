using System.Security.Cryptography;

namespace Strikeline.Crypto;

/// <summary>
/// Signs digests with one secp256k1 key; the nonce is that of RFC 6979 with SHA-256, so equal input gives equal bytes.
/// </summary>
/// <remarks>
/// Any thread may sign at any time until <see cref="Dispose"/>, which the owner calls when no call runs. Prints its
/// address, never its key.
/// </remarks>
public sealed class Secp256k1Signer : IDisposable
{
    private readonly Secp256k1Key _key;
    private readonly byte[] _publicKey = new byte[Secp256k1.PublicKeySize];
    private bool _closed;

    /// <summary>Opens a key.</summary>
    /// <param name="privateKey">The 32 secret bytes; copied, so that the caller may wipe its own.</param>
    /// <param name="backEnd">The library to use; <see cref="Secp256k1.BackEnd"/> where it is not given.</param>
    /// <exception cref="ArgumentException">It is no private key.</exception>
    public Secp256k1Signer(ReadOnlySpan<byte> privateKey, Secp256k1BackEnd? backEnd = null)
    {
        if (!Secp256k1.IsPrivateKey(privateKey))
        {
            throw new ArgumentException(
                $"a secp256k1 key has {Secp256k1.PrivateKeySize} bytes and lies between zero and the group's order",
                nameof(privateKey));
        }

        _key = (backEnd ?? Secp256k1.BackEnd).Open(privateKey);
        _key.CopyPublicKey(_publicKey);
        Address = EthAddress.OfPublicKey(_publicKey);
    }

    /// <summary>The 64-byte public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The key's address.</summary>
    public EthAddress Address { get; }

    /// <summary>Signs a digest of 32 bytes.</summary>
    /// <param name="digest32">A hash, never a text of somebody else's choosing.</param>
    /// <param name="signature65">Takes R, S and V (27 or 28).</param>
    /// <exception cref="ArgumentException">A size is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The key was closed.</exception>
    public void Sign(ReadOnlySpan<byte> digest32, Span<byte> signature65)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (digest32.Length != Secp256k1.DigestSize)
        {
            throw new ArgumentException(
                $"a digest has {Secp256k1.DigestSize} bytes, not {digest32.Length}", nameof(digest32));
        }

        if (signature65.Length != Secp256k1.SignatureSize)
        {
            throw new ArgumentException(
                $"a signature needs {Secp256k1.SignatureSize} bytes, not {signature65.Length}", nameof(signature65));
        }

        Span<byte> reduced = stackalloc byte[Secp256k1.DigestSize];
        Secp256k1.Reduce(digest32, reduced);
        var parity = _key.Sign(reduced, signature65[..64]);
        if (parity is not (0 or 1))
        {
            throw new CryptographicException("the signature's R is not below the group's order");
        }

        signature65[64] = (byte)(Secp256k1.ParityBase + parity);
    }

    /// <summary>The address, so that no log ever shows the key.</summary>
    public override string ToString() => Address.ToString();

    /// <summary>Wipes the secret bytes; signing afterwards throws.</summary>
    public void Dispose()
    {
        _closed = true;
        _key.Dispose();
    }
}
