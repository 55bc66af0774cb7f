using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>What the arbitrages share: judges a set of legs and says what was found, or why not, at the market's
/// pace.</summary>
/// <remarks>Strategy loop only.</remarks>
internal sealed class EdgeScout(string strategy)
{
    /// <summary>The set that is looked at.</summary>
    public SetWalk Walk { get; } = new();

    /// <summary>Judges the set in <see cref="Walk"/>, which looks like an edge.</summary>
    /// <returns>None where it is one.</returns>
    public RefusalReason Judge(in EdgeLimits limits)
    {
        var refusal = Walk.LegRefusal();
        return refusal != RefusalReason.None ? refusal : Walk.Find(limits.MinEdgePpm, limits.MaxSizeMicro);
    }

    /// <summary>Judges the set and tells the sink.</summary>
    /// <param name="context">Whom and when.</param>
    /// <param name="kind">How the legs become a profit.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="pace">The market's or event's pace.</param>
    /// <param name="other">The other market's pace, where two are paired.</param>
    public void Report(
        in StrategyContext context, SignalKind kind, in EdgeLimits limits, MarketPace pace, MarketPace? other = null)
    {
        var reason = Judge(limits);
        if (reason != RefusalReason.None)
        {
            Refuse(context, kind, reason, pace, string.Empty);
        }
        else if (pace.MaySignal(context.NowNanos, limits.CoolDown)
            && (other is null || other.MaySignal(context.NowNanos, limits.CoolDown)))
        {
            pace.Signalled(context.NowNanos);
            other?.Signalled(context.NowNanos);
            context.Sink.OnSignal(Found(context, kind));
        }
    }

    /// <summary>Refuses the set, at most once in a second for each reason.</summary>
    public void Refuse(
        in StrategyContext context, SignalKind kind, RefusalReason reason, MarketPace pace, string detail)
    {
        if (pace.MayRefuse(reason, context.NowNanos))
        {
            pace.Refused(reason, context.NowNanos);
            context.Sink.OnRefused(Seen(context, kind, detail), reason.Code());
        }
    }

    /// <summary>The signal of the size that <see cref="Walk"/> found.</summary>
    public TradeSignal Found(in StrategyContext context, SignalKind kind) => new()
    {
        Strategy = strategy,
        Kind = kind,
        Legs = Walk.FoundLegs(),
        PayoutPpm = Walk.PayoutPpm,
        EdgePpm = Walk.EdgePpm,
        EdgeAfterFeesPpm = Walk.EdgeAfterFeesPpm,
        ProfitMicros = Walk.ProfitMicros,
        ReceivedNanos = context.ReceivedNanos,
        ReceivedStamp = context.ReceivedStamp,
    };

    private TradeSignal Seen(in StrategyContext context, SignalKind kind, string detail)
    {
        var legs = Walk.TopLegs();
        var fees = 0L;
        foreach (var leg in legs)
        {
            fees += leg.FeeMicros;
        }

        var size = legs[0].SizeMicro;
        var gross = Micros.WorthRoundedDown(Walk.TopEdgePpm, size);
        return new TradeSignal
        {
            Strategy = strategy,
            Kind = kind,
            Legs = legs,
            PayoutPpm = Walk.PayoutPpm,
            EdgePpm = Walk.TopEdgePpm,
            EdgeAfterFeesPpm = Walk.TopEdgePpm - (long)(((Int128)fees * Micros.One + (size - 1)) / size),
            ProfitMicros = gross - fees,
            ReceivedNanos = context.ReceivedNanos,
            ReceivedStamp = context.ReceivedStamp,
            Detail = detail,
        };
    }
}
