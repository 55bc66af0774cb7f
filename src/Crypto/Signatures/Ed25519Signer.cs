namespace Strikeline.Crypto;

/// <summary>
/// Signs with one Ed25519 key (RFC 8032, section 5.1.6: deterministic, so equal input gives equal bytes).
/// </summary>
/// <remarks>
/// Any thread may sign at any time until <see cref="Dispose"/>, which the owner calls when no call runs.
/// </remarks>
public sealed class Ed25519Signer : IDisposable
{
    private readonly Ed25519Key _key;
    private readonly byte[] _publicKey = new byte[Ed25519.PublicKeySize];
    private bool _closed;

    /// <summary>Opens a key.</summary>
    /// <param name="seed">The 32 secret bytes; copied, so that the caller may wipe its own.</param>
    /// <param name="backEnd">The library to use; <see cref="Ed25519.BackEnd"/> where it is not given.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public Ed25519Signer(ReadOnlySpan<byte> seed, Ed25519BackEnd? backEnd = null)
    {
        if (seed.Length != Ed25519.SeedSize)
        {
            throw new ArgumentException(
                $"an Ed25519 seed has {Ed25519.SeedSize} bytes, not {seed.Length}", nameof(seed));
        }

        _key = (backEnd ?? Ed25519.BackEnd).Open(seed);
        _key.CopyPublicKey(_publicKey);
    }

    /// <summary>The 32-byte public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Signs a message.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="signature64">Takes the 64-byte signature.</param>
    /// <exception cref="ArgumentException">The room for the signature is not 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key was closed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature64)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (signature64.Length != Ed25519.SignatureSize)
        {
            throw new ArgumentException(
                $"a signature needs {Ed25519.SignatureSize} bytes, not {signature64.Length}", nameof(signature64));
        }

        _key.Sign(message, signature64);
    }

    /// <summary>Wipes the secret bytes; signing afterwards throws.</summary>
    public void Dispose()
    {
        _closed = true;
        _key.Dispose();
    }
}
