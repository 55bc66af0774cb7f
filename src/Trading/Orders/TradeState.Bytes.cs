using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <content>All of it as bytes, for the journal's snapshots.</content>
public sealed partial class TradeState
{
    private const byte Layout = 2;

    // Closed plans without their legs.
    private const byte OldestLayout = 1;

    /// <summary>Writes the state.</summary>
    internal void Write(RecordWriter to)
    {
        to.Clear().Byte(Layout).Text(Prefix).Number(LastPlanId).Number(LossesInARow).Number(_day)
            .Number(_dayTrades).Number(_dayNotional).Number(_dayNet).Number(_plans.Count);
        foreach (var plan in _plans.Values)
        {
            TradeCodec.Write(plan.Plan, to.Number(plan.OpenedNanos));
            to.Byte((byte)plan.Phase).Text(plan.Reason);
            Array.ForEach(plan.SettledPpm, pays => to.Number(pays));
            to.Number(plan.Orders.Count);
            foreach (var order in plan.Orders)
            {
                Write(order, to);
            }
        }

        to.Number(_recent.Count);
        foreach (var one in _recent)
        {
            to.Number(one.Id).Text(one.Strategy).Number(one.OpenedNanos).Number(one.ClosedNanos).Number(one.NetMicros)
                .Number(one.WorstLossMicros).Text(one.Reason).Number(one.Legs.Length);
            foreach (var leg in one.Legs)
            {
                Write(leg, to);
            }
        }

        to.Number(_orderTimes.Count);
        foreach (var time in _orderTimes)
        {
            to.Number(time);
        }

        Portfolio.Write(to);
    }

    /// <summary>Reads what <see cref="Write(RecordWriter)"/> wrote, into a state with nothing in it.</summary>
    /// <exception cref="InvalidDataException">A layout that this program does not know.</exception>
    internal void Read(ReadOnlySpan<byte> bytes)
    {
        var from = new RecordReader(bytes);
        var layout = from.Byte();
        if (layout is < OldestLayout or > Layout)
        {
            throw new InvalidDataException(
                $"the snapshot of trading has layout {layout}, this program knows {OldestLayout} to {Layout}");
        }

        (Prefix, LastPlanId, LossesInARow) = (from.Text(), from.Number(), from.Small());
        (_day, _dayTrades) = (from.Number(), from.Small());
        (_dayNotional, _dayNet) = (from.Number(), from.Number());
        for (var left = from.Number(); left > 0; left--)
        {
            var opened = from.Number();
            var plan = new PlanState(TradeCodec.ReadPlan(ref from), opened)
            {
                Phase = (PlanPhase)from.Byte(), Reason = from.Text(),
            };
            for (var leg = 0; leg < plan.SettledPpm.Length; leg++)
            {
                plan.SettledPpm[leg] = from.Number();
            }

            for (var orders = from.Number(); orders > 0; orders--)
            {
                plan.OrderList.Add(ReadOrder(ref from));
            }

            _plans.Add(plan.Plan.Id, plan);
        }

        for (var left = from.Number(); left > 0; left--)
        {
            _recent.Enqueue(new PlanResult(
                from.Number(), from.Text(), from.Number(), from.Number(), from.Number(), from.Number(), from.Text(),
                layout == OldestLayout ? [] : ReadLegs(ref from)));
        }

        for (var left = from.Number(); left > 0; left--)
        {
            _orderTimes.Enqueue(from.Number());
        }

        Portfolio.Read(ref from);
    }

    private static void Write(LegResult leg, RecordWriter to) => TradeCodec.Write(leg.Token, to.Text(leg.MarketId))
        .Byte((byte)leg.Side).Number(leg.LimitPpm).Number(leg.SizeMicro).Number(leg.FilledMicro)
        .Number(leg.AveragePpm ?? 0);

    private static ImmutableArray<LegResult> ReadLegs(ref RecordReader from)
    {
        var legs = ImmutableArray.CreateBuilder<LegResult>();
        for (var left = from.Number(); left > 0; left--)
        {
            var leg = new LegResult(
                from.Text(), TradeCodec.ReadKey(ref from), (Side)from.Byte(), from.Number(), from.Number(),
                from.Number(), from.Number());
            legs.Add(leg.FilledMicro == 0 ? leg with { AveragePpm = null } : leg);
        }

        return legs.ToImmutable();
    }

    private static void Write(TrackedOrder order, RecordWriter to)
    {
        TradeCodec.Write(order.Intent, to.Number(order.MadeNanos));
        to.Byte((byte)order.Phase).Text(order.VenueId).Number(order.OpenMicro).Text(order.Code).Text(order.Detail)
            .Number(order.Fills.Count);
        foreach (var fill in order.Fills)
        {
            TradeCodec.Write(fill, to);
        }
    }

    private static TrackedOrder ReadOrder(ref RecordReader from)
    {
        var made = from.Number();
        var order = new TrackedOrder(TradeCodec.ReadIntent(ref from), made)
        {
            Phase = (OrderPhase)from.Byte(), VenueId = from.Text(), OpenMicro = from.Number(), Code = from.Text(),
            Detail = from.Text(),
        };
        for (var fills = from.Number(); fills > 0; fills--)
        {
            order.Take(TradeCodec.ReadFill(ref from));
        }

        order.Sum();
        return order;
    }
}
