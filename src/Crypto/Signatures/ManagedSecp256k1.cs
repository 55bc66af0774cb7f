using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Strikeline.Crypto;

/// <summary>secp256k1 over BouncyCastle's integers and points: managed code, for machines without the native library.
/// </summary>
/// <remarks>Allocates per call, and its time depends on the key: it is for machines of one's own.</remarks>
internal sealed class ManagedSecp256k1() : Secp256k1BackEnd("bouncycastle")
{
    private static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");

    internal override Secp256k1Key Open(ReadOnlySpan<byte> privateKey) => new Key(privateKey);

    internal override bool TryRecover(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64, int parity, Span<byte> publicKey64)
    {
        var r = Number(signature64[..32]);
        var encoded = new byte[33];
        encoded[0] = (byte)(2 + parity);
        signature64[..32].CopyTo(encoded.AsSpan(1));
        ECPoint point;
        try
        {
            point = Curve.Curve.DecodePoint(encoded);
        }
        catch (ArgumentException)
        {
            // No point of the curve has this X.
            return false;
        }

        var inverse = r.ModInverse(Curve.N);
        var ofBase = Number(digest).Negate().Multiply(inverse).Mod(Curve.N);
        var ofPoint = Number(signature64[32..]).Multiply(inverse).Mod(Curve.N);
        var key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, ofBase, point, ofPoint).Normalize();
        return !key.IsInfinity && CopyOut(key, publicKey64);
    }

    internal override bool HoldsEquation(
        ReadOnlySpan<byte> publicKey64, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64)
    {
        var encoded = new byte[65];
        encoded[0] = 4;
        publicKey64.CopyTo(encoded.AsSpan(1));
        ECPoint key;
        try
        {
            key = Curve.Curve.DecodePoint(encoded);
        }
        catch (ArgumentException)
        {
            return false;
        }

        var r = Number(signature64[..32]);
        var inverse = Number(signature64[32..]).ModInverse(Curve.N);
        var point = ECAlgorithms.SumOfTwoMultiplies(
            Curve.G, Number(digest).Multiply(inverse).Mod(Curve.N), key, r.Multiply(inverse).Mod(Curve.N)).Normalize();
        return !point.IsInfinity && point.AffineXCoord.ToBigInteger().Mod(Curve.N).Equals(r);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(1, bytes.ToArray());

    private static bool CopyOut(ECPoint key, Span<byte> publicKey64)
    {
        key.GetEncoded(compressed: false).AsSpan(1).CopyTo(publicKey64);
        return true;
    }

    private static void Write(BigInteger number, Span<byte> bytes32)
    {
        var bytes = number.ToByteArrayUnsigned();
        bytes32.Clear();
        bytes.CopyTo(bytes32[(bytes32.Length - bytes.Length)..]);
    }

    private sealed class Key : Secp256k1Key
    {
        private readonly byte[] _secret = GC.AllocateArray<byte>(Secp256k1.PrivateKeySize, pinned: true);

        public Key(ReadOnlySpan<byte> privateKey) => privateKey.CopyTo(_secret);

        public override void CopyPublicKey(Span<byte> publicKey64) =>
            CopyOut(Curve.G.Multiply(Number(_secret)).Normalize(), publicKey64);

        public override int Sign(ReadOnlySpan<byte> digest, Span<byte> signature64)
        {
            var secret = Number(_secret);
            var nonces = new HMacDsaKCalculator(new Sha256Digest());
            nonces.Init(Curve.N, secret, digest.ToArray());
            while (true)
            {
                var nonce = nonces.NextK();
                var point = Curve.G.Multiply(nonce).Normalize();
                var x = point.AffineXCoord.ToBigInteger();
                var r = x.Mod(Curve.N);
                var s = nonce.ModInverse(Curve.N).Multiply(Number(digest).Add(r.Multiply(secret))).Mod(Curve.N);
                if (r.SignValue == 0 || s.SignValue == 0)
                {
                    continue;
                }

                var parity = (point.AffineYCoord.TestBitZero() ? 1 : 0) | (x.CompareTo(Curve.N) >= 0 ? 2 : 0);
                if (s.CompareTo(Curve.N.ShiftRight(1)) > 0)
                {
                    s = Curve.N.Subtract(s);
                    parity ^= 1;
                }

                Write(r, signature64[..32]);
                Write(s, signature64[32..]);
                return parity;
            }
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(_secret);
    }
}
