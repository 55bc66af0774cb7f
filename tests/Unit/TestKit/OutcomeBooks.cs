using System.Collections.Concurrent;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>Books and markets that a test sets by hand, from any thread.</summary>
internal sealed class OutcomeBooks : IMarketReader
{
    private readonly ConcurrentDictionary<string, OutcomeMarket> _markets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MarketKey, (Level[] Bids, Level[] Asks, BookRefusal Refusal)> _books = [];

    public static OutcomeMarket Make(string id, MarketRules? rules = null, Venue venue = Venue.Polymarket) => new()
    {
        Venue = venue, MarketId = id, Slug = id, Question = id, Yes = new MarketKey(venue, id + "-yes"), No = new MarketKey(venue, id + "-no"),
        Rules = rules ?? Rules, Phase = MarketPhase.Open,
    };

    /// <summary>As Polymarket's crypto markets: cents, five shares resting, a dollar taking.</summary>
    public static MarketRules Rules { get; } = new()
    {
        Bands = [new PriceBand(10_000, 990_000, 10_000)], SizeStepMicro = 10_000, LeastRestingMicro = 5_000_000, LeastTakingMicros = 1_000_000,
        TakingDollarStepMicros = 10_000, TakingShareStepMicro = 100, Fee = new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 10, 10),
        TakerHold = TimeSpan.FromMilliseconds(150), MayMerge = true,
    };

    /// <summary>As Kalshi's: cents, no smallest order, both outcomes net.</summary>
    public static MarketRules NettingRules { get; } = new()
    {
        Bands = [new PriceBand(10_000, 990_000, 10_000)], SizeStepMicro = 10_000, LeastRestingMicro = 10_000,
        Fee = new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 1, 10_000), Nets = true,
    };

    public void Set(OutcomeMarket market) => _markets[market.MarketId] = market;

    public void Set(MarketKey token, Level[] bids, Level[] asks, BookRefusal refusal = BookRefusal.None) => _books[token] = (bids, asks, refusal);

    public void Refuse(MarketKey token, BookRefusal refusal) => _books[token] = _books[token] with { Refusal = refusal };

    public void Forget(OutcomeMarket market)
    {
        _markets.TryRemove(market.MarketId, out _);
        _books.TryRemove(market.Yes, out _);
        _books.TryRemove(market.No, out _);
    }

    public OutcomeMarket? Market(Venue venue, string marketId) => _markets.GetValueOrDefault(marketId);

    public bool TryRead(MarketKey token, BookCopy into, long nowNanos)
    {
        if (!_books.TryGetValue(token, out var book))
        {
            return false;
        }

        (into.Token, into.Refusal, into.BidCount, into.AskCount) = (token, book.Refusal, book.Bids.Length, book.Asks.Length);
        book.Bids.CopyTo(into.BidRoom);
        book.Asks.CopyTo(into.AskRoom);
        return true;
    }

    /// <summary>A signal over both outcomes of a market.</summary>
    public static TradeSignal Pair(OutcomeMarket market, SignalKind kind, long yesPpm, long noPpm, long sizeMicro)
    {
        var side = kind == SignalKind.SellSet ? Side.Sell : Side.Buy;
        var edge = kind == SignalKind.SellSet ? yesPpm + noPpm - Micros.One : Micros.One - yesPpm - noPpm;
        return new TradeSignal
        {
            Strategy = "cross_outcome_arbitrage", Kind = kind, PayoutPpm = Micros.One, EdgePpm = edge, EdgeAfterFeesPpm = edge, ProfitMicros = 1,
            ReceivedNanos = 0,
            Legs =
            [
                new SignalLeg(market, market.Yes, side, yesPpm, sizeMicro, yesPpm, 0), new SignalLeg(market, market.No, side, noPpm, sizeMicro, noPpm, 0),
            ],
        };
    }
}
