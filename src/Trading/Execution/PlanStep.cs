namespace Strikeline.Trading;

/// <summary>What a plan needs next.</summary>
internal enum PlanAct
{
    /// <summary>Nothing for a while.</summary>
    Wait,

    /// <summary>An order, split or merge.</summary>
    Send,

    /// <summary>An answer about an order.</summary>
    Ask,

    /// <summary>What rests of an order taken back.</summary>
    Cancel,

    /// <summary>Sets netted by the venue itself are written down.</summary>
    Net,

    /// <summary>Another phase.</summary>
    Move,
}

/// <summary>One step of a plan.</summary>
/// <param name="Act">What is done.</param>
/// <param name="Order">The order that is sent, asked about or cancelled.</param>
/// <param name="Phase">The phase moved to.</param>
/// <param name="Reason">Why, a stable code.</param>
/// <param name="Limit">After how long the plan is judged again whatever was answered; null where the usual limits
/// are short enough.</param>
internal readonly record struct PlanStep(
    PlanAct Act, OrderIntent? Order = null, PlanPhase Phase = PlanPhase.Entering, string Reason = "",
    TimeSpan? Limit = null)
{
    /// <summary>Moves to a phase.</summary>
    public static PlanStep To(PlanPhase phase, string reason) => new(PlanAct.Move, null, phase, reason);

    /// <summary>Asks about an order.</summary>
    public static PlanStep Ask(TrackedOrder order) => new(PlanAct.Ask, order.Intent);

    /// <summary>Waits.</summary>
    public static PlanStep Wait(string reason) => new(PlanAct.Wait, Reason: reason);
}
