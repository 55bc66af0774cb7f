using System.Text.Json.Serialization.Metadata;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Web.Trading;

/// <summary>The exchange's routes: market data for everybody, orders and balances for the bearer of a key.</summary>
internal sealed class TradingRoutes(ExchangeDesk desk)
{
    private const int MostLevels = 5_000;
    private const int MostRows = 1_000;

    private readonly OrderEntry _entry = new(desk);

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
            return OrderEntry.Refusal(e).ToResult();
        }
    };

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
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The last 24 hours of every market, or of market=sol/usdc.");
        app.MapGet("/api/v1/trades", (HttpContext context) => Trades(context.Request.Query))
            .Public()
            .Produces<PublicTradeRow[]>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The newest trades of a market, newest first: market=sol/usdc&limit=100.");
    }

    private void MapOrders(WebApplication app)
    {
        app.MapPost("/api/v1/order", Route(PlaceAsync))
            .Changes(KeyScopes.Trade)
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Places an order; answers when it is durable.");
        app.MapPatch("/api/v1/order", Route(AmendAsync))
            .Changes(KeyScopes.Trade)
            .Produces<OrderAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Gives an order another price, another quantity that shall be left, or another stop price.");
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
        app.MapGet("/api/v1/account", (HttpContext context) => Account(context))
            .Reads(KeyScopes.Read)
            .Produces<AccountRow>()
            .WithSummary("The key's account, and what it may be used for now.");
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

    private async Task<IResult> PlaceAsync(HttpContext context) => Answer(
        await _entry.RunAsync(_entry.Place(Access.BodyOf(context), Access.Of(context).Account)),
        HostJson.Default.OrderAnswer);

    private async Task<IResult> AmendAsync(HttpContext context) => Answer(
        await _entry.RunAsync(_entry.Amend(Access.BodyOf(context), Access.Of(context).Account)),
        HostJson.Default.OrderAnswer);

    private async Task<IResult> CancelAsync(HttpContext context)
    {
        var (body, account) = (Access.BodyOf(context), Access.Of(context).Account);
        var request = body.Length > 0
            ? _entry.Cancel(body, account)
            : _entry.Cancel(context.Request.Query, account);
        return Answer(await _entry.RunAsync(request), HostJson.Default.OrderAnswer);
    }

    private async Task<IResult> CancelAllAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(context.Request.Query, "market");
        return Answer(
            await _entry.RunAllAsync(_entry.CancelAll(fields, mistake, Access.Of(context).Account)),
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

    private IResult Account(HttpContext context)
    {
        var account = Access.Of(context).Account;
        return Json(new AccountRow(account, TradingRows.Word(desk.StatusOf(account))), HostJson.Default.AccountRow);
    }

    private IResult Balances(HttpContext context)
    {
        var balances = desk.Balances(Access.Of(context).Account);
        return Json(
            [.. desk.Assets.Select(asset => new BalanceRow(
                asset.Name, asset.Text(balances[asset.Number].Available), asset.Text(balances[asset.Number].Held)))],
            HostJson.Default.BalanceRowArray);
    }

    private static IResult Answer<T>(Entry<T> entry, JsonTypeInfo<T> type)
        where T : class =>
        entry.Mistake?.ToResult() ?? Json(entry.Answer!, type);

    private static IResult Json<T>(T value, JsonTypeInfo<T> type) => new JsonAnswer<T>(value, type);
}
