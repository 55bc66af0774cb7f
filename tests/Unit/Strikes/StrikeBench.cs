using Strikeline.Crypto;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

/// <summary>A strike loop with one BTC series, driven by hand, that remembers what it emitted.</summary>
internal sealed class StrikeBench : IMarketSink
{
    /// <summary>One minute into a five-minute window.</summary>
    public const long Start = 1_700_000_160L * Stamps.NanosPerSecond;

    public const long Window = 300 * Stamps.NanosPerSecond;

    public static readonly Symbol Btc = new("BTC", "USDT");

    public static SeriesOptions Series { get; } = new() { Symbol = Btc, SpacingE8 = 10_000_000_000 };

    /// <summary>The seed 00 01 02 … 1f: a key for tests and for the worked example of the documents.</summary>
    public static Ed25519Signer Signer { get; } = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public QuoteIssuer Issuer { get; } = new(new QuoteTerms("testnet"), Signer, 1_700_000_000_000_000);

    public StrikeLoop Loop { get; }

    public long Now { get; set; } = Start;

    public List<SignedLiveMarket> Issued { get; } = [];

    public List<StrikeSnapshot> Emitted { get; } = [];

    public StrikeBench(SeriesOptions? series = null) => Loop = new StrikeLoop([series ?? Series], Issuer, this);

    public StrikeSnapshot Current => Loop.Current(Btc)!;

    public static AggregatedMarket Price(decimal? spot, long atNanos, long ageNanos = 0) =>
        new(
            Btc,
            spot is { } value ? (long)(value * 100_000_000m) : null,
            spot is null ? 1 : 4,
            900_000,
            default,
            spot is null ? null : ageNanos,
            [],
            spot is null ? PriceReason.NoQuorum : PriceReason.None,
            atNanos);

    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        Emitted.Add(snapshot);
        Issued.AddRange(renewed);
    }

    public StrikeBench At(decimal? spot, int afterMs = 0)
    {
        Now += afterMs * Stamps.NanosPerMilli;
        Loop.OnPrice(Price(spot, Now), Now);
        return this;
    }
}
