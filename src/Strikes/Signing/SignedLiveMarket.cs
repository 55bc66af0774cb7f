namespace Strikeline.Strikes;

/// <summary>A quote with the bytes that were signed. Immutable: any thread.</summary>
/// <param name="Market">The quote.</param>
/// <param name="Signature">64 bytes of Ed25519 over <paramref name="Payload"/>.</param>
/// <param name="Signer">The 32-byte public key.</param>
/// <param name="Payload">The canonical bytes of docs/quote-format.md.</param>
public sealed record SignedLiveMarket(
    LiveMarket Market, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Signer, ReadOnlyMemory<byte> Payload);
