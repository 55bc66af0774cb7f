using System.Collections.Concurrent;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Sends approved orders once, and finds out what became of them.</summary>
/// <remarks>
/// Any thread. An order is sent when its intent is durable and the stop allows it at that moment; it is never sent
/// again. What is not answered in time is unknown, and stays so until the venue has answered for its id. Answers that
/// come late, twice or in another order change nothing that is certain.
/// </remarks>
/// <param name="journal">The journal and the state.</param>
/// <param name="stop">The emergency stop.</param>
/// <param name="venues">Where orders go.</param>
/// <param name="settings">How long venues are waited for.</param>
/// <param name="clock">The clock.</param>
/// <param name="meter">Counts fills and refusals.</param>
public sealed class OrderDesk(
    IntentJournal journal,
    EmergencyStop stop,
    IReadOnlyDictionary<Venue, IVenueOrders> venues,
    ExecutionSettings settings,
    TimeProvider clock,
    ExecutionMeter meter)
{
    // Orders of an earlier run that no venue has answered for yet.
    private readonly ConcurrentDictionary<string, bool> _unreconciled = new(StringComparer.Ordinal);

    /// <summary>Told of each new fill with its plan, for latencies; must return at once.</summary>
    internal Action<TradePlan, OrderIntent>? Filled { get; set; }

    /// <summary>Orders of an earlier run that are not resolved yet: trading is not ready before this is zero.</summary>
    public int Unreconciled => _unreconciled.Count;

    /// <summary>Whether something may be sent to a venue.</summary>
    public bool Serves(Venue venue) => venues.ContainsKey(venue);

    /// <summary>Begins a run: every order that an earlier one left open is unknown until a venue has answered for
    /// it.</summary>
    public void Begin()
    {
        lock (journal.Gate)
        {
            foreach (var plan in journal.State.Plans)
            {
                foreach (var order in plan.Orders.Where(order => !order.IsFinal))
                {
                    _unreconciled[order.Intent.ClientId] = true;
                    if (order.Phase is OrderPhase.Intent or OrderPhase.Sent)
                    {
                        Move(plan, order, OrderPhase.Unknown, order.OpenMicro, "RESTARTED", "");
                    }
                }
            }
        }
    }

    /// <summary>Asks about all of them at once.</summary>
    public Task ReconcileAsync(CancellationToken cancel)
    {
        List<OrderIntent> open;
        lock (journal.Gate)
        {
            open = [.. journal.State.Plans.SelectMany(plan => plan.Orders)
                .Where(order => _unreconciled.ContainsKey(order.Intent.ClientId)).Select(order => order.Intent)];
        }

        return Task.WhenAll(open.Select(intent => QueryAsync(intent, cancel)));
    }

    /// <summary>Sends an order, once.</summary>
    /// <param name="approved">The order.</param>
    /// <param name="sequence">The record of its intent.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task SendAsync(Approved<OrderIntent> approved, ulong sequence, CancellationToken cancel)
    {
        var intent = approved.Value;
        var isDurable = await journal.DurableAsync(sequence);
        VenueOrder order;
        IVenueOrders venue;
        lock (journal.Gate)
        {
            var (plan, tracked) = Find(intent);
            if (plan is null || tracked is null)
            {
                return;
            }

            order = intent.At(plan.Plan);
            if (!isDurable || !venues.TryGetValue(order.Market.Venue, out venue!))
            {
                Reject(plan, tracked, isDurable ? "NO_VENUE" : RiskCodes.Journal);
                return;
            }

            Move(plan, tracked, OrderPhase.Sent, intent.SizeMicro, "", "");
            if (journal.Failure is not null)
            {
                Reject(plan, tracked, RiskCodes.Journal);
                return;
            }

            // The last thing before it leaves.
            var increases = intent.Increases || intent.Purpose == OrderPurpose.Entry;
            if (!(increases ? stop.MayIncrease : stop.MayReduce))
            {
                Reject(plan, tracked, RiskCodes.Stopped);
                return;
            }
        }

        var asked = journal.Now;
        var reply = await AskAsync(
            intent,
            token => intent.Purpose switch
            {
                OrderPurpose.Split => venue.SplitAsync(intent.ClientId, order.Market, intent.SizeMicro, token),
                OrderPurpose.Merge => venue.MergeAsync(intent.ClientId, order.Market, intent.SizeMicro, token),
                _ => venue.PlaceAsync(order, token),
            },
            Question.Place,
            asked,
            cancel);
        Apply(intent, reply, Question.Place, asked);
    }

    /// <summary>Asks what became of an order.</summary>
    /// <param name="intent">The order.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="limit">How long the answer is waited for, where that is less than usual; one that comes later still
    /// counts.</param>
    public Task QueryAsync(OrderIntent intent, CancellationToken cancel, TimeSpan? limit = null) =>
        AskAndApplyAsync(intent, Question.Query, cancel, limit);

    /// <summary>Takes back what rests of an order.</summary>
    public Task CancelAsync(OrderIntent intent, CancellationToken cancel) =>
        stop.MayReduce ? AskAndApplyAsync(intent, Question.Cancel, cancel) : Task.CompletedTask;

    /// <summary>Takes a fill that a venue tells by itself, before or after any answer.</summary>
    /// <returns>False where the order is not known.</returns>
    public bool OnFill(string clientId, VenueFill fill)
    {
        lock (journal.Gate)
        {
            if (journal.State.Order(clientId) is not { } order
                || journal.State.Plan(order.Intent.PlanId) is not { } plan)
            {
                journal.State.Strays++;
                return false;
            }

            Take(plan, order, fill);
            return true;
        }
    }

    private enum Question
    {
        Place,
        Query,
        Cancel,
    }

    private async Task AskAndApplyAsync(
        OrderIntent intent, Question question, CancellationToken cancel, TimeSpan? limit = null)
    {
        VenueOrder order;
        IVenueOrders venue;
        lock (journal.Gate)
        {
            if (Find(intent).Plan is not { } plan)
            {
                return;
            }

            order = intent.At(plan.Plan);
            if (!venues.TryGetValue(order.Market.Venue, out venue!))
            {
                return;
            }
        }

        var at = journal.Now;
        var reply = await AskAsync(
            intent,
            token => question == Question.Query ? venue.QueryAsync(order, token) : venue.CancelAsync(order, token),
            question,
            at,
            cancel,
            limit);
        Apply(intent, reply, question, at);
    }

    private async Task<VenueReply> AskAsync(
        OrderIntent intent, Func<CancellationToken, Task<VenueReply>> ask, Question question, long askedNanos,
        CancellationToken cancel, TimeSpan? less = null)
    {
        var limit = less < settings.RequestLimit ? less.Value : settings.RequestLimit;
        Task<VenueReply>? asked = null;
        try
        {
            asked = ask(cancel);
            return await asked.WaitAsync(limit, clock, cancel);
        }
        catch (TimeoutException)
        {
            _ = LateAsync(asked!, intent, question, askedNanos);
            return Unknown("TIMEOUT", $"no answer in {limit.TotalMilliseconds:0} ms");
        }
        catch (Exception failure)
        {
            // The port promises not to throw; if it does, nothing is certain.
            return Unknown("EXCEPTION", $"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task LateAsync(
        Task<VenueReply> asked, OrderIntent intent, Question question, long askedNanos)
    {
        try
        {
            Apply(intent, await asked, question, askedNanos);
        }
        catch (Exception)
        {
            // It said nothing in time and nothing now.
        }
    }

    private static VenueReply Unknown(string code, string detail) =>
        new(VenueOutcome.Unknown, "", 0, code, detail, []);

    private void Apply(OrderIntent intent, VenueReply reply, Question question, long askedNanos)
    {
        lock (journal.Gate)
        {
            if (Find(intent) is not ({ } plan, { } order))
            {
                journal.State.Strays++;
                return;
            }

            foreach (var fill in reply.Fills)
            {
                Take(plan, order, fill);
            }

            if (Judge(order, reply, question, askedNanos) is var (phase, code)
                && (phase != order.Phase || (phase == OrderPhase.Acknowledged && reply.OpenMicro != order.OpenMicro)))
            {
                if (phase == OrderPhase.Rejected)
                {
                    meter.Rejected(plan.Plan.Strategy, settings.Executor);
                }

                Move(
                    plan, order, phase, phase == OrderPhase.Acknowledged ? reply.OpenMicro : 0, code, reply.Detail,
                    reply.VenueId);
            }

            if (order.IsResolved && (question == Question.Query || order.IsFinal))
            {
                _unreconciled.TryRemove(intent.ClientId, out _);
            }
        }
    }

    // What is certain after an answer. A late one speaks of the moment at which it was asked for.
    private (OrderPhase Phase, string Code) Judge(
        TrackedOrder order, VenueReply reply, Question question, long askedNanos)
    {
        if (order.IsResolved)
        {
            // Only an acceptance speaks against what was taken for certain.
            return order.Phase == OrderPhase.Rejected && reply.Outcome == VenueOutcome.Accepted
                && question != Question.Cancel
                ? (OrderPhase.Done, "LATE")
                : (order.Phase, order.Code);
        }

        var isOld = askedNanos - order.MadeNanos >= settings.UnseenAfter.Nanos();
        switch (reply.Outcome)
        {
            case VenueOutcome.Accepted:
                return (reply.OpenMicro == 0 ? OrderPhase.Done : OrderPhase.Acknowledged, "");
            case VenueOutcome.Refused when question != Question.Cancel:
                return (order.FilledMicro > 0 ? OrderPhase.Done : OrderPhase.Rejected, reply.Code);
            case VenueOutcome.NotFound when question == Question.Query && isOld:
                return (order.FilledMicro > 0 ? OrderPhase.Done : OrderPhase.Rejected, "NEVER_SEEN");
            case VenueOutcome.Unknown or VenueOutcome.NotFound
                when order.Phase is OrderPhase.Sent or OrderPhase.Intent && question != Question.Cancel:
                return (OrderPhase.Unknown, reply.Code);
            default:
                return (order.Phase, order.Code);
        }
    }

    private void Take(PlanState plan, TrackedOrder order, VenueFill fill)
    {
        if (!order.IsNews(fill))
        {
            return;
        }

        var before = order.Fills.Count;
        journal.Tell(new FillTold(journal.Now, plan.Plan.Id, order.Intent.Number, fill));
        if (order.Fills.Count > before)
        {
            meter.Filled(plan.Plan.Strategy, settings.Executor);
            Filled?.Invoke(plan.Plan, order.Intent);
        }
    }

    private void Reject(PlanState plan, TrackedOrder order, string code)
    {
        meter.Rejected(plan.Plan.Strategy, settings.Executor);
        Move(plan, order, OrderPhase.Rejected, 0, code, "nothing was sent");
    }

    private void Move(
        PlanState plan, TrackedOrder order, OrderPhase phase, long open, string code, string detail,
        string venueId = "") => journal.Tell(new OrderTold(
        journal.Now, plan.Plan.Id, order.Intent.Number, phase, venueId, open, code, Short(detail)));

    private static string Short(string text) => text.Length <= 200 ? text : text[..200];

    private (PlanState? Plan, TrackedOrder? Order) Find(OrderIntent intent) =>
        journal.State.Plan(intent.PlanId) is { } plan && intent.Number >= 1 && intent.Number <= plan.Orders.Count
            ? (plan, plan.Orders[intent.Number - 1])
            : (null, null);
}
