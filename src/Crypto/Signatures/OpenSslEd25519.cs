using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strikeline.Crypto;

/// <summary>
/// Ed25519 by OpenSSL 3 (manual page EVP_SIGNATURE-ED25519: one-shot signing, no digest, EVP id 1087).
/// </summary>
internal sealed partial class OpenSslEd25519() : Ed25519BackEnd("openssl")
{
    private const int Ed25519Id = 1087;

    /// <summary>True where this build of the library knows the curve.</summary>
    public static unsafe bool Works()
    {
        Span<byte> seed = stackalloc byte[32];
        fixed (byte* start = seed)
        {
            var key = EVP_PKEY_new_raw_private_key(Ed25519Id, 0, start, (nuint)seed.Length);
            EVP_PKEY_free(key);
            return key != 0;
        }
    }

    internal override Ed25519Key Open(ReadOnlySpan<byte> seed) => new Key(seed);

    internal override unsafe bool HoldsEquation(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        nint context = 0;
        fixed (byte* open = publicKey, text = message, mark = signature)
        {
            var key = EVP_PKEY_new_raw_public_key(Ed25519Id, 0, open, (nuint)publicKey.Length);
            try
            {
                context = EVP_MD_CTX_new();
                return key != 0
                    && EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
                    && EVP_DigestVerify(context, mark, (nuint)signature.Length, text, (nuint)message.Length) == 1;
            }
            finally
            {
                EVP_MD_CTX_free(context);
                EVP_PKEY_free(key);
                // A refusal leaves entries in this thread's error queue, where the runtime's TLS would find them.
                ERR_clear_error();
            }
        }
    }

    [LibraryImport(NativeParts.OpenSsl)]
    private static unsafe partial nint EVP_PKEY_new_raw_private_key(int id, nint engine, byte* key, nuint length);

    [LibraryImport(NativeParts.OpenSsl)]
    private static unsafe partial nint EVP_PKEY_new_raw_public_key(int id, nint engine, byte* key, nuint length);

    [LibraryImport(NativeParts.OpenSsl)]
    private static unsafe partial int EVP_PKEY_get_raw_public_key(KeyHandle key, byte* publicKey, nuint* length);

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial int EVP_DigestSignInit(
        nint context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(NativeParts.OpenSsl)]
    private static unsafe partial int EVP_DigestSign(
        nint context, byte* signature, nuint* signatureLength, byte* message, nuint messageLength);

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(NativeParts.OpenSsl)]
    private static unsafe partial int EVP_DigestVerify(
        nint context, byte* signature, nuint signatureLength, byte* message, nuint messageLength);

    [LibraryImport(NativeParts.OpenSsl)]
    private static partial void ERR_clear_error();

    private sealed class KeyHandle(nint key) : SafeHandle(key, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }
    }

    private sealed class Key : Ed25519Key
    {
        private readonly KeyHandle _key;

        public unsafe Key(ReadOnlySpan<byte> seed)
        {
            fixed (byte* start = seed)
            {
                _key = new KeyHandle(EVP_PKEY_new_raw_private_key(Ed25519Id, 0, start, (nuint)seed.Length));
            }

            Check(!_key.IsInvalid);
        }

        public override unsafe void CopyPublicKey(Span<byte> publicKey)
        {
            var length = (nuint)publicKey.Length;
            fixed (byte* open = publicKey)
            {
                Check(EVP_PKEY_get_raw_public_key(_key, open, &length) == 1 && length == 32);
            }
        }

        // A context per call: contexts are not thread-safe, keys are.
        public override unsafe void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            var length = (nuint)signature.Length;
            var context = EVP_MD_CTX_new();
            try
            {
                fixed (byte* mark = signature, text = message)
                {
                    Check(EVP_DigestSignInit(context, 0, 0, 0, _key) == 1
                        && EVP_DigestSign(context, mark, &length, text, (nuint)message.Length) == 1
                        && length == 64);
                }
            }
            finally
            {
                EVP_MD_CTX_free(context);
            }
        }

        public override void Dispose() => _key.Dispose();

        private static void Check(bool done)
        {
            if (!done)
            {
                ERR_clear_error();
                throw new CryptographicException("OpenSSL refused to sign");
            }
        }
    }
}
