namespace Strikeline.Crypto;

/// <summary>
/// Ed25519 signatures (RFC 8032, section 5.1) with one set of verdicts whatever library does the arithmetic.
/// </summary>
public static class Ed25519
{
    /// <summary>Bytes in a seed.</summary>
    public const int SeedSize = 32;

    /// <summary>Bytes in a public key.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureSize = 64;

    // The group order L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032, section 5.1).
    private static ReadOnlySpan<byte> Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    // The y of the points of order 8: the roots of d·y⁴ + 2y² − 1 = 0 (mod 2^255 − 19), little-endian.
    private static ReadOnlySpan<byte> OrderEight =>
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
        0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
        0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ];

    /// <summary>The back end in use: libsodium, else OpenSSL 3, else the managed one; chosen once at start.</summary>
    public static Ed25519BackEnd BackEnd { get; } = Ed25519BackEnd.Available[0];

    /// <summary>
    /// True where the signature is valid for the message under the key; never throws for foreign bytes.
    /// </summary>
    /// <remarks>
    /// Any thread. Refuses wrong sizes, S not below the group order, keys with y not below the field's prime, and keys
    /// or R of small order, before the library is asked: so no library's own habits show. The equation is checked
    /// without the cofactor, R by its bytes.
    /// </remarks>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Verify(BackEnd, publicKey, message, signature);

    /// <summary>As the other overload, with the back end named.</summary>
    public static bool Verify(
        Ed25519BackEnd backEnd,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(backEnd);
        return publicKey.Length == PublicKeySize
            && signature.Length == SignatureSize
            && IsBelow(signature[32..], Order)
            && IsBelowPrime(publicKey)
            && !IsSmallOrder(publicKey)
            && !IsSmallOrder(signature[..32])
            && backEnd.HoldsEquation(publicKey, message, signature);
    }

    /// <summary>True for a key that <see cref="Verify(ReadOnlySpan{byte},ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    /// would take by its size, canonical encoding and order; says nothing about a point being on the curve.</summary>
    public static bool IsAcceptableKey(ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == PublicKeySize && IsBelowPrime(publicKey) && !IsSmallOrder(publicKey);

    private static bool IsBelow(ReadOnlySpan<byte> number, ReadOnlySpan<byte> bound)
    {
        for (var i = bound.Length - 1; i >= 0; i--)
        {
            if (number[i] != bound[i])
            {
                return number[i] < bound[i];
            }
        }

        return false;
    }

    // p = 2^255 − 19; the sign of x lies in the top bit and is no part of y.
    private static bool IsBelowPrime(ReadOnlySpan<byte> point) =>
        (point[31] & 0x7f) != 0x7f || !AllOnes(point[1..31]) || point[0] < 0xed;

    // The y of small order: 0, 1, −1, the two of order 8, and 0 and 1 again encoded as p and p + 1.
    private static bool IsSmallOrder(ReadOnlySpan<byte> point)
    {
        var top = point[31] & 0x7f;
        if (top == 0 && point[0] <= 1 && point[1..31].IndexOfAnyExcept((byte)0) < 0)
        {
            return true;
        }

        if (top == 0x7f && point[0] is 0xec or 0xed or 0xee && AllOnes(point[1..31]))
        {
            return true;
        }

        return SameY(point, OrderEight[..32]) || SameY(point, OrderEight[32..]);
    }

    private static bool SameY(ReadOnlySpan<byte> point, ReadOnlySpan<byte> y) =>
        (point[31] & 0x7f) == y[31] && point[..31].SequenceEqual(y[..31]);

    private static bool AllOnes(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0xff) < 0;
}
