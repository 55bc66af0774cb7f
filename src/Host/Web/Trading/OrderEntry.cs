using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Web.Trading;

/// <summary>What a request has come to: an answer, or a mistake.</summary>
internal readonly record struct Entry<T>(T? Answer, Mistake? Mistake)
    where T : class;

/// <summary>Orders as REST and WebSocket both take them: fields in, answers out.</summary>
/// <remarks>Each command is handed to the exchange before the method first waits: whoever calls in order is served in
/// order.</remarks>
internal sealed class OrderEntry(ExchangeDesk desk)
{
    /// <summary>A new order.</summary>
    public Task<Entry<OrderAnswer>> PlaceAsync(ReadOnlySpan<byte> body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, OrderFields.New);
        var command = default(Command);
        if (mistake is null)
        {
            (command, mistake) = OrderFields.Place(fields!, desk, account);
        }

        return RunAsync(command, command.Instrument, mistake);
    }

    /// <summary>Another price, or another quantity that shall be left.</summary>
    public Task<Entry<OrderAnswer>> AmendAsync(ReadOnlySpan<byte> body, int account)
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

        return RunAsync(command, market?.Spot.Number ?? 0, mistake);
    }

    /// <summary>Takes an order back.</summary>
    public Task<Entry<OrderAnswer>> CancelAsync(ReadOnlySpan<byte> body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, OrderFields.Cancelled);
        return CancelAsync(fields, mistake, account);
    }

    /// <summary>Takes an order back that a query names.</summary>
    public Task<Entry<OrderAnswer>> CancelAsync(IQueryCollection query, int account)
    {
        var (fields, mistake) = BodyFields.Read(query, OrderFields.Cancelled);
        return CancelAsync(fields, mistake, account);
    }

    /// <summary>Takes all orders of an account back, in one market or in all.</summary>
    public async Task<Entry<CancelledAnswer>> CancelAllAsync(BodyFields? fields, Mistake? mistake, int account)
    {
        var command = new Command { Type = CommandType.CancelAll, Account = account, Instrument = -1 };
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out var market);
            command.Instrument = market?.Spot.Number ?? -1;
        }

        if (mistake is not null)
        {
            return new Entry<CancelledAnswer>(null, mistake);
        }

        var (outcome, unavailable) = await RunAsync(command);
        return outcome is null || outcome.Rejected != ReasonCode.None
            ? new Entry<CancelledAnswer>(null, unavailable ?? Refusal(outcome!.Rejected))
            : new Entry<CancelledAnswer>(
                new CancelledAnswer(
                    outcome.Events.Count(e => e.Type == EventType.Cancelled && !Outcome.IsExpiry(e)), outcome.Sequence),
                null);
    }

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

    private Task<Entry<OrderAnswer>> CancelAsync(BodyFields? fields, Mistake? mistake, int account)
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

        return RunAsync(command, market?.Spot.Number ?? 0, mistake);
    }

    private async Task<Entry<OrderAnswer>> RunAsync(Command command, short instrument, Mistake? mistake)
    {
        if (mistake is not null)
        {
            return new Entry<OrderAnswer>(null, mistake);
        }

        var (outcome, unavailable) = await RunAsync(command);
        if (outcome is { IsDuplicate: true, Order: null })
        {
            outcome = outcome with { Order = await desk.Recall(outcome.First.Order) };
        }

        return outcome is null || outcome.Rejected != ReasonCode.None
            ? new Entry<OrderAnswer>(null, unavailable ?? Refusal(outcome!.Rejected))
            : new Entry<OrderAnswer>(Answer(outcome, instrument), null);
    }

    private async Task<(Outcome? Outcome, Mistake? Mistake)> RunAsync(Command command)
    {
        try
        {
            return (await desk.RunAsync(command), null);
        }
        catch (ExchangeUnavailableException e)
        {
            return (null, Refusal(e));
        }
    }

    // The order that a command names, of the account and in the market that it says.
    private OrderRecord? Named(in Command command, MarketDesk market)
    {
        var (account, clientId) = (command.Account, command.ClientId);
        var order = command.Target != 0
            ? desk.Orders.Find(command.Target)
            : desk.Orders.Open(account).FirstOrDefault(open => open.ClientId == clientId);
        return order is { IsOver: false } && order.Account == account && order.Instrument == market.Spot.Number
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
        var fills = trades.Where(trade => trade.TakerOrder == id)
            .Select(trade => TradingRows.Fill(trade, market, isTaker: true));
        // Nothing has happened now: whoever waits for this in a stream must find it there.
        var sequence = outcome.IsDuplicate && order is not null ? order.Sequence : outcome.Sequence;
        return new OrderAnswer(
            TradingRows.Id(id), order is null ? null : ClientIdText.Text(order.ClientId),
            order is null ? "unknown" : TradingRows.Word(order.Status), market.Quantity(order?.Executed ?? 0),
            [.. fills], sequence,
            order is null or { Reason: ReasonCode.None } ? null : TradingRows.Word(order.Reason),
            outcome.IsDuplicate ? true : null);
    }
}
