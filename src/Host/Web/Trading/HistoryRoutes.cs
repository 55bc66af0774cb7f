using System.Text;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>What lies in the market's store: candles for everybody, own orders and fills for the bearer of a
/// key.</summary>
/// <remarks>The store follows the exchange by some milliseconds, and may be away: then 503, and trading goes
/// on.</remarks>
internal sealed class HistoryRoutes(ExchangeDesk desk, IMarketStore store)
{
    private const int DefaultRows = 100;
    private const int MostRows = 1_000;
    private const int MostCsvRows = 1_000_000;

    private static readonly string[] s_paged = ["market", "from", "to", "before", "limit"];
    private static readonly string[] s_exported = ["market", "from", "to"];

    /// <summary>The intervals by the names that people use.</summary>
    public static IReadOnlyDictionary<string, CandleInterval> Intervals { get; } =
        new Dictionary<string, CandleInterval>(StringComparer.Ordinal)
        {
            ["1s"] = CandleInterval.OneSecond,
            ["1m"] = CandleInterval.OneMinute,
            ["5m"] = CandleInterval.FiveMinutes,
            ["15m"] = CandleInterval.FifteenMinutes,
            ["1h"] = CandleInterval.OneHour,
            ["4h"] = CandleInterval.FourHours,
            ["1d"] = CandleInterval.OneDay,
        };

    /// <summary>Adds the routes.</summary>
    public static void Map(WebApplication app, ExchangeDesk desk, IMarketStore store)
    {
        var routes = new HistoryRoutes(desk, store);
        app.MapGet("/api/v1/klines", Route(routes.KlinesAsync))
            .Public()
            .Produces<JsonElement[][]>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Candles, oldest first: market=sol/usdc&interval=1m&limit=500, from and to in Unix ms.");
        app.MapGet("/api/v1/orders/history", Route(routes.OrdersAsync))
            .Reads(KeyScopes.Read)
            .Produces<OrdersAnswer>()
            .WithSummary("The account's orders, open and over, newest first; next goes into before.");
        app.MapGet("/api/v1/fills", Route(routes.FillsAsync))
            .Reads(KeyScopes.Read)
            .Produces<FillsAnswer>()
            .WithSummary("The account's fills, newest first; next goes into before.");
        app.MapGet("/api/v1/export/orders.csv", Route(routes.ExportOrdersAsync))
            .Reads(KeyScopes.Read)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The account's orders as CSV, newest first; from and to in Unix ms, market=sol/usdc.");
        app.MapGet("/api/v1/export/fills.csv", Route(routes.ExportFillsAsync))
            .Reads(KeyScopes.Read)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The account's fills as CSV, newest first; from and to in Unix ms, market=sol/usdc.");
        app.MapGet("/api/v1/export/balances.csv", Route(routes.ExportBalancesAsync))
            .Reads(KeyScopes.Read)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithSummary("The account's balances as CSV.");
    }

    /// <summary>A candle as a row: time, open, high, low, close, volume, trades; null for none.</summary>
    public static byte[] Kline(Candle? candle, SpotMarket market) => Write(json =>
    {
        if (candle is null)
        {
            json.WriteNullValue();
        }
        else
        {
            Write(json, candle, market);
        }
    });

