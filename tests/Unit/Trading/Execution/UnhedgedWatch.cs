using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>
/// Nothing is held for more than two seconds without a certain counterpart, unless an order that sells it or buys what
/// is missing was sent meanwhile: a question is none. What cannot be sold now is let be: a leg with an order of its own
/// whose fate is open, what is below the venue's least, and everything while all is halted. And orders whose fate is open
/// are asked about all the time.
/// </summary>
internal sealed class UnhedgedWatch(IReadOnlyList<OutcomeScript> venues, Action<string> violate)
{
    private const long MostUnhedged = 2 * Stamps.NanosPerSecond;

    public static void Forget(SimulatedPlan plan)
    {
        Array.Clear(plan.KnownSinceNanos);
        plan.ReallySinceNanos = 0;
    }

    /// <summary>Looks at a plan.</summary>
    /// <param name="plan">As the venues know it.</param>
    /// <param name="state">As the program knows it.</param>
    /// <param name="now">Now, nanoseconds.</param>
    /// <param name="began">Since when the program may send.</param>
    /// <param name="isHalted">Nothing may be sent.</param>
    public void Look(SimulatedPlan plan, PlanState state, long now, long began, bool isHalted)
    {
        var known = Excesses([.. Enumerable.Range(0, plan.Legs).Select(state.Held)], [.. Enumerable.Range(0, plan.Legs).Select(leg => Certain(state, leg))]);
        var really = Excesses(plan.Held(), plan.Held());
        var isReally = false;
        for (var leg = 0; leg < plan.Legs; leg++)
        {
            var token = plan.Plan.Legs[leg];
            var isFree = state.Orders.All(order => order.IsResolved || (order.Intent.Leg != leg && !order.Intent.IsConversion));
            isReally |= CanSell(token, really[leg]);
            if (isHalted || !isFree || !CanSell(token, known[leg]))
            {
                plan.KnownSinceNanos[leg] = 0;
                continue;
            }

            plan.KnownSinceNanos[leg] = plan.KnownSinceNanos[leg] == 0 ? now : plan.KnownSinceNanos[leg];
            long[] moments = [plan.KnownSinceNanos[leg], plan.ExitNanos[leg], plan.HedgeNanos, began];
            if (now - moments.Max() > MostUnhedged)
            {
                violate($"plan {plan.Plan.Id} ({state.Phase} {state.Reason}) leg {leg} unhedged for more than 2 s and nothing sent");
            }
        }

        plan.ReallySinceNanos = !isReally || isHalted ? 0 : plan.ReallySinceNanos == 0 ? now : plan.ReallySinceNanos;
        if (plan.ReallySinceNanos > 0 && now - Math.Max(Math.Max(plan.ReallySinceNanos, plan.LastRequestNanos), began) > MostUnhedged)
        {
            violate($"plan {plan.Plan.Id} ({state.Phase} {state.Reason}) unhedged and quiet for {(now - plan.LastRequestNanos) / 1_000_000} ms");
        }

        foreach (var order in state.Orders.Where(order => order.Phase == OrderPhase.Unknown))
        {
            if (now - Math.Max(Math.Max(plan.AskedNanos.GetValueOrDefault(order.Intent.ClientId), order.MadeNanos), began) > MostUnhedged)
            {
                violate($"plan {plan.Plan.Id}: {order.Intent.ClientId} is unknown and not asked about");
            }
        }
    }

    // A sale that may have happened leaves nothing that is certain; one that rests is known.
    private static long Certain(PlanState state, int leg) => state.Held(leg) - state.Orders
        .Where(order => !order.IsResolved && order.Phase != OrderPhase.Acknowledged && order.Intent is { Purpose: OrderPurpose.Entry or OrderPurpose.Exit, Side: Side.Sell }
            && order.Intent.Leg == leg)
        .Sum(order => order.Intent.SizeMicro - order.FilledMicro);

    private static long[] Excesses(long[] held, long[] certain) => [.. held.Select(size => size - Math.Max(0, certain.Min()))];

    private bool CanSell(PlanLeg leg, long excess)
    {
        var venue = venues.First(one => one.Venue == leg.Token.Venue);
        var rules = leg.Market.Rules;
        var size = Micros.RoundDown(Math.Max(0, excess), rules.SizeStepMicro);
        return size > 0 && Micros.WorthRoundedDown(venue.PriceOf(leg.Token).Bid, size) >= rules.LeastTakingMicros * 11 / 10
            && !(venue.WasPostOnly && size < rules.LeastRestingMicro);
    }
}
