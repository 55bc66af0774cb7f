using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>The trades of a market: the newest ones, then each as it happens. A client that is too slow for the tape
/// begins again with the newest ones, in a snapshot.</summary>
internal sealed class TradeChannel(MarketDesk market) : EventChannel($"trade@{market.Spot.Name}")
{
    private const int AtStart = 50;
    private const int AtOnce = 500;

    /// <inheritdoc/>
    protected override long Newest => market.Tape.Position;

    /// <inheritdoc/>
    protected override Update? Between(long from, long to, long nowMs)
    {
        if (market.Tape.After(from, AtOnce) is not { } remembered)
        {
            return null;
        }

        var trades = remembered.TakeWhile(trade => trade.Sequence <= to).ToArray();
        var last = trades.Length == 0 ? to : trades[^1].Sequence;
        return new Update(last, Write("update", null, last, nowMs, json => Write(json, trades)));
    }

    /// <inheritdoc/>
    protected override Update Whole(long nowMs)
    {
        var (newest, at) = market.Tape.Newest(AtStart);
        return new Update(at, Write("snapshot", null, at, nowMs, json => Write(json, newest)));
    }

    private void Write(Utf8JsonWriter json, TradePrint[] trades)
    {
        json.WriteStartArray();
        foreach (var trade in trades)
        {
            JsonSerializer.Serialize(json, TradingRows.Of(trade, market.Spot), HostJson.Default.PublicTradeRow);
        }

        json.WriteEndArray();
    }
}
