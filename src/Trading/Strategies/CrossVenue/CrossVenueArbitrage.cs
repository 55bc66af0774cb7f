using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>
/// One question at two venues: YES at one and NO at the other pay a dollar together, and are bought below it. Only
/// where the two settle alike in every case; a pair that does not is refused with the differences in words.
/// </summary>
/// <remarks>Strategy loop only, except for <see cref="Options"/> and <see cref="Pairs"/>.</remarks>
public sealed class CrossVenueArbitrage(CrossVenueOptions options) : IStrategy
{
    private readonly MarketLines<Line> _lines = new();
    private readonly Dictionary<(string Asset, long EndNanos), List<Line>> _moments = [];
    private readonly EdgeScout _scout = new(StrategyName);
    private readonly BookCopy _updated = new();
    private readonly BookCopy _other = new();
    private volatile CrossVenueOptions _options = options;
    private volatile IReadOnlyList<PairVerdict> _pairs = [];

    /// <summary>The name in signals and metrics.</summary>
    public const string StrategyName = "cross_venue_arbitrage";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <summary>The parameters; replaced as a whole. Any thread.</summary>
    public CrossVenueOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>Every pair of markets about one asset and moment at two venues, with the verdict; a list that does not
    /// change. Any thread.</summary>
    public IReadOnlyList<PairVerdict> Pairs => _pairs;

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market)
    {
        var pace = _lines.TryGet(market.Venue, market.MarketId, out var known) ? known.Pace : new MarketPace();
        var changed = Remove(market.Venue, market.MarketId);
        if (market.Price is { } question)
        {
            var key = (question.Asset, question.EndNanos);
            if (!_moments.TryGetValue(key, out var moment))
            {
                _moments.Add(key, moment = []);
            }

            var line = new Line(market, pace);
            foreach (var other in moment)
            {
                if (other.Market.Venue != market.Venue)
                {
                    // In the venues' order, so that equal differences are said in equal words.
                    var verdict = market.Venue < other.Market.Venue
                        ? SettlementEquivalence.Check(market, other.Market)
                        : SettlementEquivalence.Check(other.Market, market);
                    line.Pairs.Add(new Pair(other, verdict));
                    other.Pairs.Add(new Pair(line, verdict));
                }
            }

            moment.Add(line);
            _lines.Set(market, line);
            changed |= line.Pairs.Count > 0;
        }

        if (changed)
        {
            Publish();
        }
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId)
    {
        if (Remove(venue, marketId))
        {
            Publish();
        }
    }

    /// <inheritdoc/>
    public void Evaluate(in StrategyContext context)
    {
        if (_lines.OfToken(context.Updated) is not { Pairs.Count: > 0 } line
            || !context.Markets.TryRead(context.Updated, _updated, context.NowNanos)
            || !ReferenceEquals(_updated.Market, line.Market) || _updated.Asks.IsEmpty)
        {
            return;
        }

        // The pair that earns most; else of the equivalent ones, else of all, the one that looked best.
        Pair? best = null;
        var bestScore = long.MinValue;
        var limits = _options.Limits;
        foreach (var pair in line.Pairs)
        {
            if (TryPair(context, line, pair))
            {
                var score = Score(pair, limits);
                (best, bestScore) = score > bestScore ? (pair, score) : (best, bestScore);
            }
        }

        if (best is not { } chosen || !TryPair(context, line, chosen))
        {
            return;
        }

        if (chosen.Verdict.IsEquivalent)
        {
            _scout.Report(context, SignalKind.BuyCover, limits, line.Pace, chosen.Other.Pace);
        }
        else
        {
            _scout.Refuse(
                context, SignalKind.BuyCover, RefusalReason.PairNotEquivalent, line.Pace, chosen.Verdict.InWords);
        }
    }

    private long Score(in Pair pair, in EdgeLimits limits)
    {
        if (!pair.Verdict.IsEquivalent)
        {
            return _scout.Walk.TopEdgePpm - long.MaxValue;
        }

        return _scout.Judge(limits) == RefusalReason.None
            ? _scout.Walk.ProfitMicros
            : _scout.Walk.TopEdgePpm - (long.MaxValue / 2);
    }

    private bool TryPair(in StrategyContext context, Line line, in Pair pair)
    {
        var other = pair.Other.Market;
        var token = context.Updated == line.Market.Yes ? other.No : other.Yes;
        if (!context.Markets.TryRead(token, _other, context.NowNanos) || !ReferenceEquals(_other.Market, other))
        {
            return false;
        }

        _scout.Walk.Begin(Side.Buy, Micros.One);
        _scout.Walk.Add(_updated);
        _scout.Walk.Add(_other);
        return _scout.Walk.LooksLikeAnEdge();
    }

    // True where pairs went with it.
    private bool Remove(Venue venue, string marketId)
    {
        if (!_lines.TryGet(venue, marketId, out var line))
        {
            return false;
        }

        _lines.Remove(venue, marketId);
        var key = (line.Market.Price!.Asset, line.Market.Price.EndNanos);
        var moment = _moments[key];
        moment.Remove(line);
        foreach (var other in moment)
        {
            other.Pairs.RemoveAll(pair => ReferenceEquals(pair.Other, line));
        }

        if (moment.Count == 0)
        {
            _moments.Remove(key);
        }

        return line.Pairs.Count > 0;
    }

    private void Publish() => _pairs =
    [
        .. _moments.Values.SelectMany(moment => moment).SelectMany(line => line.Pairs
            .Where(pair => line.Market.Venue < pair.Other.Market.Venue)
            .Select(pair => new PairVerdict(line.Market, pair.Other.Market, pair.Verdict))),
    ];

    private readonly record struct Pair(Line Other, SettlementEquivalence Verdict);

    private sealed class Line(OutcomeMarket market, MarketPace pace)
    {
        public OutcomeMarket Market { get; } = market;

        public MarketPace Pace { get; } = pace;

        public List<Pair> Pairs { get; } = [];
    }
}
