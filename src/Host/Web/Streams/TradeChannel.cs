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

    // Most clients are at the same position: what was written for one serves the others.
    private Written? _last;

    /// <inheritdoc/>
    public override EventRead TryNext(ref long position, long nowMs, out ReadOnlyMemory<byte> message)
    {
        var last = Volatile.Read(ref _last);
        if (last is not null && last.From == position)
        {
            (position, message) = (last.To, last.Message);
            return EventRead.Message;
        }

        if ((position == Start ? null : market.Tape.After(position, AtOnce)) is not { } trades)
        {
            var (newest, at) = market.Tape.Newest(AtStart);
            message = Write("snapshot", null, at, nowMs, json => Write(json, newest));
            position = at;
            return EventRead.Message;
        }

        if (trades.Length == 0)
        {
            message = default;
            return EventRead.Nothing;
        }

        var sequence = trades[^1].Sequence;
        message = Write("update", null, sequence, nowMs, json => Write(json, trades));
        Volatile.Write(ref _last, new Written(position, sequence, message));
        position = sequence;
        return EventRead.Message;
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

    private sealed record Written(long From, long To, ReadOnlyMemory<byte> Message);
}
