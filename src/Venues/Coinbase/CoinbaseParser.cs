using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Coinbase;

/// <summary>
/// Coinbase Advanced Trade, and the older Coinbase Exchange dialect, told apart by their root field: <c>channel</c> or
/// <c>type</c>. Wire rules: the venue's WebSocket channel guides of both products.
/// </summary>
internal sealed partial class CoinbaseParser(InstrumentTable instruments) : IFrameParser
{
    private readonly IsoTime _clock = new();

    private static readonly byte[][] RootNames =
    [
        "channel"u8.ToArray(), "timestamp"u8.ToArray(), "sequence_num"u8.ToArray(), "events"u8.ToArray(),
        "type"u8.ToArray(),
    ];

    private static readonly byte[][] EventNames =
    [
        "type"u8.ToArray(), "product_id"u8.ToArray(), "updates"u8.ToArray(), "trades"u8.ToArray(),
        "tickers"u8.ToArray(),
    ];

    private static readonly byte[][] UpdateNames =
        ["side"u8.ToArray(), "price_level"u8.ToArray(), "new_quantity"u8.ToArray()];

    private static readonly byte[][] TradeNames =
    [
        "product_id"u8.ToArray(), "trade_id"u8.ToArray(), "price"u8.ToArray(), "size"u8.ToArray(), "side"u8.ToArray(),
        "time"u8.ToArray(),
    ];

    private static readonly byte[][] TickerNames =
    [
        "product_id"u8.ToArray(), "best_bid"u8.ToArray(), "best_bid_quantity"u8.ToArray(), "best_ask"u8.ToArray(),
        "best_ask_quantity"u8.ToArray(),
    ];

    private static readonly byte[][] UnusedChannels =
    [
        "subscriptions"u8.ToArray(), "heartbeats"u8.ToArray(), "candles"u8.ToArray(), "status"u8.ToArray(),
        "user"u8.ToArray(), "futures_balance_summary"u8.ToArray(), "ticker_batch"u8.ToArray(),
    ];

    /// <inheritdoc/>
    public RejectReason Parse(ReadOnlySpan<byte> frame, string context, FrameEvents into)
    {
        if (TryFastL2(frame, into) || TryFastExchangeUpdate(frame, into))
        {
            return RejectReason.None;
        }

        into.Clear();
        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var reason = JsonFields.Read(frame, RootNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[0].Exists)
        {
            return f[4].Exists ? ParseExchange(frame, f[4], into) : RejectReason.UnknownShape;
        }

        return ParseAdvanced(frame, f, into);
    }

