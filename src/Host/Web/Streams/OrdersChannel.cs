using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>What happens to one account: its open orders and balances, then every change of an order, every fill and
/// every balance, and what the account may be used for. Nothing is left out: a client that falls too far behind is told
/// so and cut off. One that names a
/// position that is forgotten begins with a snapshot.</summary>
/// <param name="desk">The exchange.</param>
/// <param name="account">Whose.</param>
internal sealed class OrdersChannel(ExchangeDesk desk, int account) : EventChannel(ChannelName)
{
    /// <summary>The name that clients subscribe to.</summary>
    public const string ChannelName = "orders";

    private const int AtOnce = 64;

    private readonly AccountFeed _feed = desk.Feed(account);

    /// <inheritdoc/>
    protected override long Newest => _feed.Sequence;

    /// <inheritdoc/>
    protected override bool LosesNothing => true;

    /// <inheritdoc/>
    protected override Update? Between(long from, long to, long nowMs)
    {
        if (_feed.Since(from) is not { Length: > 0 } remembered)
        {
            return null;
        }

        var news = remembered.TakeWhile(one => one.Sequence <= to).Take(AtOnce).ToArray();
        var last = news[^1].Sequence;
        return new Update(last, Write("update", news[0].Previous, last, nowMs, json => Write(json, news)));
    }

    // The position is taken first: what happens meanwhile is in both, and the later word is the same.
    /// <inheritdoc/>
    protected override Update Whole(long nowMs)
    {
        var sequence = _feed.Sequence;
        var balances = desk.Balances(account);
        var orders = desk.Orders.Open(account);
        return new Update(sequence, Write("snapshot", null, sequence, nowMs, json =>
        {
            json.WriteStartObject();
            Write(json, orders);
            json.WriteStartArray("balances");
            foreach (var asset in desk.Assets)
            {
                Write(json, asset, balances[asset.Number].Available, balances[asset.Number].Held);
            }

            json.WriteEndArray();
            json.WriteString("status", TradingRows.Word(desk.StatusOf(account)));
            json.WriteEndObject();
        }));
    }

    private void Write(Utf8JsonWriter json, AccountNews[] news)
    {
        json.WriteStartObject();
        Write(json, news.SelectMany(one => one.Orders));
        json.WriteStartArray("fills");
        foreach (var trade in news.SelectMany(one => one.Fills))
        {
            foreach (var fill in TradingRows.AccountFills(trade, desk, account))
            {
                JsonSerializer.Serialize(json, fill, HostJson.Default.AccountFillRow);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("balances");

        // As they are after the last of them.
        foreach (var balance in news.SelectMany(one => one.Balances).GroupBy(one => one.Asset)
            .Select(one => one.Last()))
        {
            Write(json, desk.Assets[balance.Asset], balance.Available, balance.Held);
        }

        json.WriteEndArray();
        if (news.LastOrDefault(one => one.Status is not null)?.Status is { } status)
        {
            json.WriteString("status", TradingRows.Word(status));
        }

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
