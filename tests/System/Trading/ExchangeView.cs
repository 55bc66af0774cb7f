using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Strikeline.SystemTests.Trading;

/// <summary>What a client knows that follows the contract: a book, the trades, its orders and balances; connected from
/// time to time, it goes on from where it was.</summary>
internal sealed class ExchangeView(Uri address, string key)
{
    private const string Market = "SOL/USDC";
    private const string Depth = "depth@" + Market;
    private const string Trade = "trade@" + Market;

    private readonly Dictionary<bool, Dictionary<string, string>> _levels = new() { [true] = [], [false] = [] };
    private readonly Dictionary<string, JsonElement> _orders = [];
    private readonly Dictionary<string, (string Available, string Held)> _balances = [];
    private readonly Dictionary<string, long> _at = [];

    /// <summary>Ids of all trades, oldest first.</summary>
    public List<string> Trades { get; } = [];

    /// <summary>Differences that were applied.</summary>
    public int Updates { get; private set; }

    /// <summary>Connections that went on without a snapshot of the account.</summary>
    public int Resumed { get; private set; }

    /// <summary>One side of the book, best first.</summary>
    public string[] Levels(bool bids)
    {
        var levels = _levels[bids].OrderBy(level => decimal.Parse(level.Key, CultureInfo.InvariantCulture));
        return [.. (bids ? levels.Reverse() : levels).Select(level => $"{level.Key} {level.Value}")];
    }

    /// <summary>Connects, takes so many messages or what comes in a while, and leaves without a word.</summary>
    public async Task RunAsync(int messages)
    {
        using var socket = await ConnectAsync();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < messages && watch.ElapsedMilliseconds < 500; i++)
        {
            await socket.SayAsync(new { op = "ping", id = i });
            Take(await socket.NextAsync(_ => true));
        }
    }

    /// <summary>Connects and reads until it has the book and the trades of these sequences.</summary>
    public async Task UntilAsync(long depth, long trade)
    {
        using var socket = await ConnectAsync();
        while (_at.GetValueOrDefault(Depth, -1) < depth || _at.GetValueOrDefault(Trade, -1) < trade)
        {
            Take(await socket.NextAsync(_ => true));
        }

        Assert.Equal(depth, _at[Depth]);
    }

    /// <summary>Connects and reads until it has what REST says of the account; it must come to that.</summary>
    public async Task SettleAsync(Trader trader)
    {
        var open = (await trader.OrdersAsync()).Select(one => one.ToString()).Order().ToArray();
        var balances = (await trader.Service.MustAsync("GET", "api/v1/balances", key: trader.Key)).Json.EnumerateArray()
            .ToDictionary(one => Word(one, "asset"), one => (Word(one, "available"), Word(one, "held")));
        using var socket = await ConnectAsync();
        // The end of all that there is: what comes after the answer to this was sent after it.
        var watch = Stopwatch.StartNew();
        while (!IsSame())
        {
            Assert.True(watch.Elapsed.TotalSeconds < 30, $"{string.Join(' ', _balances)} is not {string.Join(' ', balances)}");
            await socket.SayAsync(new { op = "ping", id = 1 });
            Take(await socket.NextAsync(_ => true));
        }

        return;

        bool IsSame() => open.SequenceEqual(_orders.Values.Select(one => one.ToString()).Order())
            && balances.All(one => _balances.TryGetValue(one.Key, out var own) && own == one.Value);
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).ToString();

    private async Task<TradingSocket> ConnectAsync()
    {
        var socket = await TradingSocket.OpenAsync(address, key);
        await socket.SayAsync(new { op = "subscribe", channels = new[] { Depth, Trade, "orders" }, since = _at });
        return socket;
    }

    private void Take(JsonElement message)
    {
        var channel = Word(message, "channel");
        if (channel is not (Depth or Trade or "orders"))
        {
            Assert.True(channel == "pong", message.ToString());
            return;
        }

        var isSnapshot = Word(message, "type") == "snapshot";
        var sequence = message.GetProperty("sequence").GetInt64();
        if (channel != Trade && !isSnapshot)
        {
            Assert.Equal(_at[channel], message.GetProperty("previous").GetInt64());
            Updates++;
        }

        Assert.True(isSnapshot || sequence > _at[channel], message.ToString());
        _at[channel] = sequence;
        var data = message.GetProperty("data");
        switch (channel)
        {
            case Depth:
                TakeDepth(data, isSnapshot);
                break;
            case Trade:
                // A snapshot holds what is known already where nothing is lost.
                Trades.AddRange(data.EnumerateArray().Select(one => Word(one, "trade_id")).Where(id => !isSnapshot || !Trades.Contains(id)));
                break;
            default:
                TakeAccount(data, isSnapshot);
                break;
        }
    }

    private void TakeDepth(JsonElement data, bool isSnapshot)
    {
        foreach (var bids in (bool[])[true, false])
        {
            var side = _levels[bids];
            if (isSnapshot)
            {
                side.Clear();
            }

            foreach (var level in data.GetProperty(bids ? "bids" : "asks").EnumerateArray())
            {
                var (price, quantity) = (level[0].GetString()!, level[1].GetString()!);
                side.Remove(price);
                if (quantity != "0")
                {
                    side.Add(price, quantity);
                }
            }
        }
    }

    private void TakeAccount(JsonElement data, bool isSnapshot)
    {
        if (isSnapshot)
        {
            _orders.Clear();
        }
        else
        {
            Resumed++;
        }

        foreach (var order in data.GetProperty("orders").EnumerateArray())
        {
            _orders.Remove(Word(order, "order_id"));
            if (Word(order, "status") is "open" or "partially_filled")
            {
                _orders.Add(Word(order, "order_id"), order);
            }
        }

        foreach (var balance in data.GetProperty("balances").EnumerateArray())
        {
            _balances[Word(balance, "asset")] = (Word(balance, "available"), Word(balance, "held"));
        }
    }
}
