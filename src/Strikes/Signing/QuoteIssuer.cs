using System.Security.Cryptography;
using Strikeline.Crypto;

namespace Strikeline.Strikes;

/// <summary>What every quote of this program says about where it holds.</summary>
/// <param name="Environment">The environment id, for example <c>testnet</c>; at most 16 printable characters.</param>
/// <param name="Collateral">The asset of collateral and payout; at most 8 printable characters.</param>
public sealed record QuoteTerms(string Environment, string Collateral = "USDC")
{
    /// <summary>What is impossible about the terms as one line for their user; null where they are sound.</summary>
    public string? Problem() =>
        !QuotePayload.IsName(Environment, QuotePayload.EnvironmentSize)
            ? $"the environment id '{Environment}' must be 1 to {QuotePayload.EnvironmentSize} printable characters"
        : !QuotePayload.IsName(Collateral, QuotePayload.CollateralSize)
            ? $"the collateral '{Collateral}' must be 1 to {QuotePayload.CollateralSize} printable characters"
        : null;
}

/// <summary>Numbers quotes and signs them: the only place that does. Owned by one loop.</summary>
public sealed class QuoteIssuer
{
    private readonly QuoteTerms _terms;
    private readonly Ed25519Signer _signer;
    private readonly byte[] _publicKey;

    /// <summary>Opens an issuer.</summary>
    /// <param name="terms">Where the quotes hold.</param>
    /// <param name="signer">The key; stays the caller's to dispose.</param>
    /// <param name="lastNonce">
    /// A number at least as large as any nonce this key has used. The microseconds of the Unix clock at start
    /// serve: the program
    /// signs far fewer than a million quotes a second, so that the next start begins above everything that was used.
    /// </param>
    /// <exception cref="ArgumentException">The terms are impossible.</exception>
    public QuoteIssuer(QuoteTerms terms, Ed25519Signer signer, ulong lastNonce)
    {
        if (terms.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(terms));
        }

        (_terms, _signer, LastNonce) = (terms, signer, lastNonce);
        _publicKey = signer.PublicKey.ToArray();
        KeyId = KeyIdOf(_publicKey);
    }

    /// <summary>The signing key's name.</summary>
    public string KeyId { get; }

    /// <summary>The public key, 32 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>The nonce of the newest quote.</summary>
    public ulong LastNonce { get; private set; }

    /// <summary>The name of a public key: the first 8 bytes of its SHA-256, in lower-case hex.</summary>
    public static string KeyIdOf(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(publicKey, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>Numbers, encodes and signs one quote.</summary>
    /// <exception cref="InvalidOperationException">
    /// The price is older than <see cref="StrikesLimits.MaxPriceAgeNanos"/> or the quote would be over at once: the
    /// caller is wrong.
    /// </exception>
    internal SignedLiveMarket Issue(in QuoteDraft draft)
    {
        if (draft.NowNanos - draft.PriceNanos is > StrikesLimits.MaxPriceAgeNanos or < -StrikesLimits.MaxClockLeadNanos
            || draft.ValidUntilMs <= draft.GeneratedAtMs)
        {
            throw new InvalidOperationException("a quote must rest on a price of the last 3 s and have a lifetime");
        }

        LastNonce++;
        var market = new LiveMarket
        {
            Symbol = draft.Series.Symbol,
            StrikeE8 = draft.StrikeE8,
            SpotE8 = draft.SpotE8,
            UpPricePpm = draft.Pricing.UpPpm,
            DownPricePpm = draft.Pricing.DownPpm,
            UpProbabilityPpm = draft.Pricing.FairPpm,
            WindowSeconds = draft.Series.WindowSeconds,
            ExpiryMs = draft.ExpiryMs,
            GeneratedAtMs = draft.GeneratedAtMs,
            ValidUntilMs = draft.ValidUntilMs,
            MaxQuantityAtoms = draft.MaxQuantityAtoms,
            Nonce = LastNonce,
            Collateral = _terms.Collateral,
            Environment = _terms.Environment,
            RuleId = draft.Series.RuleId,
            KeyId = KeyId,
        };
        var payload = new byte[QuotePayload.Size];
        var signature = new byte[Ed25519.SignatureSize];
        QuotePayload.Write(market, payload);
        _signer.Sign(payload, signature);
        return new SignedLiveMarket(market, signature, _publicKey, payload);
    }
}
