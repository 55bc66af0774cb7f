using System.Globalization;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>Requests about orders as the exchange's commands.</summary>
internal static class OrderFields
{
    /// <summary>The fields of a new order.</summary>
    public static readonly string[] New =
    [
        "kind", "type", "price", "quantity", "market", "tif", "expires_at", "post_only", "stop_price",
        "display_quantity", "quote_quantity", "stp", "client_id",
    ];

    /// <summary>The fields of an amendment.</summary>
    public static readonly string[] Amended =
        ["market", "order_id", "client_id", "price", "quantity", "stop_price", "stp"];

    /// <summary>The fields of a cancellation.</summary>
    public static readonly string[] Cancelled = ["market", "order_id", "client_id"];

    /// <summary>A new order as a command.</summary>
    public static (Command Command, Mistake? Mistake) Place(BodyFields fields, ExchangeDesk desk, int account)
    {
        var command = new Command { Type = CommandType.Place, Account = account };
        var mistake = Market(fields, desk, out var market)
            ?? Side(fields, ref command)
            ?? Kind(fields, out var isMarket, out var waits)
            ?? Life(fields, isMarket, ref command)
            ?? Sizes(fields, market!, isMarket, waits, ref command)
            ?? SelfTradeOf(fields, ref command)
            ?? ClientId(fields, ref command);
        if (mistake is null)
        {
            command.Instrument = market!.Spot.Number;
        }

        return (command, mistake);
    }

    /// <summary>Another price, quantity or stop price for an order as a command.</summary>
    public static (Command Command, MarketDesk? Market, Mistake? Mistake) Amend(
        BodyFields fields, ExchangeDesk desk, int account)
    {
        var command = new Command { Type = CommandType.Amend, Account = account };
        var mistake = Market(fields, desk, out var market) ?? Target(fields, ref command)
            ?? SelfTradeOf(fields, ref command);
        if (mistake is null && fields["price"] is null && fields["quantity"] is null && fields["stop_price"] is null)
        {
            mistake = Missing("price", "the new price, quantity or stop_price, one of them at least");
        }

        if (mistake is null && fields["price"] is { } price && !market!.Spot.TryPrice(price.Bytes, out command.Price))
        {
            mistake = OffGrid("price", price, $"a multiple of {market.Spot.TickSize}");
        }

        if (mistake is null && fields["quantity"] is { } quantity
            && !market!.Spot.TryQuantity(quantity.Bytes, out command.Quantity))
        {
            mistake = OffGrid("quantity", quantity, $"a multiple of {market.Spot.LotSize}");
        }

        if (mistake is null && fields["stop_price"] is { } stop)
        {
            command.Type = CommandType.AmendStop;
            if (!market!.Spot.TryPrice(stop.Bytes, out command.StopPrice))
            {
                mistake = OffGrid("stop_price", stop, $"a multiple of {market.Spot.TickSize}");
            }
        }

        return (command, market, mistake);
    }

    /// <summary>A cancellation as a command.</summary>
    public static (Command Command, MarketDesk? Market, Mistake? Mistake) Cancel(
        BodyFields fields, ExchangeDesk desk, int account)
    {
        var command = new Command { Type = CommandType.Cancel, Account = account };
        var mistake = Market(fields, desk, out var market) ?? Target(fields, ref command);
        return (command, market, mistake);
    }

    /// <summary>The market that a request names.</summary>
    public static Mistake? Market(BodyFields fields, ExchangeDesk desk, out MarketDesk? market)
    {
        market = null;
        if (fields["market"] is not { } name)
        {
            return Missing("market", "for example sol/usdc");
        }

        market = desk.Market(name.Bytes);
        return market is null
            ? new Mistake(
                StatusCodes.Status404NotFound, "unknown_market", $"there is no market '{Shown(name)}'",
                "GET /api/v1/instruments lists what there is")
            : null;
    }

