using System.Diagnostics.CodeAnalysis;
using Strikeline.Crypto;

namespace Strikeline.Strikes;

/// <summary>Checks foreign signed quotes. Any thread.</summary>
public static class QuoteVerification
{
    /// <summary>True where the bytes are a canonical quote that the given key has signed and names as its
    /// signer.</summary>
    /// <param name="payload">The signed bytes.</param>
    /// <param name="signature">64 bytes.</param>
    /// <param name="signer">The 32-byte public key that the caller trusts.</param>
    /// <param name="market">The quote as signed: trust it, not the fields that travelled beside the payload.</param>
    public static bool TryVerify(
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> signer,
        [NotNullWhen(true)] out LiveMarket? market)
    {
        market = null;
        return Ed25519.Verify(signer, payload, signature)
            && QuotePayload.TryRead(payload, out market)
            && market.KeyId == QuoteIssuer.KeyIdOf(signer);
    }
}
