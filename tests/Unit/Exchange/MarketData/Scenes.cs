using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>What must have happened for a comparison of orders to mean anything.</summary>
internal static class Scenes
{
    public const string Decremented = "self-trade prevention took a part of an order, and it went on";
    public const string ValueSpent = "an order by value spent its sum";
    public const string ValueNotTaken = "an order by value found too little";
    public const string ValueEnded = "an order by value ended without a word";
    public const string ValueEndedBehindExpiry = "an order by value ended without a word behind an expiry";
    public const string ValueDecremented = "an order by value lost a part to self-trade prevention and then traded";
    public const string TriggeredByOthers = "a stop was set off by another order's command";
    public const string TriggeredAtOnce = "a stop was set off by its own command";
    public const string TriggeredAndTraded = "a stop traded when it was set off";
    public const string TriggeredUnpaid = "a stop was cancelled for lack of funds when it was set off";
    public const string AmendedAfterTrade = "an order was amended after it had traded";
    public const string AmendedAndTraded = "an order traded on its own amendment";
    public const string StopMoved = "a stop got another stop price, and waited on";
    public const string StopMovedAway = "a stop got a stop price that was passed, and went off";
    public const string Refilled = "an iceberg showed more";
    public const string ExpiredElsewhere = "an order expired on a command of another account";
    public const string ExpiredInTick = "an order expired on a tick";
    public const string ExpiredInListing = "an order expired on a listing";
    public const string ExpiredPartly = "an order expired that had traded";
    public const string PartlyTaken = "an order traded and was cancelled on the same command";
    public const string AllCancelled = "a cancel-all cancelled orders of more than one account";

    public static IReadOnlyList<string> All { get; } =
    [
        Decremented, ValueSpent, ValueNotTaken, ValueEnded, ValueEndedBehindExpiry, ValueDecremented, TriggeredByOthers, TriggeredAtOnce,
        TriggeredAndTraded, TriggeredUnpaid, AmendedAfterTrade, AmendedAndTraded, StopMoved, StopMovedAway, Refilled, ExpiredElsewhere,
        ExpiredInTick, ExpiredInListing, ExpiredPartly, PartlyTaken, AllCancelled,
    ];

    /// <summary>Which of them a command was.</summary>
    /// <param name="command">The command; of a listing all zero.</param>
    /// <param name="events">What came of it.</param>
    /// <param name="before">What was known of an order before; null for nothing.</param>
    public static HashSet<string> Of(Command command, ExchangeEvent[] events, Func<long, OrderRecord?> before)
    {
        var seen = new HashSet<string>();
        var placed = Array.Find(events, e => e.Type == EventType.Accepted).Order;
        for (var i = 0; i < events.Length; i++)
        {
            Note(seen, command, events, i, placed, before);
        }

        if (placed != 0 && command.Kind == OrderKind.MarketByValue)
        {
            NoteValue(seen, events, placed);
        }

        var isAll = command.Type == CommandType.CancelAll && events.Where(e => e.Reason is ReasonCode.ByOwner or ReasonCode.ByOperator)
            .Select(e => e.Account).Distinct().Count() > 1;
        Add(seen, isAll, AllCancelled);
        return seen;
    }

    private static void Note(
        HashSet<string> seen, Command command, ExchangeEvent[] events, int i, long placed, Func<long, OrderRecord?> before)
    {
        var e = events[i];
        var later = events[(i + 1)..];
        var hasTraded = events[..i].Any(trade => trade.Type == EventType.Trade && trade.Order == e.Order);
        var tradesLater = later.Any(trade => trade.Type == EventType.Trade && trade.Order == e.Order);
        switch (e.Type)
        {
            case EventType.Triggered:
                Add(seen, e.Order != placed, TriggeredByOthers);
                Add(seen, e.Order == placed, TriggeredAtOnce);
                Add(seen, tradesLater, TriggeredAndTraded);
                Add(seen, later.Any(end => end.Order == e.Order && end.Reason == ReasonCode.InsufficientFunds), TriggeredUnpaid);
                break;
            case EventType.Amended:
                Add(seen, before(e.Order)?.Executed > 0, AmendedAfterTrade);
                Add(seen, tradesLater, AmendedAndTraded);
                var hasMoved = command.Type == CommandType.AmendStop && before(e.Order)?.StopPrice != command.StopPrice;
                var goesOff = later.Any(other => other.Order == e.Order && other.Type == EventType.Triggered);
                Add(seen, hasMoved && !goesOff, StopMoved);
                Add(seen, hasMoved && goesOff, StopMovedAway);
                break;
            case EventType.Refilled:
                seen.Add(Refilled);
                break;
            case EventType.Cancelled when e.Reason == ReasonCode.SelfTradePrevented:
                Add(seen, later.Any(other => other.Order == e.Order), Decremented);
                break;
            case EventType.Cancelled when e.Reason == ReasonCode.Expired:
                Add(seen, command.Type == CommandType.Tick, ExpiredInTick);
                Add(seen, command.Type == CommandType.None, ExpiredInListing);
                Add(seen, command.Type == CommandType.Place && command.Account != e.Account, ExpiredElsewhere);
                Add(seen, before(e.Order)?.Executed > 0, ExpiredPartly);
                break;
            case EventType.Cancelled:
                Add(seen, hasTraded, PartlyTaken);
                break;
        }
    }

    private static void NoteValue(HashSet<string> seen, ExchangeEvent[] events, long placed)
    {
        var own = Array.FindAll(events, e => e.Order == placed);
        var cancels = own.Where(e => e.Type == EventType.Cancelled).ToList();
        Add(seen, cancels.Exists(e => e.Reason == ReasonCode.ValueSpent), ValueSpent);
        Add(seen, cancels.Exists(e => e.Reason == ReasonCode.NotTaken), ValueNotTaken);
        Add(seen, cancels.Count == 0, ValueEnded);
        Add(seen, cancels.Count == 0 && events[0].Reason == ReasonCode.Expired, ValueEndedBehindExpiry);
        var lost = Array.FindIndex(own, e => e is { Type: EventType.Cancelled, Reason: ReasonCode.SelfTradePrevented, Quantity: > 0 });
        Add(seen, lost >= 0 && own[lost..].Any(e => e.Type == EventType.Trade), ValueDecremented);
    }

    private static void Add(HashSet<string> seen, bool isSo, string scene)
    {
        if (isSo)
        {
            seen.Add(scene);
        }
    }
}
