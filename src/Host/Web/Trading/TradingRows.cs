using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Host.Bridges;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>What the exchange knows as rows that people read.</summary>
internal static class TradingRows
{
    private const int Million = 1_000_000;

    /// <summary>An order.</summary>
    public static OrderRow Of(OrderRecord order, SpotMarket market) => new()
    {
        OrderId = Id(order.Id),
        ClientId = ClientIdText.Text(order.ClientId),
        Market = market.Name,
        Kind = Word(order.Side),
        Type = (order.StopPrice != 0, order.Kind) switch
        {
            (true, OrderKind.Limit) => "stop_limit",
            (true, _) => "stop",
            (false, OrderKind.Limit) => "limit",
            _ => "market",
        },
        Tif = order.ExpiresAtNanos != 0 ? "gtd" : order.TimeInForce switch
        {
            TimeInForce.Ioc => "ioc",
            TimeInForce.Fok => "fok",
            _ => "gtc",
        },
        PostOnly = order.TimeInForce == TimeInForce.PostOnly,
        Price = order.Price == 0 ? null : market.Price(order.Price),
        StopPrice = order.StopPrice == 0 ? null : market.Price(order.StopPrice),
        Triggered = order.StopPrice == 0 ? null : order.IsTriggered,
        Quantity = order.Kind == OrderKind.MarketByValue ? null : market.Quantity(order.Quantity),
        QuoteQuantity = order.Kind == OrderKind.MarketByValue ? market.Quote.Text((long)order.Quantity) : null,
        DisplayQuantity = order.Display == 0 ? null : market.Quantity(order.Display),
        ExecutedQuantity = market.Quantity(order.Executed),
        AveragePrice = market.MeanPrice(order.Executed, order.ExecutedTickLots),
        RemainingQuantity = market.Quantity(order.Left),
        Status = Word(order.Status),
        Reason = order.Reason == ReasonCode.None ? null : Word(order.Reason),
        ExpiresAt = order.ExpiresAtNanos == 0 ? null : Stamps.ToMillis(order.ExpiresAtNanos),
        CreatedAt = Stamps.ToMillis(order.CreatedNanos),
        UpdatedAt = Stamps.ToMillis(order.UpdatedNanos),
        Sequence = order.Sequence,
    };

    /// <summary>A trade as one of its two sides sees it.</summary>
    public static FillRow Fill(TradePrint trade, SpotMarket market, bool isTaker)
    {
        // Each side pays its fee in what it receives: a buy in the base asset.
        var isBuy = (trade.TakerSide == Side.Buy) == isTaker;
        var asset = isBuy ? market.Base : market.Quote;
        return new FillRow(
            Id(trade.Sequence), market.Price(trade.Price), market.Quantity(trade.Lots),
            asset.Text(isTaker ? trade.TakerFee : trade.MakerFee));
    }

    /// <summary>A trade as an account that was on one of its sides, or on both, reads it.</summary>
    public static IEnumerable<AccountFillRow> AccountFills(TradePrint trade, ExchangeDesk desk, int account)
    {
        var market = desk.Markets[trade.Instrument].Spot;
        return ((bool[])[true, false])
            .Where(isTaker => (isTaker ? trade.TakerAccount : trade.MakerAccount) == account)
            .Select(isTaker => AccountFill(trade, market, isTaker));
    }

    /// <summary>A trade as one of its two sides reads it.</summary>
    private static AccountFillRow AccountFill(TradePrint trade, SpotMarket market, bool isTaker)
    {
        var fill = Fill(trade, market, isTaker);
        var isBuy = (trade.TakerSide == Side.Buy) == isTaker;
        return new AccountFillRow(
            fill.TradeId, Id(isTaker ? trade.TakerOrder : trade.MakerOrder), market.Name, isBuy ? "buy" : "sell",
            fill.Price, fill.Quantity, fill.Fee, (isBuy ? market.Base : market.Quote).Name,
            isTaker ? "taker" : "maker", Stamps.ToMillis(trade.AtNanos));
    }

    /// <summary>A trade as everybody sees it.</summary>
    public static PublicTradeRow Of(TradePrint trade, SpotMarket market) => new(
        Id(trade.Sequence), Stamps.ToMillis(trade.AtNanos), market.Price(trade.Price), market.Quantity(trade.Lots),
        Word(trade.TakerSide), trade.Sequence);

    /// <summary>A book.</summary>
    public static DepthAnswer Of(DepthSnapshot depth, SpotMarket market) => new(
        depth.Sequence, [.. depth.Bids.Select(level => Pair(level, market))],
        [.. depth.Asks.Select(level => Pair(level, market))]);

    /// <summary>Price and quantity of a level.</summary>
    public static string[] Pair(LevelChange level, SpotMarket market) =>
        [market.Price(level.Price), market.Quantity(level.Lots)];

    /// <summary>Terms of a market.</summary>
    public static InstrumentRow Of(MarketDesk desk)
    {
        var (market, terms) = (desk.Spot, desk.Spot.Terms);
        return new InstrumentRow(
            market.Name, market.Base.Name, market.Quote.Name, market.TickSize, market.LotSize, market.LotSize,
            market.Quantity(terms.MaxQuantity), market.Price(terms.MaxPrice), Share(terms.MakerFeePpm),
            Share(terms.TakerFeePpm), terms.BandPpm == 0 ? null : Share(terms.BandPpm), Word(desk.Status));
    }

    /// <summary>The last 24 hours of a market.</summary>
    public static TickerRow Ticker(MarketDesk desk, long nowNanos)
    {
        var day = desk.Tape.Day(nowNanos);
        var (bid, ask) = desk.Depth.Best;
        var market = desk.Spot;
        string? Price(int ticks) => ticks == 0 ? null : market.Price(ticks);
        return new TickerRow(
            market.Name, Price(day.Last), Price(day.Open), Price(day.High), Price(day.Low), market.Quantity(day.Lots),
            market.Value(day.TickLots), day.Trades, Price(bid), Price(ask), Stamps.ToMillis(nowNanos));
    }

    /// <summary>A side.</summary>
    public static string Word(Side side) => side == Side.Buy ? "buy" : "sell";

    /// <summary>An enum's name as people read it: <c>partially_filled</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => ExchangeJson.Snake(value);

    /// <summary>An id as text.</summary>
    public static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Share(int ppm) => DecimalText.ToShortText(ppm, (int)Math.Log10(Million));
}
