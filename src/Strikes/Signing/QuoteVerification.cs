using System.Diagnostics.CodeAnalysis;
using Strikeline.Crypto;

namespace Strikeline.Strikes;

/// <summary>What is wrong with signed bytes.</summary>
public enum QuoteFault
{
    /// <summary>Nothing: the key has signed a canonical quote that names it.</summary>
    None,

    /// <summary>The signature is not the key's over these bytes.</summary>
    Signature,

    /// <summary>The bytes are signed, and are no canonical quote.</summary>
    Payload,

    /// <summary>The quote is signed, and names another key as its signer.</summary>
    KeyId,
}

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
        market = Check(payload, signature, signer, out var signed) == QuoteFault.None ? signed : null;
        return market is not null;
    }

    /// <summary>As <see cref="TryVerify"/>, with the first thing that is wrong.</summary>
    /// <param name="payload">The signed bytes.</param>
    /// <param name="signature">64 bytes.</param>
    /// <param name="signer">The 32-byte public key that the caller trusts.</param>
    /// <param name="market">The quote as signed; null after <see cref="QuoteFault.Signature"/> and
    /// <see cref="QuoteFault.Payload"/>.</param>
    public static QuoteFault Check(
        ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> signer, out LiveMarket? market)
    {
        market = null;
        return !Ed25519.Verify(signer, payload, signature) ? QuoteFault.Signature
            : !QuotePayload.TryRead(payload, out market) ? QuoteFault.Payload
            : market.KeyId != QuoteIssuer.KeyIdOf(signer) ? QuoteFault.KeyId
            : QuoteFault.None;
    }
}
