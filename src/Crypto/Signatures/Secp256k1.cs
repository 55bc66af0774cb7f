namespace Strikeline.Crypto;

/// <summary>
/// ECDSA over secp256k1 as Ethereum uses it: signatures of 65 bytes that give their key back, with one set of verdicts
/// whatever library does the arithmetic.
/// </summary>
/// <remarks>A signature is R, S (32 bytes each, the highest first) and V, which is 27 or 28. S is never above half of
/// the group's order: EIP-2, and what contracts that check signatures demand.</remarks>
public static class Secp256k1
{
    /// <summary>Bytes in a private key.</summary>
    public const int PrivateKeySize = 32;

    /// <summary>Bytes in a public key: X and Y, without the leading 4.</summary>
    public const int PublicKeySize = 64;

    /// <summary>Bytes in a signature that gives its key back.</summary>
    public const int SignatureSize = 65;

    /// <summary>Bytes in what is signed: a hash.</summary>
    public const int DigestSize = 32;

    /// <summary>What is added to the parity of R to make V.</summary>
    internal const int ParityBase = 27;

    // The group's order n (SEC 2, version 2.0, section 2.4.1), and half of it rounded down.
    private static ReadOnlySpan<byte> Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
        0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ];

    private static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ];

    /// <summary>The back end in use: libsecp256k1, else the managed one; chosen once at start.</summary>
    public static Secp256k1BackEnd BackEnd { get; } = Secp256k1BackEnd.Available[0];

    /// <summary>True for 32 bytes that are a private key: neither zero nor from the group's order on.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> key) => key.Length == PrivateKeySize && IsScalar(key);

    /// <summary>The public key that made a signature; never throws for foreign bytes. Any thread.</summary>
    /// <returns>False where sizes are wrong, V is not 27 or 28 (nor 0 or 1), R or S is out of range, S is in the upper
    /// half, or there is no such key.</returns>
    public static bool TryRecover(
        ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature65, Span<byte> publicKey64) =>
        TryRecover(BackEnd, digest32, signature65, publicKey64);

    /// <summary>As the other overload, with the back end named.</summary>
    public static bool TryRecover(
        Secp256k1BackEnd backEnd,
        ReadOnlySpan<byte> digest32,
        ReadOnlySpan<byte> signature65,
        Span<byte> publicKey64)
    {
        ArgumentNullException.ThrowIfNull(backEnd);
        if (digest32.Length != DigestSize || signature65.Length != SignatureSize || publicKey64.Length != PublicKeySize)
        {
            return false;
        }

        // Wallets write V as 27 or 28; hardware ones as the bare parity.
        var parity = signature65[64] >= ParityBase ? signature65[64] - ParityBase : signature65[64];
        return parity is 0 or 1
            && IsScalar(signature65[..32])
            && IsScalar(signature65[32..64])
            && signature65[32..64].SequenceCompareTo(HalfOrder) <= 0
            && backEnd.TryRecover(digest32, signature65[..64], parity, publicKey64);
    }

    /// <summary>The address whose key made a signature.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature65, out EthAddress address)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeySize];
        var found = TryRecover(BackEnd, digest32, signature65, publicKey);
        address = found ? EthAddress.OfPublicKey(publicKey) : default;
        return found;
    }

    /// <summary>True where R and S are a signature of the digest under the key, S in either half; never throws for
    /// foreign bytes. Any thread.</summary>
    public static bool Verify(
        Secp256k1BackEnd backEnd,
        ReadOnlySpan<byte> publicKey64,
        ReadOnlySpan<byte> digest32,
        ReadOnlySpan<byte> signature64)
    {
        ArgumentNullException.ThrowIfNull(backEnd);
        return publicKey64.Length == PublicKeySize
            && digest32.Length == DigestSize
            && signature64.Length == 64
            && IsScalar(signature64[..32])
            && IsScalar(signature64[32..])
            && backEnd.HoldsEquation(publicKey64, digest32, signature64);
    }

    /// <summary>Takes the group's order off a digest that is not below it, as RFC 6979 (section 2.3.4) does.</summary>
    internal static void Reduce(ReadOnlySpan<byte> digest32, Span<byte> reduced32)
    {
        digest32.CopyTo(reduced32);
        if (reduced32.SequenceCompareTo(Order) < 0)
        {
            return;
        }

        var borrow = 0;
        for (var i = DigestSize - 1; i >= 0; i--)
        {
            var difference = reduced32[i] - Order[i] - borrow;
            borrow = difference < 0 ? 1 : 0;
            reduced32[i] = (byte)(difference & 0xff);
        }
    }

    private static bool IsScalar(ReadOnlySpan<byte> number) =>
        number.IndexOfAnyExcept((byte)0) >= 0 && number.SequenceCompareTo(Order) < 0;
}
