using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Web.Trading;

/// <summary>What a request has come to: an answer, or a mistake.</summary>
internal readonly record struct Entry<T>(T? Answer, Mistake? Mistake)
    where T : class;

/// <summary>A request as a command, or a mistake.</summary>
/// <param name="Command">For the exchange.</param>
/// <param name="Instrument">The market that it names.</param>
/// <param name="Mistake">Why nothing is handed in; null where it may be.</param>
internal readonly record struct OrderRequest(Command Command, short Instrument, Mistake? Mistake);

/// <summary>Orders as REST and WebSocket both take them: fields in, answers out.</summary>
internal sealed class OrderEntry(ExchangeDesk desk)
{
    /// <summary>A new order.</summary>
    public OrderRequest Place(ReadOnlyMemory<byte> body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, OrderFields.New);
        var command = default(Command);
        if (mistake is null)
        {
            (command, mistake) = OrderFields.Place(fields!, desk, account);
        }

        return new OrderRequest(command, command.Instrument, mistake);
    }

    /// <summary>Another price, or another quantity that shall be left.</summary>
    public OrderRequest Amend(ReadOnlyMemory<byte> body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, OrderFields.Amended);
        var command = default(Command);
        MarketDesk? market = null;
        if (mistake is null)
        {
            (command, market, mistake) = OrderFields.Amend(fields!, desk, account);
        }

        var order = mistake is null ? Named(command, market!) : null;
        if (order is null)
        {
            mistake ??= Refusal(ReasonCode.UnknownOrder);
        }
        else
        {
            // What is not named stays as it is.
            command.Target = order.Id;
            command.ClientId = 0;
            command.Price = fields!["price"] is null ? order.Price : command.Price;
            command.Quantity = fields["quantity"] is null ? order.Left : command.Quantity;
        }

        return new OrderRequest(command, market?.Spot.Number ?? 0, mistake);
    }

    /// <summary>Takes an order back.</summary>
    public OrderRequest Cancel(ReadOnlyMemory<byte> body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, OrderFields.Cancelled);
        return Cancel(fields, mistake, account);
    }

    /// <summary>Takes an order back that a query names.</summary>
    public OrderRequest Cancel(IQueryCollection query, int account)
    {
        var (fields, mistake) = BodyFields.Read(query, OrderFields.Cancelled);
        return Cancel(fields, mistake, account);
    }

    /// <summary>Takes all orders of an account back, in one market or in all.</summary>
    public OrderRequest CancelAll(BodyFields? fields, Mistake? mistake, int account)
    {
        var command = new Command { Type = CommandType.CancelAll, Account = account, Instrument = -1 };
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out var market);
            command.Instrument = market?.Spot.Number ?? -1;
        }

        return new OrderRequest(command, command.Instrument, mistake);
    }

    /// <summary>Hands a request about one order in, and waits for its answer.</summary>
    public Task<Entry<OrderAnswer>> RunAsync(in OrderRequest request) =>
        request.Mistake is { } mistake
            ? Task.FromResult(new Entry<OrderAnswer>(null, mistake))
            : FinishAsync(desk.RunAsync(request.Command), request.Instrument);

    /// <summary>The same for one about all orders.</summary>
    public async Task<Entry<CancelledAnswer>> RunAllAsync(OrderRequest request)
    {
        if (request.Mistake is { } mistake)
        {
            return new Entry<CancelledAnswer>(null, mistake);
        }

        try
        {
            return Cancelled(await desk.RunAsync(request.Command));
        }
        catch (ExchangeUnavailableException e)
        {
            return new Entry<CancelledAnswer>(null, Refusal(e));
        }
    }

    /// <summary>The answer to a request about one order. The store is asked for one that was repeated after it had
    /// ended before this program started.</summary>
    public ValueTask<Entry<OrderAnswer>> AnswerAsync(Outcome outcome, short instrument) =>
        outcome.Rejected != ReasonCode.None
            ? new ValueTask<Entry<OrderAnswer>>(new Entry<OrderAnswer>(null, Refusal(outcome.Rejected)))
        : outcome is { IsDuplicate: true, Order: null }
            ? new ValueTask<Entry<OrderAnswer>>(RecallAsync(outcome, instrument))
        : new ValueTask<Entry<OrderAnswer>>(new Entry<OrderAnswer>(Answer(outcome, instrument), null));

    /// <summary>The answer to a request about all orders.</summary>
    public static Entry<CancelledAnswer> Cancelled(Outcome outcome) =>
        outcome.Rejected != ReasonCode.None
            ? new Entry<CancelledAnswer>(null, Refusal(outcome.Rejected))
            : new Entry<CancelledAnswer>(
                new CancelledAnswer(
                    outcome.Events.Count(e => e.Type == EventType.Cancelled && !Outcome.IsExpiry(e)), outcome.Sequence),
                null);

    /// <summary>Why the exchange has refused.</summary>
    public static Mistake Refusal(ReasonCode reason)
    {
        var code = TradingRows.Word(reason);
        return new Mistake(
            reason switch
            {
                ReasonCode.UnknownOrder or ReasonCode.UnknownInstrument or ReasonCode.UnknownAccount
                    or ReasonCode.UnknownAsset or ReasonCode.UnknownKey => StatusCodes.Status404NotFound,
                ReasonCode.ClientIdTooOld or ReasonCode.Unchanged => StatusCodes.Status409Conflict,
                ReasonCode.Contradiction or ReasonCode.PriceOutOfRange or ReasonCode.QuantityOutOfRange
                    or ReasonCode.ExpiryInPast => StatusCodes.Status400BadRequest,
                ReasonCode.InstrumentHalted or ReasonCode.AccountHalted => StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status422UnprocessableEntity,
            },
            code, $"the exchange has refused it: {code.Replace('_', ' ')}", "nothing was changed");
    }

    /// <summary>Why the exchange has taken nothing.</summary>
    public static Mistake Refusal(ExchangeUnavailableException reason) => new(
        StatusCodes.Status503ServiceUnavailable, reason.Code, reason.Message,
        reason.Code == "outcome_unknown" ? "ask with the client id once it is back" : "try again");

    private OrderRequest Cancel(BodyFields? fields, Mistake? mistake, int account)
    {
        var command = default(Command);
        MarketDesk? market = null;
        if (mistake is null)
        {
            (command, market, mistake) = OrderFields.Cancel(fields!, desk, account);
        }

        if (mistake is null && Named(command, market!) is null)
        {
            mistake = Refusal(ReasonCode.UnknownOrder);
        }

        return new OrderRequest(command, market?.Spot.Number ?? 0, mistake);
    }

    private async Task<Entry<OrderAnswer>> FinishAsync(Task<Outcome> running, short instrument)
    {
        try
        {
            return await AnswerAsync(await running, instrument);
        }
        catch (ExchangeUnavailableException e)
        {
            return new Entry<OrderAnswer>(null, Refusal(e));
        }
    }

    private async Task<Entry<OrderAnswer>> RecallAsync(Outcome outcome, short instrument)
    {
        var order = await desk.Recall(outcome.First.Order);
        return new Entry<OrderAnswer>(Answer(outcome with { Order = order }, instrument), null);
    }

    // The order that a command names, of the account and in the market that it says.
    private OrderRecord? Named(in Command command, MarketDesk market)
    {
        var order = command.Target != 0
            ? desk.Orders.Find(command.Target)
            : desk.Orders.Find(command.Account, command.ClientId);
        return order is { IsOver: false } && order.Account == command.Account
            && order.Instrument == market.Spot.Number
            ? order
            : null;
    }

    private OrderAnswer Answer(Outcome outcome, short instrument)
    {
        var market = desk.Markets[outcome.Order?.Instrument ?? instrument].Spot;
        var order = outcome.Order;
        var id = order?.Id ?? outcome.First.Order;
        // A repeated request gets the fills that the first one got, as far back as the tape goes.
        var trades = outcome.IsDuplicate ? desk.Markets[market.Number].Tape.Since(0, int.MaxValue) : outcome.Trades;
        var fills = new List<FillRow>(outcome.Trades.Count);
        foreach (var trade in trades)
        {
            if (trade.TakerOrder == id)
            {
                fills.Add(TradingRows.Fill(trade, market, isTaker: true));
            }
        }

        // Nothing has happened now: whoever waits for this in a stream must find it there.
        var sequence = outcome.IsDuplicate && order is not null ? order.Sequence : outcome.Sequence;
        return new OrderAnswer(
            TradingRows.Id(id), order is null ? null : ClientIdText.Text(order.ClientId),
            order is null ? "unknown" : TradingRows.Word(order.Status), market.Quantity(order?.Executed ?? 0),
            fills, sequence,
            order is null or { Reason: ReasonCode.None } ? null : TradingRows.Word(order.Reason),
            outcome.IsDuplicate ? true : null);
    }
}
