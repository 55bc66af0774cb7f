using Strikeline.Crypto;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Unit.Host.Broadcast;

/// <summary>Signed ladders of the production loop, one after the other in virtual time.</summary>
internal sealed class Ladders : IMarketSink, IDisposable
{
    private static readonly Symbol Btc = Symbol.Parse("BTC/USDT");

    private readonly Ed25519Signer _signer = new(new byte[32]);
    private readonly StrikeLoop _loop;
    private readonly IMarketSink? _next;
    private long _nowNanos = 1_760_000_000L * Stamps.NanosPerSecond;
    private int _steps;

    public Ladders(int expiries = 3, IMarketSink? next = null)
    {
        _next = next;
        _loop = new StrikeLoop(
            [new SeriesOptions { Symbol = Btc, SpacingE8 = 100 * DecimalText.Scale(8), OpenExpiries = expiries }],
            new QuoteIssuer(new QuoteTerms("test"), _signer, 1),
            this);
        Newest = new StrikeSnapshot(Btc, null, PriceReason.Waiting, [], 0);
    }

    /// <summary>The newest ladder; before the first step an empty one.</summary>
    public StrikeSnapshot Newest { get; private set; }

    /// <summary>Moves the price, and time by 200 ms.</summary>
    public StrikeSnapshot Step(long dollars = 0)
    {
        _nowNanos += 200 * Stamps.NanosPerMilli;
        var spot = (dollars == 0 ? 76_300 + (10 * (_steps++ % 2)) : dollars) * DecimalText.Scale(8);
        _loop.OnPrice(
            new AggregatedMarket(Btc, spot, 4, 900_000, default, 0, [], PriceReason.None, _nowNanos), _nowNanos);
        return Newest;
    }

    /// <summary>Takes the price away.</summary>
    public StrikeSnapshot Withdraw()
    {
        _loop.OnTime(_nowNanos += 10 * Stamps.NanosPerSecond);
        return Newest;
    }

    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        Newest = snapshot;
        _next?.OnMarkets(snapshot, renewed);
    }

    public void Dispose() => _signer.Dispose();
}
