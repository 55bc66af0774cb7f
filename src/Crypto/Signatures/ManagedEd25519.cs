using System.Security.Cryptography;
using Curve = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Strikeline.Crypto;

/// <summary>Ed25519 by BouncyCastle: managed code, for machines without a native library; allocates per call.</summary>
internal sealed class ManagedEd25519() : Ed25519BackEnd("bouncycastle")
{
    internal override Ed25519Key Open(ReadOnlySpan<byte> seed) => new Key(seed);

    internal override bool HoldsEquation(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Curve.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);

    private sealed class Key : Ed25519Key
    {
        private readonly byte[] _seed = GC.AllocateArray<byte>(32, pinned: true);
        private readonly byte[] _publicKey = new byte[32];

        public Key(ReadOnlySpan<byte> seed)
        {
            seed.CopyTo(_seed);
            Curve.GeneratePublicKey(_seed, 0, _publicKey, 0);
        }

        public override void CopyPublicKey(Span<byte> publicKey) => _publicKey.CopyTo(publicKey);

        public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            var mark = new byte[64];
            Curve.Sign(_seed, 0, _publicKey, 0, message.ToArray(), 0, message.Length, mark, 0);
            mark.CopyTo(signature);
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(_seed);
    }
}
