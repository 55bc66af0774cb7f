using System.Text.Json.Serialization.Metadata;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Web.Trading;

/// <summary>The exchange's routes: market data for everybody, orders and balances for the bearer of a key.</summary>
internal sealed class TradingRoutes(ExchangeDesk desk)
{
    private const int MostLevels = 5_000;
    private const int MostRows = 1_000;

    /// <summary>Adds the routes.</summary>
    public static void Map(WebApplication app, ExchangeDesk desk)
    {
        var routes = new TradingRoutes(desk);
        routes.MapMarketData(app);
        routes.MapOrders(app);
    }

    /// <summary>A route's work; what stops the exchange becomes a problem.</summary>
    internal static Delegate Route(Func<HttpContext, Task<IResult>> work) => async (HttpContext context) =>
    {
        try
        {
            return await work(context);
        }
        catch (ExchangeUnavailableException e)
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable, e.Code, e.Message,
                e.Code == "outcome_unknown" ? "ask with the client id once it is back" : "try again");
        }
    };

    /// <summary>Why the exchange has refused, as a problem.</summary>
    internal static IResult Refusal(ReasonCode reason)
    {
        var code = TradingRows.Word(reason);
        return Problems.Of(
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

    private void MapMarketData(WebApplication app)
    {
        app.MapGet("/api/v1/instruments", () => Json(
                [.. desk.Markets.Select(TradingRows.Of)], HostJson.Default.InstrumentRowArray))
            .Public()
            .Produces<InstrumentRow[]>()
            .WithSummary("The exchange's markets: tick, lot, bounds, fees, band, status.");
        app.MapGet("/api/v1/depth", (HttpContext context) => Depth(context.Request.Query))
            .Public()
            .Produces<DepthAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("A book, best level first: market=sol/usdc&limit=100.");
        app.MapGet("/api/v1/tickers", (HttpContext context) => Tickers(context.Request.Query))
            .Public()
            .Produces<TickerRow[]>()
            .WithSummary("The last 24 hours of every market, or of market=sol/usdc.");
        app.MapGet("/api/v1/trades", (HttpContext context) => Trades(context.Request.Query))
            .Public()
            .Produces<PublicTradeRow[]>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The newest trades of a market, newest first: market=sol/usdc&limit=100.");
    }

    private void MapOrders(WebApplication app)
    {
        app.MapPost("/api/v1/order", Route(PlaceAsync))
            .Changes(KeyScopes.Trade)
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Places an order; answers when it is durable.");
        app.MapPatch("/api/v1/order", Route(AmendAsync))
            .Changes(KeyScopes.Trade)
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Gives an order another price, or another quantity that shall be left.");
        app.MapDelete("/api/v1/order", Route(CancelAsync))
            .Cancels(KeyScopes.Trade)
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Cancels an order; fields in the body or the query.");
        app.MapDelete("/api/v1/orders", Route(CancelAllAsync))
            .Cancels(KeyScopes.Trade)
            .Produces<CancelledAnswer>()
            .WithSummary("Cancels all orders of the account, in one market or in all.");
        app.MapGet("/api/v1/orders", (HttpContext context) => Orders(context))
            .Reads(KeyScopes.Read)
            .Produces<OrdersAnswer>()
            .WithSummary("The account's open orders, newest first.");
        app.MapGet("/api/v1/balances", (HttpContext context) => Balances(context))
            .Reads(KeyScopes.Read)
            .Produces<BalanceRow[]>()
            .WithSummary("What the account has of each asset.");
    }

    private IResult Depth(IQueryCollection query)
    {
        long limit = 100;
        var (fields, mistake) = BodyFields.Read(query, "market", "limit");
        MarketDesk? market = null;
        mistake ??= OrderFields.Market(fields!, desk, out market)
            ?? OrderFields.Whole(fields!, "limit", 1, MostLevels, ref limit);
        return mistake?.ToResult()
            ?? Json(
                TradingRows.Of(market!.Depth.Snapshot((int)limit), market.Spot), HostJson.Default.DepthAnswer);
    }

    private IResult Tickers(IQueryCollection query)
    {
        var (fields, mistake) = BodyFields.Read(query, "market");
        var markets = desk.Markets;
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out var market);
            markets = [market!];
        }

        return mistake?.ToResult() ?? Json(
            [.. markets.Select(market => TradingRows.Ticker(market, desk.NowNanos))], HostJson.Default.TickerRowArray);
    }

    private IResult Trades(IQueryCollection query)
    {
        long limit = 100;
        var (fields, mistake) = BodyFields.Read(query, "market", "limit");
        MarketDesk? market = null;
        mistake ??= OrderFields.Market(fields!, desk, out market)
            ?? OrderFields.Whole(fields!, "limit", 1, MostRows, ref limit);
        return mistake?.ToResult() ?? Json(
            [.. market!.Tape.Since(0, (int)limit).Reverse().Select(trade => TradingRows.Of(trade, market.Spot))],
            HostJson.Default.PublicTradeRowArray);
    }

    private async Task<IResult> PlaceAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), OrderFields.New);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        (var command, mistake) = OrderFields.Place(fields!, desk, Access.Of(context).Account);
        return mistake?.ToResult() ?? Answer(await desk.RunAsync(command), command.Instrument);
    }

    private async Task<IResult> AmendAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), OrderFields.Amended);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var account = Access.Of(context).Account;
        (var command, var market, mistake) = OrderFields.Amend(fields!, desk, account);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        if (Named(command, market!) is not { } order)
        {
            return Refusal(ReasonCode.UnknownOrder);
        }

        // What is not named stays as it is.
        command.Target = order.Id;
        command.ClientId = 0;
        command.Price = fields!["price"] is null ? order.Price : command.Price;
        command.Quantity = fields["quantity"] is null ? order.Left : command.Quantity;
        return Answer(await desk.RunAsync(command), market!.Spot.Number);
    }

    private async Task<IResult> CancelAsync(HttpContext context)
    {
        var body = Access.BodyOf(context);
        var (fields, mistake) = body.Length > 0
            ? BodyFields.Read(body, OrderFields.Cancelled)
            : BodyFields.Read(context.Request.Query, OrderFields.Cancelled);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        (var command, var market, mistake) = OrderFields.Cancel(fields!, desk, Access.Of(context).Account);
        return mistake?.ToResult()
            ?? (Named(command, market!) is null
                ? Refusal(ReasonCode.UnknownOrder)
                : Answer(await desk.RunAsync(command), market!.Spot.Number));
    }

    private async Task<IResult> CancelAllAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(context.Request.Query, "market");
        var command = new Command
        {
            Type = CommandType.CancelAll, Account = Access.Of(context).Account, Instrument = -1,
        };
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out var market);
            command.Instrument = market?.Spot.Number ?? -1;
        }

        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var outcome = await desk.RunAsync(command);
        return outcome.Rejected != ReasonCode.None
            ? Refusal(outcome.Rejected)
            : Json(
                new CancelledAnswer(
                    outcome.Events.Count(e => e.Type == EventType.Cancelled), outcome.Sequence),
                HostJson.Default.CancelledAnswer);
    }

    private IResult Orders(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(context.Request.Query, "market");
        MarketDesk? market = null;
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out market);
        }

        var rows = desk.Orders.Open(Access.Of(context).Account)
            .Where(order => market is null || order.Instrument == market.Spot.Number)
            .Select(order => TradingRows.Of(order, desk.Markets[order.Instrument].Spot));
        return mistake?.ToResult() ?? Json(new OrdersAnswer([.. rows], null), HostJson.Default.OrdersAnswer);
    }

    private IResult Balances(HttpContext context)
    {
        var balances = desk.Balances(Access.Of(context).Account);
        return Json(
            [.. desk.Assets.Select(asset => new BalanceRow(
                asset.Name, asset.Text(balances[asset.Number].Available), asset.Text(balances[asset.Number].Held)))],
            HostJson.Default.BalanceRowArray);
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

    private IResult Answer(Outcome outcome, short instrument)
    {
        if (outcome.Rejected != ReasonCode.None)
        {
            return Refusal(outcome.Rejected);
        }

        var market = desk.Markets[outcome.Order?.Instrument ?? instrument].Spot;
        var order = outcome.Order;
        var id = order?.Id ?? outcome.Events[0].Order;
        var fills = outcome.Trades.Where(trade => trade.TakerOrder == id)
            .Select(trade => TradingRows.Fill(trade, market, isTaker: true));
        return Json(
            new OrderAnswer(
                TradingRows.Id(id), order is null ? null : ClientIdText.Text(order.ClientId),
                order is null ? "unknown" : TradingRows.Word(order.Status), market.Quantity(order?.Executed ?? 0),
                [.. fills], outcome.Sequence,
                order is null or { Reason: ReasonCode.None } ? null : TradingRows.Word(order.Reason),
                outcome.IsDuplicate ? true : null),
            HostJson.Default.OrderAnswer);
    }

    private static IResult Json<T>(T value, JsonTypeInfo<T> type) => Results.Json(value, type);
}
