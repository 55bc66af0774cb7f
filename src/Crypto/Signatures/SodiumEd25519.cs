using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strikeline.Crypto;

/// <summary>
/// Ed25519 by libsodium (crypto_sign_ed25519, documented at doc.libsodium.org, “Public-key signatures”).
/// </summary>
internal sealed partial class SodiumEd25519() : Ed25519BackEnd("libsodium")
{
    /// <summary>Initialises the library; must succeed once before any other call.</summary>
    public static bool Start() => sodium_init() >= 0;

    internal override Ed25519Key Open(ReadOnlySpan<byte> seed) => new Key(seed);

    internal override unsafe bool HoldsEquation(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* key = publicKey, text = message, mark = signature)
        {
            return crypto_sign_ed25519_verify_detached(mark, text, (ulong)message.Length, key) == 0;
        }
    }

    [LibraryImport(NativeParts.Sodium)]
    private static partial int sodium_init();

    [LibraryImport(NativeParts.Sodium)]
    private static unsafe partial int crypto_sign_ed25519_seed_keypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(NativeParts.Sodium)]
    private static unsafe partial int crypto_sign_ed25519_detached(
        byte* signature, ulong* length, byte* message, ulong messageLength, byte* secretKey);

    [LibraryImport(NativeParts.Sodium)]
    private static unsafe partial int crypto_sign_ed25519_verify_detached(
        byte* signature, byte* message, ulong messageLength, byte* publicKey);

    private sealed class Key : Ed25519Key
    {
        // Pinned, so that the collector leaves no copies of the secret behind.
        private readonly byte[] _secret = GC.AllocateArray<byte>(64, pinned: true);

        public unsafe Key(ReadOnlySpan<byte> seed)
        {
            Span<byte> publicKey = stackalloc byte[32];
            fixed (byte* open = publicKey, secret = _secret, start = seed)
            {
                Check(crypto_sign_ed25519_seed_keypair(open, secret, start));
            }
        }

        public override void CopyPublicKey(Span<byte> publicKey) => _secret.AsSpan(32).CopyTo(publicKey);

        public override unsafe void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            fixed (byte* mark = signature, text = message, secret = _secret)
            {
                Check(crypto_sign_ed25519_detached(mark, null, text, (ulong)message.Length, secret));
            }
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(_secret);

        private static void Check(int code)
        {
            if (code != 0)
            {
                throw new CryptographicException("libsodium refused to sign");
            }
        }
    }
}
