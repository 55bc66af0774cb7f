using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>One executable two-sided quote on one strike and expiry. Immutable: any thread.</summary>
/// <remarks>UP pays one unit of collateral where the fix is at or above the strike, DOWN where it is below.</remarks>
public sealed record LiveMarket
{
    /// <summary>The quote's name: key id and nonce, so unique within its environment.</summary>
    public string QuoteId => QuoteIds.Make(KeyId, Nonce);

    /// <summary>The composite that it is about.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>The strike in 10^-8 of the quote currency.</summary>
    public required long StrikeE8 { get; init; }

    /// <summary>The composite price at signing in 10^-8, against which an execution judges the drift.</summary>
    public required long SpotE8 { get; init; }

    /// <summary>Executable ask for one UP token in parts per million of the collateral, in ticks of 100.</summary>
    public required int UpPricePpm { get; init; }

    /// <summary>Executable ask for one DOWN token in parts per million of the collateral, in ticks of 100.</summary>
    public required int DownPricePpm { get; init; }

    /// <summary>Fair probability of UP in parts per million, in ticks of 100.</summary>
    public required int UpProbabilityPpm { get; init; }

    /// <summary>Length of the series' window in seconds; with symbol, expiry and strike it names the market.</summary>
    public required int WindowSeconds { get; init; }

    /// <summary>When the market locks, in milliseconds since the Unix epoch.</summary>
    public required long ExpiryMs { get; init; }

    /// <summary>When the quote was made, in milliseconds since the Unix epoch.</summary>
    public required long GeneratedAtMs { get; init; }

    /// <summary>The first millisecond since the Unix epoch at which the quote is no longer executable.</summary>
    public required long ValidUntilMs { get; init; }

    /// <summary>The largest quantity of one execution in 10^-6 tokens.</summary>
    public required long MaxQuantityAtoms { get; init; }

    /// <summary>
    /// A number that the key uses once in an environment, each larger than the one before; a replay repeats those of
    /// its tape's time.
    /// </summary>
    public required ulong Nonce { get; init; }

    /// <summary>The asset of collateral and payout.</summary>
    public required string Collateral { get; init; }

    /// <summary>The environment for which the quote was made, so that a testnet quote is worth nothing
    /// elsewhere.</summary>
    public required string Environment { get; init; }

    /// <summary>The rule by which the market settles.</summary>
    public required string RuleId { get; init; }

    /// <summary>The signing key's name: the first 8 bytes of the SHA-256 of its public key, in lower-case
    /// hex.</summary>
    public required string KeyId { get; init; }
}