    /// <summary>Reads a whole number of a query; what is not allowed leaves the value as it was.</summary>
    public static Mistake? Whole(BodyFields fields, string name, long least, long most, ref long value)
    {
        if (fields[name] is not { } field)
        {
            return null;
        }

        if (!long.TryParse(field.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            || given < least || given > most)
        {
            return Mistake.Bad(
                "invalid_parameter", $"{name} is '{Shown(field)}'",
                $"a whole number from {least} to {most} is allowed");
        }

        value = given;
        return null;
    }

    private static Mistake? Side(BodyFields fields, ref Command command)
    {
        if (fields["kind"] is not { } kind)
        {
            return Missing("kind", "buy or sell");
        }

        command.Side = kind.Is("sell"u8) ? Kernel.Side.Sell : Kernel.Side.Buy;
        return kind.Is("buy"u8) || kind.Is("sell"u8) ? null : Choice("kind", kind, "buy or sell");
    }

    private static Mistake? Kind(BodyFields fields, out bool isMarket, out bool waits)
    {
        (isMarket, waits) = (false, false);
        if (fields["type"] is not { } type || type.Is("limit"u8))
        {
            return null;
        }

        (isMarket, waits) = (!type.Is("stop_limit"u8), !type.Is("market"u8));
        return type.Is("market"u8) || type.Is("stop"u8) || type.Is("stop_limit"u8)
            ? null
            : Choice("type", type, "limit, market, stop or stop_limit");
    }

    private static Mistake? Life(BodyFields fields, bool isMarket, ref Command command)
    {
        var isDated = false;
        if (fields["tif"] is not { } tif)
        {
            isDated = !isMarket && fields["expires_at"] is not null;
            command.TimeInForce = isMarket ? TimeInForce.Ioc : TimeInForce.Gtc;
        }
        else
        {
            isDated = tif.Is("gtd"u8);
            command.TimeInForce = tif.Is("ioc"u8) ? TimeInForce.Ioc
                : tif.Is("fok"u8) ? TimeInForce.Fok
                : TimeInForce.Gtc;
            if (command.TimeInForce == TimeInForce.Gtc && !isDated && !tif.Is("gtc"u8))
            {
                return Choice("tif", tif, "gtc, ioc, fok or gtd");
            }
        }

        if (fields["post_only"] is { } postOnly)
        {
            if (postOnly.Kind is not (JsonTokenType.True or JsonTokenType.False))
            {
                return Choice("post_only", postOnly, "true or false");
            }

            if (postOnly.Kind == JsonTokenType.True)
            {
                if (command.TimeInForce != TimeInForce.Gtc || isMarket)
                {
                    return Contradiction("an order that trades at once cannot be post_only");
                }

                command.TimeInForce = TimeInForce.PostOnly;
            }
        }

        if ((fields["expires_at"] is not null) != isDated)
        {
            return Contradiction("tif gtd and expires_at belong together");
        }

        long millis = 0;
        if (Whole(fields, "expires_at", 1, long.MaxValue / Stamps.NanosPerMilli, ref millis) is { } mistake)
        {
            return mistake;
        }

        command.ExpiresAtNanos = millis * Stamps.NanosPerMilli;
        return null;
    }

    private static Mistake? Sizes(
        BodyFields fields, MarketDesk market, bool isMarket, bool waits, ref Command command)
    {
        var spot = market.Spot;
        if (fields["price"] is null != isMarket)
        {
            return isMarket
                ? Contradiction("a market order has no price")
                : Missing("price", "decimal text or a number");
        }

        if (fields["price"] is { } price && !spot.TryPrice(price.Bytes, out command.Price))
        {
            return OffGrid(
                "price", price, $"a multiple of {spot.TickSize} up to {spot.Price(spot.Terms.MaxPrice)}");
        }

        if (fields["stop_price"] is null == waits)
        {
            return waits ? Missing("stop_price", "the price that sets it off")
                : Contradiction("stop_price belongs to type stop or stop_limit");
        }

        if (fields["stop_price"] is { } stop && !spot.TryPrice(stop.Bytes, out command.StopPrice))
        {
            return OffGrid("stop_price", stop, $"a multiple of {spot.TickSize}");
        }

        if (fields["quantity"] is null == fields["quote_quantity"] is null)
        {
            return Missing("quantity", "or quote_quantity with type market, one of both");
        }

        if (fields["quote_quantity"] is { } sum)
        {
            command.Kind = OrderKind.MarketByValue;
            return !isMarket || waits ? Contradiction("quote_quantity belongs to type market")
                : !spot.TryQuote(sum.Bytes, out command.Quantity)
                    ? OffGrid("quote_quantity", sum, $"an amount of {spot.Quote.Name} above zero")
                : fields["display_quantity"] is not null ? Contradiction("a market order shows nothing of itself")
                : null;
        }

        command.Kind = isMarket ? OrderKind.Market : OrderKind.Limit;
        var quantity = fields["quantity"]!.Value;
        return !spot.TryQuantity(quantity.Bytes, out command.Quantity)
            ? OffGrid("quantity", quantity, $"a multiple of {spot.LotSize} above zero")
            : fields["display_quantity"] is { } display && !spot.TryQuantity(display.Bytes, out command.Display)
                ? OffGrid("display_quantity", display, $"a multiple of {spot.LotSize} above zero")
            : null;
    }

    private static Mistake? SelfTradeOf(BodyFields fields, ref Command command)
    {
        if (fields["stp"] is not { } given || given.Is("cancel_newest"u8))
        {
            return null;
        }

        command.SelfTrade = given.Is("cancel_oldest"u8) ? SelfTrade.CancelOldest
            : given.Is("cancel_both"u8) ? SelfTrade.CancelBoth
            : SelfTrade.Decrement;
        return command.SelfTrade != SelfTrade.Decrement || given.Is("decrement"u8)
            ? null
            : Choice("stp", given, "cancel_newest, cancel_oldest, cancel_both or decrement");
    }

    private static Mistake? ClientId(BodyFields fields, ref Command command) =>
        fields["client_id"] is { } id && (id.Kind is JsonTokenType.True or JsonTokenType.False
            || !ClientIdText.TryParse(id.Text, out command.ClientId))
            ? Mistake.Bad(
                "invalid_client_id", $"client_id is '{Shown(id)}'",
                $"1 to {ClientIdText.MaxLength} letters, digits, - or _, or a UUID")
            : null;

    private static Mistake? Target(BodyFields fields, ref Command command)
    {
        if (fields["order_id"] is null == fields["client_id"] is null)
        {
            return Missing("order_id", "or client_id, one of both");
        }

        return fields["order_id"] is not { } id ? ClientId(fields, ref command)
            : long.TryParse(id.Text, NumberStyles.None, CultureInfo.InvariantCulture, out command.Target)
                && command.Target != 0 ? null
            : Mistake.Bad("invalid_parameter", $"order_id is '{Shown(id)}'", "take it from the answer to the order");
    }

    /// <summary>What a request lacks.</summary>
    public static Mistake Missing(string name, string remedy) =>
        Mistake.Bad("missing_field", $"{name} is missing", remedy);

    private static Mistake Choice(string name, Field field, string words) =>
        Mistake.Bad("invalid_parameter", $"{name} is '{Shown(field)}'", $"{words} is allowed");

    private static Mistake OffGrid(string name, Field field, string remedy) =>
        Mistake.Bad($"invalid_{name}", $"{name} is '{Shown(field)}'", $"{remedy} is allowed");

    private static Mistake Contradiction(string detail) =>
        Mistake.Bad("contradiction", detail, "leave one of both out");

    private static string Shown(Field field) => field.Text is { Length: > 32 } text ? text[..32] + "…" : field.Text;
}
