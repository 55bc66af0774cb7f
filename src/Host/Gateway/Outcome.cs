using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>What came of one command, durable.</summary>
/// <param name="Events">Its events.</param>
/// <param name="Order">The order that it is about, as it is now; null where there is none.</param>
/// <param name="Trades">The trades that it has brought.</param>
internal sealed record Outcome(ExchangeEvent[] Events, OrderRecord? Order, IReadOnlyList<TradePrint> Trades)
{
    /// <summary>Its first own event; of no type where it had none. Orders of anybody that were due by its time have
    /// expired before it, among its events.</summary>
    public ExchangeEvent First { get; } = Array.Find(Events, e => !IsExpiry(e));

    /// <summary>Why it was refused; <see cref="ReasonCode.None"/> where it was done.</summary>
    public ReasonCode Rejected => First.Type == EventType.Rejected ? First.Reason : ReasonCode.None;

    /// <summary>True where it was done before, under the same client id.</summary>
    public bool IsDuplicate => First.Type == EventType.Duplicate;

    /// <summary>True for the end of an order whose time was over.</summary>
    public static bool IsExpiry(in ExchangeEvent e) => e is { Type: EventType.Cancelled, Reason: ReasonCode.Expired };

    /// <summary>Number of its last event; 0 where it had none.</summary>
    public long Sequence => Events.Length > 0 ? Events[^1].Sequence : 0;
}

/// <summary>The exchange has taken no command: it is full, closed, or has stopped.</summary>
/// <param name="code">Stable.</param>
/// <param name="problem">In one line.</param>
internal sealed class ExchangeUnavailableException(string code, string problem) : Exception(problem)
{
    /// <summary>Stable: <c>exchange_busy</c>, <c>exchange_halted</c>, or <c>outcome_unknown</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>Somebody who waits for what came of a command.</summary>
internal abstract class Ticket
{
    /// <summary>What came of it; on the exchange's delivery, which waits: short, and never fails.</summary>
    public abstract void Deliver(Outcome outcome);

    /// <summary>It was not taken, or nobody knows what came of it; any thread.</summary>
    public abstract void Refuse(ExchangeUnavailableException reason);
}

/// <summary>A ticket as a task, which goes on elsewhere.</summary>
/// <param name="first">Done with the outcome before the task ends; on the exchange's delivery.</param>
internal sealed class TaskTicket(Action<Outcome>? first = null) : Ticket
{
    private readonly TaskCompletionSource<Outcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the outcome.</summary>
    public Task<Outcome> Task => _done.Task;

    /// <inheritdoc/>
    public override void Deliver(Outcome outcome)
    {
        first?.Invoke(outcome);
        _done.SetResult(outcome);
    }

    /// <inheritdoc/>
    public override void Refuse(ExchangeUnavailableException reason) => _done.SetException(reason);
}
