using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>
/// YES and NO of one market: bought together below a dollar, or sold together above one where the market splits or
/// nets.
/// </summary>
/// <remarks>Strategy loop only, except for <see cref="Options"/>.</remarks>
public sealed class CrossOutcomeArbitrage(CrossOutcomeOptions options) : IStrategy
{
    private readonly MarketLines<Line> _lines = new();
    private readonly EdgeScout _scout = new(StrategyName);
    private readonly BookCopy _yes = new();
    private readonly BookCopy _no = new();
    private volatile CrossOutcomeOptions _options = options;

    /// <summary>The name in signals and metrics.</summary>
    public const string StrategyName = "cross_outcome_arbitrage";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <summary>The parameters; replaced as a whole. Any thread.</summary>
    public CrossOutcomeOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market)
    {
        var pace = _lines.TryGet(market.Venue, market.MarketId, out var known) ? known.Pace : new MarketPace();
        _lines.Set(market, new Line(market, pace));
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId) => _lines.Remove(venue, marketId);

    /// <inheritdoc/>
    public void Evaluate(in StrategyContext context)
    {
        if (_lines.OfToken(context.Updated) is not { } line
            || !context.Markets.TryRead(line.Market.Yes, _yes, context.NowNanos)
            || !context.Markets.TryRead(line.Market.No, _no, context.NowNanos)
            || _yes.Market is not { } market || !ReferenceEquals(market, _no.Market) || !_yes.FitsTo(_no))
        {
            return;
        }

        if (LooksLikeAnEdge(Side.Buy))
        {
            _scout.Report(context, SignalKind.BuySet, _options.Limits, line.Pace);
        }

        if ((market.Rules.MayMerge || market.Rules.Nets) && LooksLikeAnEdge(Side.Sell))
        {
            _scout.Report(context, SignalKind.SellSet, _options.Limits, line.Pace);
        }
    }

    private bool LooksLikeAnEdge(Side side)
    {
        _scout.Walk.Begin(side, Micros.One);
        _scout.Walk.Add(_yes);
        _scout.Walk.Add(_no);
        return _scout.Walk.LooksLikeAnEdge();
    }

    private sealed record Line(OutcomeMarket Market, MarketPace Pace);
}
