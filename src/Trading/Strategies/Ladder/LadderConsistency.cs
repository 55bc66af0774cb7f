using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>
/// Strikes on one settlement value at one venue: a price above the higher strike is above the lower one too. YES of the
/// lower strike and NO of the higher one therefore pay at least a dollar together, and are bought below it.
/// </summary>
/// <remarks>Strategy loop only, except for <see cref="Options"/>.</remarks>
public sealed class LadderConsistency(LadderOptions options) : IStrategy
{
    private readonly MarketLines<Rung> _lines = new();
    private readonly Dictionary<LadderKey, List<Rung>> _ladders = [];
    private readonly EdgeScout _scout = new(StrategyName);
    private readonly BookCopy _updated = new();
    private readonly BookCopy _other = new();
    private volatile LadderOptions _options = options;

    /// <summary>The name in signals and metrics.</summary>
    public const string StrategyName = "ladder_consistency";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <summary>The parameters; replaced as a whole. Any thread.</summary>
    public LadderOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market)
    {
        var pace = _lines.TryGet(market.Venue, market.MarketId, out var known) ? known.Pace : new MarketPace();
        OnGone(market.Venue, market.MarketId);
        if (market.Price is not { StrikeE8: { } strike } question)
        {
            return;
        }

        var key = new LadderKey(market.Venue, question.Asset, question.Oracle, question.Statistic, question.EndNanos);
        if (!_ladders.TryGetValue(key, out var ladder))
        {
            _ladders.Add(key, ladder = []);
        }

        var rung = new Rung(market, strike, question.TieIsYes, key, pace);
        ladder.Add(rung);
        _lines.Set(market, rung);
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId)
    {
        if (!_lines.TryGet(venue, marketId, out var rung))
        {
            return;
        }

        _lines.Remove(venue, marketId);
        var ladder = _ladders[rung.Ladder];
        ladder.Remove(rung);
        if (ladder.Count == 0)
        {
            _ladders.Remove(rung.Ladder);
        }
    }

    /// <inheritdoc/>
    public void Evaluate(in StrategyContext context)
    {
        if (_lines.OfToken(context.Updated) is not { } rung || _ladders[rung.Ladder] is not { Count: > 1 } ladder
            || !context.Markets.TryRead(context.Updated, _updated, context.NowNanos)
            || !ReferenceEquals(_updated.Market, rung.Market) || _updated.Asks.IsEmpty)
        {
            return;
        }

        // The best pair: the one that earns most, or else the one that looked best.
        Rung? best = null;
        var bestScore = long.MinValue;
        var limits = _options.Limits;
        foreach (var other in ladder)
        {
            if (IsCover(rung, other, context.Updated) && TryPair(context, rung, other))
            {
                var score = _scout.Judge(limits) == RefusalReason.None
                    ? _scout.Walk.ProfitMicros
                    : _scout.Walk.TopEdgePpm - long.MaxValue;
                (best, bestScore) = score > bestScore ? (other, score) : (best, bestScore);
            }
        }

        if (best is not null && TryPair(context, rung, best))
        {
            _scout.Report(context, SignalKind.BuyCover, limits, rung.Pace, best.Pace);
        }
    }

    // At the strike itself the lower YES or the higher NO must win: with equal strikes that depends on the tie rules.
    private static bool IsCover(Rung rung, Rung other, MarketKey updated)
    {
        var (low, high) = updated == rung.Market.Yes ? (rung, other) : (other, rung);
        return !ReferenceEquals(low, high)
            && (low.StrikeE8 < high.StrikeE8
                || (low.StrikeE8 == high.StrikeE8 && (low.TieIsYes || !high.TieIsYes)));
    }

    private bool TryPair(in StrategyContext context, Rung rung, Rung other)
    {
        var token = context.Updated == rung.Market.Yes ? other.Market.No : other.Market.Yes;
        if (!context.Markets.TryRead(token, _other, context.NowNanos)
            || !ReferenceEquals(_other.Market, other.Market))
        {
            return false;
        }

        _scout.Walk.Begin(Side.Buy, Micros.One);
        _scout.Walk.Add(_updated);
        _scout.Walk.Add(_other);
        return _scout.Walk.LooksLikeAnEdge();
    }

    private readonly record struct LadderKey(
        Venue Venue, string Asset, string Oracle, string Statistic, long EndNanos);

    private sealed record Rung(
        OutcomeMarket Market, long StrikeE8, bool TieIsYes, LadderKey Ladder, MarketPace Pace);
}
