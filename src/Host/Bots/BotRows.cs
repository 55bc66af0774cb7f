using System.Globalization;
using Strikeline.Host.Web.Bots;
using Strikeline.Kernel;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>Rows of the API from what the bots hold.</summary>
internal static class BotRows
{
    /// <summary>An opportunity.</summary>
    public static OpportunityRow Row(Opportunity one) => new(
        Stamps.ToMillis(one.AtNanos),
        one.Signal.Strategy,
        SignalText.Venue(one.Signal),
        SignalText.Market(one.Signal),
        [.. one.Signal.Legs.Select(leg => new LegRow(
            leg.Token.TokenId, Word(leg.Side), Micros.ToText(leg.PricePpm), Micros.ToText(leg.SizeMicro)))],
        Micros.ToText(one.Signal.EdgePpm),
        Micros.ToText(one.Signal.EdgeAfterFeesPpm),
        one.Taken,
        one.Signal.Detail.Length == 0 || one.Taken ? one.Reason : $"{one.Reason}: {one.Signal.Detail}");

    /// <summary>A plan that is carried out.</summary>
    public static PlanRow Row(PlanState state) => new(
        Id(state.Plan.Id),
        Stamps.ToMillis(state.OpenedNanos),
        state.Plan.Strategy,
        Venues(state.Plan.Legs.Select(leg => leg.Token)),
        state.Plan.Legs[0].Market.MarketId,
        state.Phase.ToString().ToLowerInvariant(),
        Micros.ToText(state.Plan.WorstLossMicros),
        null,
        [.. state.Plan.Legs.Select((_, index) => Row(
            state.Leg(index),
            state.Orders.LastOrDefault(order => order.Intent.Leg == index)?.Phase.ToString().ToLowerInvariant()
                ?? "waiting"))]);

    /// <summary>A plan that is over.</summary>
    public static PlanRow Row(PlanResult result) => new(
        Id(result.Id),
        Stamps.ToMillis(result.OpenedNanos),
        result.Strategy,
        Venues(result.Legs.Select(leg => leg.Token)),
        result.Legs.FirstOrDefault()?.MarketId ?? "",
        result.Reason.Length == 0 ? "closed" : result.Reason.ToLowerInvariant(),
        Micros.ToText(result.WorstLossMicros),
        Micros.ToText(result.NetMicros),
        [.. result.Legs.Select(leg => Row(leg, leg.FilledMicro > 0 ? "done" : "missed"))]);

    /// <summary>Positions of a market.</summary>
    public static IEnumerable<PositionRow> Positions(PortfolioMarket market, OutcomeMarket? known)
    {
        foreach (var line in market.Lines)
        {
            var position = line.Position;
            if (position.SizeMicro == 0)
            {
                continue;
            }

            yield return new PositionRow(
                market.Venue.Name(),
                market.MarketId,
                known?.Question ?? market.MarketId,
                position.Token.TokenId,
                Outcome(known, position.Token),
                Micros.ToText(position.SizeMicro),
                Micros.ToText(position.PendingMicro),
                Micros.ToText(position.AveragePpm),
                line.BidPpm is { } bid ? Micros.ToText(bid) : null,
                line.WorthMicros is { } worth ? Micros.ToText(worth) : null,
                line.UnrealisedMicros is { } profit ? Micros.ToText(profit) : null,
                Micros.ToText(market.SetsMicro),
                Micros.ToText(market.SetProfitMicros),
                Micros.ToText(position.RealisedMicros),
                Micros.ToText(position.FeesMicros));
        }
    }

    /// <summary>The limits, and where each stands, counted as the check counts it: what open plans can lose is a part
    /// of the
    /// day's loss.</summary>
    public static IReadOnlyList<LimitRow> Limits(RiskLimits limits, PortfolioSnapshot now) =>
    [
        Money("total_exposure", now.ExposureMicros, limits.MaxTotalExposureMicros),
        Money("market_exposure", now.MarketExposureMicros, limits.MaxMarketExposureMicros),
        Money("daily_loss", Math.Max(0, -now.DayNetMicros) + now.AtStakeMicros, limits.MaxDailyLossMicros),
        Money("notional_today", now.DayNotionalMicros, limits.MaxNotionalPerDayMicros),
        new("trades_today", Whole(now.DayTrades), Whole(limits.MaxTradesPerDay), "plans"),
        new("losses_in_a_row", Whole(now.LossesInARow), Whole(limits.MaxConsecutiveLosses), "plans"),
        new("unknown_orders", Whole(now.UnknownOrders), "0", "orders"),
    ];

    /// <summary>An outcome's word.</summary>
    public static string Outcome(OutcomeMarket? market, MarketKey token) =>
        market is null ? "" : token == market.Yes ? "YES" : "NO";

    /// <summary>A phase's word.</summary>
    public static string Word(MarketPhase phase) => phase switch
    {
        MarketPhase.PostOnly => "post only",
        MarketPhase.CancelOnly => "cancel only",
        _ => phase.ToString().ToLowerInvariant(),
    };

    /// <summary>Why a book is not traded on; null where it is.</summary>
    public static string? Reason(BookRefusal refusal) => refusal switch
    {
        BookRefusal.None => null,
        BookRefusal.Unknown => "no book yet",
        BookRefusal.Unproven => "the book is not proven",
        BookRefusal.Stale => "nothing has changed for too long",
        BookRefusal.NotOpen => "the market takes no orders now",
        _ => "the venue said something that is not understood",
    };

    private static PlanLegRow Row(LegResult leg, string state) => new(
        leg.Token.Venue.Name(),
        leg.MarketId,
        leg.Token.TokenId,
        Word(leg.Side),
        Micros.ToText(leg.LimitPpm),
        Micros.ToText(leg.SizeMicro),
        Micros.ToText(leg.FilledMicro),
        leg.AveragePpm is { } average ? Micros.ToText(average) : null,
        state);

    private static string Venues(IEnumerable<MarketKey> tokens) =>
        string.Join('+', tokens.Select(token => token.Venue).Distinct().Order().Select(venue => venue.Name()));

    private static LimitRow Money(string name, long value, long limit) =>
        new(name, Micros.ToText(value), Micros.ToText(limit), "USD");

    private static string Word(Side side) => side == Side.Buy ? "buy" : "sell";

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
