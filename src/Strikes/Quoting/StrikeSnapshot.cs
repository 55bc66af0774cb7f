using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Strikes;

/// <summary>The signed ladder of one symbol at one moment. Immutable: any thread.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="SpotE8">The composite in 10^-8; null where there is none to quote on.</param>
/// <param name="Reason">Why nothing is quoted.</param>
/// <param name="Markets">The open markets by expiry, then by strike; empty where nothing is quoted.</param>
/// <param name="AtNanos">When the ladder was last looked at, in nanoseconds since the Unix epoch.</param>
public sealed record StrikeSnapshot(
    Symbol Symbol, long? SpotE8, PriceReason Reason, ImmutableArray<SignedLiveMarket> Markets, long AtNanos);
