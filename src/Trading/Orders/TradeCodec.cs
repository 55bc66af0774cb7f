using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Records of the intent journal as bytes. Numbers of kinds are never reused.</summary>
internal static class TradeCodec
{
    /// <summary>Writes an event; its kind is the record's type.</summary>
    public static ushort Write(TradeEvent happened, RecordWriter to)
    {
        to.Clear().Number(happened.AtNanos);
        switch (happened)
        {
            case Founded one:
                to.Text(one.Prefix);
                return 1;
            case PlanOpened one:
                Write(one.Plan, to);
                return 2;
            case OrderMade one:
                Write(one.Intent, to);
                return 3;
            case OrderTold one:
                to.Number(one.PlanId).Number(one.Number).Byte((byte)one.Phase).Text(one.VenueId).Number(one.OpenMicro)
                    .Text(one.Code).Text(one.Detail);
                return 4;
            case FillTold one:
                Write(one.Fill, to.Number(one.PlanId).Number(one.Number));
                return 5;
            case PlanMoved one:
                to.Number(one.PlanId).Byte((byte)one.Phase).Text(one.Reason);
                return 6;
            case MarketSettled one:
                Write(one.No, Write(one.Yes, to.Byte((byte)one.Venue).Text(one.MarketId))).Number(one.YesPaysPpm);
                return 7;
            case StreakCleared:
                return 8;
            default:
                throw new ArgumentException($"no record holds a {happened.GetType().Name}", nameof(happened));
        }
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="InvalidDataException">A kind that this program does not know.</exception>
    public static TradeEvent Read(ushort type, ReadOnlySpan<byte> payload)
    {
        var from = new RecordReader(payload);
        var at = from.Number();
        return type switch
        {
            1 => new Founded(at, from.Text()),
            2 => new PlanOpened(at, ReadPlan(ref from)),
            3 => new OrderMade(at, ReadIntent(ref from)),
            4 => new OrderTold(
                at, from.Number(), from.Small(), (OrderPhase)from.Byte(), from.Text(), from.Number(), from.Text(),
                from.Text()),
            5 => new FillTold(at, from.Number(), from.Small(), ReadFill(ref from)),
            6 => new PlanMoved(at, from.Number(), (PlanPhase)from.Byte(), from.Text()),
            7 => new MarketSettled(
                at, (Venue)from.Byte(), from.Text(), ReadKey(ref from), ReadKey(ref from), from.Number()),
            8 => new StreakCleared(at),
            _ => throw new InvalidDataException(
                $"the intent journal holds a record of kind {type}, which this program does not know: it was written "
                + "by a newer one"),
        };
    }

    public static void Write(TradePlan plan, RecordWriter to)
    {
        to.Number(plan.Id).Text(plan.Strategy).Byte((byte)plan.Kind).Number(plan.SizeMicro).Number(plan.PayoutPpm)
            .Number(plan.WorstLossMicros).Number(plan.SpendMicros);
        var markets = plan.Legs.Select(leg => leg.Market).Distinct().ToList();
        to.Number(markets.Count);
        markets.ForEach(market => Write(market, to));
        to.Number(plan.Legs.Length);
        foreach (var leg in plan.Legs)
        {
            Write(leg.Token, to.Number(markets.IndexOf(leg.Market))).Byte((byte)leg.Side).Number(leg.LimitPpm)
                .Number(leg.HedgeLimitPpm);
        }
    }

    public static TradePlan ReadPlan(ref RecordReader from)
    {
        var plan = new TradePlan
        {
            Id = from.Number(), Strategy = from.Text(), Kind = (SignalKind)from.Byte(), SizeMicro = from.Number(),
            PayoutPpm = from.Number(), WorstLossMicros = from.Number(), SpendMicros = from.Number(), Legs = [],
        };
        var markets = new OutcomeMarket[from.Small()];
        for (var i = 0; i < markets.Length; i++)
        {
            markets[i] = ReadMarket(ref from);
        }

        var legs = ImmutableArray.CreateBuilder<PlanLeg>();
        for (var left = from.Number(); left > 0; left--)
        {
            var market = markets[from.Small()];
            legs.Add(new PlanLeg(market, ReadKey(ref from), (Side)from.Byte(), from.Number(), from.Number()));
        }

        return plan with { Legs = legs.ToImmutable() };
    }

    public static void Write(OrderIntent one, RecordWriter to) => to
        .Number(one.PlanId).Number(one.Number).Text(one.ClientId).Byte((byte)one.Purpose).Number(one.Leg)
        .Byte((byte)one.Side).Number(one.LimitPpm).Number(one.SizeMicro).Byte((byte)one.Life).Bit(one.PostOnly);

    public static OrderIntent ReadIntent(ref RecordReader from) => new(
        from.Number(), from.Small(), from.Text(), (OrderPurpose)from.Byte(), from.Small(), (Side)from.Byte(),
        from.Number(), from.Number(), (OrderLife)from.Byte(), from.Bit());

    public static void Write(VenueFill fill, RecordWriter to) => to
        .Text(fill.TradeId).Number(fill.PricePpm).Number(fill.SizeMicro).Number(fill.FeeMicros)
        .Byte((byte)fill.Finality).Number(fill.AtNanos);

    public static VenueFill ReadFill(ref RecordReader from) => new(
        from.Text(), from.Number(), from.Number(), from.Number(), (FillFinality)from.Byte(), from.Number());

    public static RecordWriter Write(MarketKey key, RecordWriter to) => to.Byte((byte)key.Venue).Text(key.TokenId);

    public static MarketKey ReadKey(ref RecordReader from) => new((Venue)from.Byte(), from.Text());

    // Everything that an order needs. What a market asks about is not: it is read from the venue again.
    private static void Write(OutcomeMarket market, RecordWriter to)
    {
        var rules = market.Rules;
        Write(market.No, Write(
            market.Yes, to.Byte((byte)market.Venue).Text(market.MarketId).Text(market.Slug).Text(market.Question)))
            .Byte((byte)market.Phase).Text(market.EventId).Bit(market.IsExclusive).Bit(market.IsAugmented)
            .Number(market.EventMarkets).Number(market.OpensNanos).Number(market.ClosesNanos)
            .Number(rules.SizeStepMicro).Number(rules.LeastRestingMicro).Number(rules.LeastTakingMicros)
            .Number(rules.TakingDollarStepMicros).Number(rules.TakingShareStepMicro).Byte((byte)rules.Fee.Kind)
            .Number(rules.Fee.RatePpm).Number(rules.Fee.Exponent).Number(rules.Fee.MakerPpm)
            .Number(rules.Fee.GrainMicros).Number(rules.Fee.OrderGrainMicros).Number(rules.TakerHold.Ticks)
            .Bit(rules.MayMerge).Bit(rules.Nets).Text(rules.SigningDomain).Number(rules.Bands.Length);
        foreach (var band in rules.Bands)
        {
            to.Number(band.FromPpm).Number(band.ToPpm).Number(band.TickPpm);
        }
    }

    private static OutcomeMarket ReadMarket(ref RecordReader from)
    {
        var market = new OutcomeMarket
        {
            Venue = (Venue)from.Byte(), MarketId = from.Text(), Slug = from.Text(), Question = from.Text(),
            Yes = ReadKey(ref from), No = ReadKey(ref from), Phase = (MarketPhase)from.Byte(), EventId = from.Text(),
            IsExclusive = from.Bit(), IsAugmented = from.Bit(), EventMarkets = from.Small(), OpensNanos = from.Number(),
            ClosesNanos = from.Number(), Rules = null!,
        };
        var rules = new MarketRules
        {
            SizeStepMicro = from.Number(), LeastRestingMicro = from.Number(), LeastTakingMicros = from.Number(),
            TakingDollarStepMicros = from.Number(), TakingShareStepMicro = from.Number(),
            Fee = new FeeCurve(
                (FeeKind)from.Byte(), from.Number(), from.Small(), from.Number(), from.Number(), from.Number()),
            TakerHold = new TimeSpan(from.Number()), MayMerge = from.Bit(), Nets = from.Bit(),
            SigningDomain = from.Text(), Bands = [],
        };
        var bands = ImmutableArray.CreateBuilder<PriceBand>();
        for (var left = from.Number(); left > 0; left--)
        {
            bands.Add(new PriceBand(from.Number(), from.Number(), from.Number()));
        }

        return market with { Rules = rules with { Bands = bands.ToImmutable() } };
    }
}
