using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strikeline.Crypto;

/// <summary>secp256k1 by libsecp256k1 with its recovery module (secp256k1.h, secp256k1_recovery.h).</summary>
internal sealed unsafe partial class NativeSecp256k1() : Secp256k1BackEnd("libsecp256k1")
{
    private const uint SignAndVerify = 0x0301;
    private const uint Uncompressed = 0x0002;
    private const int OpaqueKey = 64;
    private const int OpaqueSignature = 64;
    private const int OpaqueRecoverable = 65;
    private const int EncodedKey = 65;

    // One context for the whole program: it is only read after it was made.
    private static readonly nint Context = Make();

    /// <summary>True where the library was built with its recovery module and signs.</summary>
    public static bool Works() => Context != 0;

    internal override Secp256k1Key Open(ReadOnlySpan<byte> privateKey) => new Key(privateKey);

    internal override bool TryRecover(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64, int parity, Span<byte> publicKey64)
    {
        Span<byte> opaque = stackalloc byte[OpaqueRecoverable];
        Span<byte> key = stackalloc byte[OpaqueKey];
        fixed (byte* text = digest, mark = signature64, open = opaque, found = key)
        {
            if (secp256k1_ecdsa_recoverable_signature_parse_compact(Context, open, mark, parity) != 1
                || secp256k1_ecdsa_recover(Context, found, open, text) != 1)
            {
                return false;
            }
        }

        CopyOut(key, publicKey64);
        return true;
    }

    internal override bool HoldsEquation(
        ReadOnlySpan<byte> publicKey64, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64)
    {
        Span<byte> encoded = stackalloc byte[EncodedKey];
        encoded[0] = 4;
        publicKey64.CopyTo(encoded[1..]);
        Span<byte> key = stackalloc byte[OpaqueKey];
        Span<byte> opaque = stackalloc byte[OpaqueSignature];
        fixed (byte* text = digest, mark = signature64, open = opaque, found = key, point = encoded)
        {
            if (secp256k1_ec_pubkey_parse(Context, found, point, EncodedKey) != 1
                || secp256k1_ecdsa_signature_parse_compact(Context, open, mark) != 1)
            {
                return false;
            }

            // The library's own verdict refuses the upper half; here it is the equation that is asked.
            _ = secp256k1_ecdsa_signature_normalize(Context, open, open);
            return secp256k1_ecdsa_verify(Context, open, text, found) == 1;
        }
    }

    private static nint Make()
    {
        try
        {
            // An entry that is missing (a build without recovery) shows here, once.
            var context = secp256k1_context_create(SignAndVerify);
            Span<byte> opaque = stackalloc byte[OpaqueRecoverable];
            Span<byte> one = stackalloc byte[32];
            one.Fill(1);
            fixed (byte* mark = opaque, key = one)
            {
                return secp256k1_ecdsa_sign_recoverable(context, mark, key, key, 0, 0) == 1 ? context : 0;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    private static void CopyOut(ReadOnlySpan<byte> key, Span<byte> publicKey64)
    {
        Span<byte> encoded = stackalloc byte[EncodedKey];
        nuint length = EncodedKey;
        fixed (byte* found = key, point = encoded)
        {
            _ = secp256k1_ec_pubkey_serialize(Context, point, &length, found, Uncompressed);
        }

        encoded[1..].CopyTo(publicKey64);
    }

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial nint secp256k1_context_create(uint flags);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_create(nint context, byte* key, byte* privateKey);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_parse(nint context, byte* key, byte* encoded, nuint length);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_serialize(
        nint context, byte* encoded, nuint* length, byte* key, uint flags);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_signature_parse_compact(nint context, byte* signature, byte* compact);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_signature_normalize(nint context, byte* output, byte* signature);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_verify(nint context, byte* signature, byte* digest, byte* key);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_sign_recoverable(
        nint context, byte* signature, byte* digest, byte* privateKey, nint nonce, nint data);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_recoverable_signature_serialize_compact(
        nint context, byte* compact, int* parity, byte* signature);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_recoverable_signature_parse_compact(
        nint context, byte* signature, byte* compact, int parity);

    [LibraryImport(NativeParts.Secp256k1)]
    private static partial int secp256k1_ecdsa_recover(nint context, byte* key, byte* signature, byte* digest);

    private sealed class Key : Secp256k1Key
    {
        // Pinned, so that the collector leaves no copies of the secret behind.
        private readonly byte[] _secret = GC.AllocateArray<byte>(Secp256k1.PrivateKeySize, pinned: true);
        private readonly byte[] _publicKey = new byte[OpaqueKey];

        public Key(ReadOnlySpan<byte> privateKey)
        {
            privateKey.CopyTo(_secret);
            fixed (byte* open = _publicKey, secret = _secret)
            {
                Check(secp256k1_ec_pubkey_create(Context, open, secret));
            }
        }

        public override void CopyPublicKey(Span<byte> publicKey64) => CopyOut(_publicKey, publicKey64);

        public override int Sign(ReadOnlySpan<byte> digest, Span<byte> signature64)
        {
            Span<byte> opaque = stackalloc byte[OpaqueRecoverable];
            int parity;
            fixed (byte* text = digest, mark = signature64, secret = _secret, open = opaque)
            {
                Check(secp256k1_ecdsa_sign_recoverable(Context, open, text, secret, 0, 0));
                Check(secp256k1_ecdsa_recoverable_signature_serialize_compact(Context, mark, &parity, open));
            }

            return parity;
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(_secret);

        private static void Check(int code)
        {
            if (code != 1)
            {
                throw new CryptographicException("libsecp256k1 refused to sign");
            }
        }
    }
}
