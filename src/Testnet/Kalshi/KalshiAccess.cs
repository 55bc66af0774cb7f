namespace Strikeline.Testnet.Kalshi;

/// <summary>A key that may sign requests, and what its account starts with.</summary>
/// <param name="KeyId">What <c>KALSHI-ACCESS-KEY</c> says.</param>
/// <param name="PublicKeyPem">The RSA public key as PEM.</param>
/// <param name="Balance">Paper money of the account in whole cents.</param>
public sealed record KalshiAccess(string KeyId, string PublicKeyPem, long Balance);