    private static Delegate Route(Func<HttpContext, Task<IResult>> work) => async (HttpContext context) =>
    {
        try
        {
            return await work(context);
        }
        catch (MarketStoreException)
        {
            // The reason is an operator's to know: /health has it.
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable, "history_unavailable", "the market's store cannot be read now",
                "try again; trading goes on");
        }
    };

    private async Task<IResult> KlinesAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(context.Request.Query, "market", "interval", "from", "to", "limit");
        MarketDesk? market = null;
        MarketPage? page = null;
        var interval = CandleInterval.OneMinute;
        mistake ??= OrderFields.Market(fields!, desk, out market) ?? Page(fields!, DefaultRows, out page);
        if (mistake is null && fields!["interval"] is { } name && !Intervals.TryGetValue(name.Text, out interval))
        {
            mistake = Mistake.Bad(
                "invalid_parameter", "interval is no interval", $"{string.Join(", ", Intervals.Keys)} is allowed");
        }

        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var candles = await store.CandlesAsync(market!.Spot.Number, interval, page!, context.RequestAborted);
        return Results.Bytes(Klines(candles, market.Spot), "application/json");
    }

    private async Task<IResult> OrdersAsync(HttpContext context)
    {
        var (mistake, market, page) = Asked(context, s_paged, DefaultRows);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var orders = await store.OrdersAsync(
            Access.Of(context).Account, market?.Spot.Number, page!, context.RequestAborted);
        return Results.Json(
            new OrdersAnswer(
                [.. orders.Select(order => TradingRows.Of(order, desk.Markets[order.Instrument].Spot))],
                orders.Count < page!.Limit ? null : TradingRows.Id(orders[^1].FirstSequence)),
            HostJson.Default.OrdersAnswer);
    }

    private async Task<IResult> FillsAsync(HttpContext context)
    {
        var (mistake, market, page) = Asked(context, s_paged, DefaultRows);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var account = Access.Of(context).Account;
        var trades = await store.FillsAsync(account, market?.Spot.Number, page!, context.RequestAborted);
        return Results.Json(
            new FillsAnswer(
                [.. trades.SelectMany(trade => TradingRows.AccountFills(trade, desk, account))],
                trades.Count < page!.Limit ? null : TradingRows.Id(trades[^1].Sequence)),
            HostJson.Default.FillsAnswer);
    }

    private async Task<IResult> ExportOrdersAsync(HttpContext context)
    {
        var (mistake, market, page) = Asked(context, s_exported, MostCsvRows);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var orders = await store.OrdersAsync(
            Access.Of(context).Account, market?.Spot.Number, page!, context.RequestAborted);
        return Csv(
            "order_id,client_id,market,kind,type,tif,price,stop_price,quantity,quote_quantity,executed_quantity,"
            + "average_price,status,reason,created_at,updated_at",
            orders.Select(order => TradingRows.Of(order, desk.Markets[order.Instrument].Spot)).Select(row => (string?[])
            [
                row.OrderId, row.ClientId, row.Market, row.Kind, row.Type, row.Tif, row.Price, row.StopPrice,
                row.Quantity, row.QuoteQuantity, row.ExecutedQuantity, row.AveragePrice, row.Status, row.Reason,
                TradingRows.Id(row.CreatedAt), TradingRows.Id(row.UpdatedAt),
            ]));
    }

    private async Task<IResult> ExportFillsAsync(HttpContext context)
    {
        var (mistake, market, page) = Asked(context, s_exported, MostCsvRows);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var account = Access.Of(context).Account;
        var trades = await store.FillsAsync(account, market?.Spot.Number, page!, context.RequestAborted);
        return Csv(
            "trade_id,order_id,market,kind,price,quantity,fee,fee_asset,liquidity,at",
            trades.SelectMany(trade => TradingRows.AccountFills(trade, desk, account)).Select(row => (string?[])
            [
                row.TradeId, row.OrderId, row.Market, row.Kind, row.Price, row.Quantity, row.Fee, row.FeeAsset,
                row.Liquidity, TradingRows.Id(row.At),
            ]));
    }

    private Task<IResult> ExportBalancesAsync(HttpContext context)
    {
        var balances = desk.Balances(Access.Of(context).Account);
        return Task.FromResult(Csv(
            "asset,available,held",
            desk.Assets.Select(asset => (string?[])
            [
                asset.Name, asset.Text(balances[asset.Number].Available), asset.Text(balances[asset.Number].Held),
            ])));
    }

    private (Mistake? Mistake, MarketDesk? Market, MarketPage? Page) Asked(
        HttpContext context, string[] allowed, int rows)
    {
        var (fields, mistake) = BodyFields.Read(context.Request.Query, allowed);
        MarketDesk? market = null;
        MarketPage? page = null;
        mistake ??= Page(fields!, rows, out page);
        if (mistake is null && fields!["market"] is not null)
        {
            mistake = OrderFields.Market(fields, desk, out market);
        }

        return (mistake, market, page);
    }

    private static Mistake? Page(BodyFields fields, int rows, out MarketPage page)
    {
        const long MostMillis = long.MaxValue / Stamps.NanosPerMilli;
        var (from, to, before, limit) = (0L, MostMillis, long.MaxValue, (long)rows);
        var mistake = OrderFields.Whole(fields, "from", 0, MostMillis, ref from)
            ?? OrderFields.Whole(fields, "to", 0, MostMillis, ref to)
            ?? OrderFields.Whole(fields, "before", 0, long.MaxValue, ref before)
            ?? OrderFields.Whole(fields, "limit", 1, MostRows, ref limit);
        page = new MarketPage(from * Stamps.NanosPerMilli, to * Stamps.NanosPerMilli, before, (int)limit);
        return mistake;
    }

    // Oldest first.
    private static byte[] Klines(IEnumerable<Candle> newestFirst, SpotMarket market) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var candle in newestFirst.Reverse())
        {
            Write(json, candle, market);
        }

        json.WriteEndArray();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Candle candle, SpotMarket market)
    {
        json.WriteStartArray();
        json.WriteNumberValue(candle.OpenSecond * 1_000);
        foreach (var price in (ReadOnlySpan<int>)[candle.Open, candle.High, candle.Low, candle.Close])
        {
            json.WriteStringValue(market.Price(price));
        }

        json.WriteStringValue(market.Quantity(candle.Lots));
        json.WriteNumberValue(candle.Trades);
        json.WriteEndArray();
    }

    // Nothing in it can hold a comma, a quote or a line feed; a cell that a sheet would take for a formula cannot be.
    private static IResult Csv(string head, IEnumerable<string?[]> rows)
    {
        var text = new StringBuilder(head).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(cell => cell is ['-', ..] ? "'" + cell : cell)).Append('\n');
        }

        return Results.Text(text.ToString(), "text/csv", Encoding.UTF8);
    }
}
