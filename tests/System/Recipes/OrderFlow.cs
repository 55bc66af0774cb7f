using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.SystemTests.Trading;

namespace Strikeline.SystemTests.Recipes;

/// <summary>Trading of one account over one WebSocket, many requests at a time: orders of all kinds around a price that
/// walks, amended, taken back and filled.</summary>
/// <param name="trader">Whose.</param>
/// <param name="seed">Decides everything but the time.</param>
/// <param name="mostAtOnce">Requests that are sent before the first answer is read, at most.</param>
internal sealed class OrderFlow(Trader trader, int seed, int mostAtOnce)
{
    private const int MostOpen = 120;

    private readonly Random _random = new(seed);
    private readonly List<string> _open = [];
    private decimal _mid = 100;
    private long _id;

    /// <summary>Trades until the exchange has published so many events.</summary>
    public async Task UntilAsync(long sequence)
    {
        using var socket = await TradingSocket.OpenAsync(trader.Service.Address, trader.Key);
        for (var at = 0L; at < sequence;)
        {
            var asked = _random.Next(1, mostAtOnce);
            for (var i = 0; i < asked; i++)
            {
                await socket.SayTextAsync(Request());
            }

            for (var i = 0; i < asked; i++)
            {
                at = Math.Max(at, Take(await socket.NextAsync("reply")));
            }

            if (_random.Next(60) == 0)
            {
                await Task.Delay(_random.Next(1, 30), TestContext.Current.CancellationToken);
            }
        }
    }

    private long Take(JsonElement reply)
    {
        if (!reply.GetProperty("ok").GetBoolean())
        {
            // Refused by the book is as good as taken; anything else would be no load.
            var code = reply.GetProperty("code").GetString()!;
            Assert.False(
                code is "rate_limited" or "exchange_busy" or "exchange_halted" or "outcome_unknown" or "missing_field" or "unknown_market"
                || code.StartsWith("invalid", StringComparison.Ordinal), reply.ToString());
            return 0;
        }

        var data = reply.GetProperty("data");
        if (data.GetProperty("status").GetString() is "open" or "partially_filled")
        {
            _open.Add(data.GetProperty("order_id").GetString()!);
        }

        return data.GetProperty("sequence").GetInt64();
    }

    private string Request()
    {
        var what = _random.Next(24);
        if (_open.Count > 0 && (what < 8 || _open.Count > MostOpen))
        {
            var index = _random.Next(_open.Count);
            var order = _open[index];
            _open.RemoveAt(index);
            return what < 3
                ? Text("order.amend", $"\"order_id\":\"{order}\",\"price\":\"{Price(200)}\",\"quantity\":\"{Quantity(4_000)}\"")
                : Text("order.cancel", $"\"order_id\":\"{order}\"");
        }

        _mid = Math.Clamp(_mid + (_random.Next(-3, 4) / 100m), 80, 120);
        var side = _random.Next(2) == 0 ? "buy" : "sell";
        var kind = $"\"kind\":\"{side}\",\"stp\":\"{(_random.Next(2) == 0 ? "cancel_oldest" : "decrement")}\"";
        return Text("order.place", kind + what switch
        {
            < 10 => $",\"type\":\"market\",\"quantity\":\"{Quantity(6_000)}\"",
            10 => $",\"price\":\"{Price(100)}\",\"quantity\":\"{1 + _random.Next(9)}\",\"display_quantity\":\"0.25\"",
            11 => $",\"type\":\"stop\",\"stop_price\":\"{Price(40)}\",\"quantity\":\"{Quantity(1_000)}\"",
            12 => $",\"price\":\"{Price(20)}\",\"quantity\":\"{Quantity(3_000)}\",\"tif\":\"ioc\"",
            13 => $",\"price\":\"{Price(10)}\",\"quantity\":\"{Quantity(3_000)}\",\"tif\":\"fok\"",
            14 => $",\"price\":\"{Price(60)}\",\"quantity\":\"{Quantity(3_000)}\",\"post_only\":true",
            15 => $",\"price\":\"{Price(60)}\",\"quantity\":\"{Quantity(3_000)}\",\"tif\":\"gtd\",\"expires_at\":"
                + (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + _random.Next(5, 500)).ToString(CultureInfo.InvariantCulture),
            _ => $",\"price\":\"{(_mid + ((side == "buy" ? -1 : 1) * _random.Next(0, 150) / 100m)).ToString(CultureInfo.InvariantCulture)}\""
                + $",\"quantity\":\"{Quantity(3_000)}\"",
        });
    }

    private string Text(string op, string order) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"{{\"op\":\"{op}\",\"id\":{++_id},\"order\":{{\"market\":\"SOL/USDC\",{order}}}}}")
        .ToString();

    private string Price(int spread) =>
        (_mid + (_random.Next(-spread, spread + 1) / 100m)).ToString(CultureInfo.InvariantCulture);

    private string Quantity(int most) => (_random.Next(1, most) / 1_000m).ToString(CultureInfo.InvariantCulture);
}