    // {"channel":"l2_data","client_id":"","timestamp":"…","sequence_num":9,"events":[{"type":"update","product_id":"…",
    //  "updates":[{"side":"bid","event_time":"…","price_level":"…","new_quantity":"…"},…]}]}
    private bool TryFastL2(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        into.Clear();
        var scan = new Scan(frame);
        if (!scan.Take("{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\""u8)
            || !scan.TakeTime(_clock, out var nanos)
            || !scan.Take(",\"sequence_num\":"u8) || !scan.TakeInteger(out var sequence)
            || !scan.Take(",\"events\":[{\"type\":\""u8))
        {
            return false;
        }

        VenueEventKind kind;
        if (scan.Take("update\",\"product_id\":\""u8))
        {
            kind = VenueEventKind.BookUpdate;
        }
        else if (scan.Take("snapshot\",\"product_id\":\""u8))
        {
            kind = VenueEventKind.BookSnapshot;
        }
        else
        {
            return false;
        }

        if (!scan.TakeText(out var name) || !instruments.TryFind(name, out var index)
            || !scan.Take(",\"updates\":["u8))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(kind, index);
        e.VenueTimeNanos = nanos;
        do
        {
            Side side;
            if (scan.Take("{\"side\":\"bid\",\"event_time\":\""u8))
            {
                side = Side.Buy;
            }
            else if (scan.Take("{\"side\":\"offer\",\"event_time\":\""u8))
            {
                side = Side.Sell;
            }
            else
            {
                return false;
            }

            if (!scan.TakeText(out _)
                || !scan.Take(",\"price_level\":\""u8) || !scan.TakeDecimal(grid.PriceDecimals, out var price)
                || price == 0
                || !scan.Take(",\"new_quantity\":\""u8) || !scan.TakeDecimal(grid.QuantityDecimals, out var quantity)
                || !scan.Take("}"u8) || !into.AddLevel(side, price, quantity))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        into.ConnectionSequence = sequence;
        return scan.Take("]}]}"u8) && scan.AtEnd;
    }

    private RejectReason ParseAdvanced(ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, FrameEvents into)
    {
        if (!f[2].Exists)
        {
            return RejectReason.MissingField;
        }

        if (f[2].Type != JsonTokenType.Number || !JsonFields.TryInteger(frame, f[2], out var sequence))
        {
            return RejectReason.BadField;
        }

        foreach (var unused in UnusedChannels)
        {
            if (JsonFields.TextIs(frame, f[0], unused))
            {
                into.ConnectionSequence = sequence;
                return RejectReason.None;
            }
        }

        var isBook = JsonFields.TextIs(frame, f[0], "l2_data"u8);
        var isTrades = JsonFields.TextIs(frame, f[0], "market_trades"u8);
        if (!isBook && !isTrades && !JsonFields.TextIs(frame, f[0], "ticker"u8))
        {
            return RejectReason.UnknownShape;
        }

        long nanos = 0;
        if (f[1].Exists && !(JsonFields.TryText(frame, f[1], out var time) && _clock.TryParse(time, out nanos)))
        {
            return RejectReason.BadField;
        }

        if (f[3].Type != JsonTokenType.StartArray)
        {
            return f[3].Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        into.ConnectionSequence = sequence;
        into.IsTradeMessage = isTrades;
        Span<JsonSlice> part = stackalloc JsonSlice[5];
        var foreign = false;
        var events = new JsonItems(JsonFields.Raw(frame, f[3]));
        while (events.Next(out var json))
        {
            var reason = JsonFields.Read(json, EventNames, part);
            if (reason == RejectReason.None)
            {
                reason = isBook ? ParseBook(json, part, nanos, into)
                    : isTrades ? ParseTrades(json, part, into)
                    : ParseTickers(json, part[4], nanos, into);
            }

            // Another instrument's event must not cost ours in the same message, whose number will count.
            foreign |= reason == RejectReason.UnknownSymbol;
            if (reason is not (RejectReason.None or RejectReason.UnknownSymbol))
            {
                return reason;
            }
        }

        return foreign && into.Count == 0 ? RejectReason.UnknownSymbol : RejectReason.None;
    }

    private RejectReason ParseBook(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, long nanos, FrameEvents into)
    {
        // Another instrument's message is read to its end all the same: only a whole one may count.
        var found = instruments.Find(json, f[1], into, out var index);
        var foreign = found == RejectReason.UnknownSymbol;
        if (found != RejectReason.None && !foreign)
        {
            return found;
        }

        var snapshot = JsonFields.TextIs(json, f[0], "snapshot"u8);
        if ((!snapshot && !JsonFields.TextIs(json, f[0], "update"u8)) || f[2].Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        if (!foreign)
        {
            into.Add(snapshot ? VenueEventKind.BookSnapshot : VenueEventKind.BookUpdate, index).VenueTimeNanos = nanos;
        }

        var grid = foreign ? Grid.Wire : instruments[index].Grid;
        Span<JsonSlice> level = stackalloc JsonSlice[3];
        var updates = new JsonItems(JsonFields.Raw(json, f[2]));
        while (updates.Next(out var update))
        {
            var reason = JsonFields.Read(update, UpdateNames, level);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            if (!level[0].Exists || !level[1].Exists || !level[2].Exists)
            {
                return RejectReason.MissingField;
            }

            var bid = JsonFields.TextIs(update, level[0], "bid"u8);
            if (!bid && !JsonFields.TextIs(update, level[0], "offer"u8))
            {
                return RejectReason.BadField;
            }

            if (!JsonFields.TryDecimal(update, level[1], grid.PriceDecimals, out var price) || price == 0
                || !JsonFields.TryDecimal(update, level[2], grid.QuantityDecimals, out var quantity))
            {
                return RejectReason.OffGrid;
            }

            if (!foreign && !into.AddLevel(bid ? Side.Buy : Side.Sell, price, quantity))
            {
                return RejectReason.TooLarge;
            }
        }

        return found;
    }

    private RejectReason ParseTrades(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, FrameEvents into)
    {
        // A snapshot repeats trades from before the subscription: they happened, but they are no news.
        var snapshot = JsonFields.TextIs(json, f[0], "snapshot"u8);
        if ((!snapshot && !JsonFields.TextIs(json, f[0], "update"u8)) || f[3].Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> t = stackalloc JsonSlice[6];
        var trades = new JsonItems(JsonFields.Raw(json, f[3]));
        while (trades.Next(out var trade))
        {
            var reason = JsonFields.Read(trade, TradeNames, t);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(trade, t[0], into, out var index);
                if (reason == RejectReason.None && !snapshot)
                {
                    reason = ParseTrade(trade, t, index, into);
                }
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        // The venue lists the newest first; events go in the order in which they happened.
        if (into.Count > 1 && into[0].LastId > into[into.Count - 1].LastId)
        {
            into.Reverse();
        }

        return RejectReason.None;
    }

    private RejectReason ParseTrade(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, int index, FrameEvents into)
    {
        if (!f[1].Exists || !f[2].Exists || !f[3].Exists || !f[4].Exists)
        {
            return RejectReason.MissingField;
        }

        if (into.Count >= VenuesLimits.MaxEventsPerFrame)
        {
            return RejectReason.TooLarge;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        // The side is the maker's, as on Coinbase Exchange: the taker stands on the other one.
        e.TakerSide = JsonFields.TextIs(json, f[4], "BUY"u8) ? Side.Sell : Side.Buy;
        if ((e.TakerSide == Side.Buy && !JsonFields.TextIs(json, f[4], "SELL"u8))
            || !JsonFields.TryInteger(json, f[1], out e.LastId)
            || (f[5].Exists && !(JsonFields.TryText(json, f[5], out var time)
                && _clock.TryParse(time, out e.VenueTimeNanos))))
        {
            return RejectReason.BadField;
        }

        return JsonFields.TryDecimal(json, f[2], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[3], grid.QuantityDecimals, out e.Quantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private RejectReason ParseTickers(ReadOnlySpan<byte> json, JsonSlice list, long nanos, FrameEvents into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return list.Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var tickers = new JsonItems(JsonFields.Raw(json, list));
        while (tickers.Next(out var ticker))
        {
            var reason = JsonFields.Read(ticker, TickerNames, f);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(ticker, f[0], into, out var index);
                if (reason == RejectReason.None)
                {
                    reason = ParseQuote(ticker, f, index, nanos, into);
                }
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return RejectReason.None;
    }

    private RejectReason ParseQuote(
        ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, int index, long nanos, FrameEvents into)
    {
        if (!f[1].Exists || !f[2].Exists || !f[3].Exists || !f[4].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Quote, index);
        e.VenueTimeNanos = nanos;
        return JsonFields.TryDecimal(json, f[1], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[2], grid.QuantityDecimals, out e.Quantity)
            && JsonFields.TryDecimal(json, f[3], grid.PriceDecimals, out e.AskPrice)
            && JsonFields.TryDecimal(json, f[4], grid.QuantityDecimals, out e.AskQuantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }
}
