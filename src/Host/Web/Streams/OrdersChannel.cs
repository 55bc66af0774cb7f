using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>What happens to one account: its open orders and balances, then every change of an order, every fill and
/// every balance. Nothing is left out: a client that falls too far behind is told so and cut off.</summary>
/// <param name="desk">The exchange.</param>
/// <param name="account">Whose.</param>
internal sealed class OrdersChannel(ExchangeDesk desk, int account) : EventChannel(ChannelName)
{
    /// <summary>The name that clients subscribe to.</summary>
    public const string ChannelName = "orders";

    private readonly AccountFeed _feed = desk.Feed(account);

    // A client that names a position that is forgotten begins with a snapshot; one that has begun here is lost.
    private bool _hasBegun;

    /// <inheritdoc/>
    public override EventRead TryNext(ref long position, long nowMs, out ReadOnlyMemory<byte> message)
    {
        message = default;
        var news = position == Start ? null : _feed.Since(position);
        if (news is null)
        {
            if (_hasBegun)
            {
                return EventRead.Lost;
            }

            _hasBegun = true;
            message = Snapshot(ref position, nowMs);
            return EventRead.Message;
        }

        _hasBegun = true;
        if (news.Length == 0)
        {
            return EventRead.Nothing;
        }

        var next = news[0];
        position = next.Sequence;
        message = Write("update", next.Previous, next.Sequence, nowMs, json => Write(json, next));
        return EventRead.Message;
    }

    // The position is taken first: what happens meanwhile is in both, and the later word is the same.
    private ReadOnlyMemory<byte> Snapshot(ref long position, long nowMs)
    {
        var sequence = _feed.Sequence;
        var balances = desk.Balances(account);
        var orders = desk.Orders.Open(account);
        position = sequence;
        return Write("snapshot", null, sequence, nowMs, json =>
        {
            json.WriteStartObject();
            Write(json, orders);
            json.WriteStartArray("balances");
            foreach (var asset in desk.Assets)
            {
                Write(json, asset, balances[asset.Number].Available, balances[asset.Number].Held);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Write(Utf8JsonWriter json, AccountNews news)
    {
        json.WriteStartObject();
        Write(json, news.Orders);
        json.WriteStartArray("fills");
        foreach (var trade in news.Fills)
        {
            foreach (var fill in TradingRows.AccountFills(trade, desk, account))
            {
                JsonSerializer.Serialize(json, fill, HostJson.Default.AccountFillRow);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("balances");
        foreach (var balance in news.Balances)
        {
            Write(json, desk.Assets[balance.Asset], balance.Available, balance.Held);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, IEnumerable<OrderRecord> orders)
    {
        json.WriteStartArray("orders");
        foreach (var order in orders)
        {
            JsonSerializer.Serialize(
                json, TradingRows.Of(order, desk.Markets[order.Instrument].Spot), HostJson.Default.OrderRow);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SpotAsset asset, long available, long held) =>
        JsonSerializer.Serialize(
            json, new BalanceRow(asset.Name, asset.Text(available), asset.Text(held)), HostJson.Default.BalanceRow);
}
