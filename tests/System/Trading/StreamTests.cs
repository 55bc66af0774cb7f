using System.Globalization;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>Clients that follow the contract know exactly what the exchange knows, whatever happens to their
/// connections.</summary>
public sealed class StreamTests
{
    private const string Market = "SOL/USDC";
    private const string Depth = "depth@SOL/USDC";
    private const string Trade = "trade@SOL/USDC";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_rebuilds_the_book_the_trades_and_its_account_over_disconnects()
    {
        await using var service = await Service.OpenAsync();
        var traders = new List<Trader>();
        for (var i = 0; i < 3; i++)
        {
            traders.Add(await service.OpenTraderAsync($"trader{i}", ("USDC", 100_000_000), ("SOL", 1_000_000)));
        }

        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        var view = new ExchangeView(service.Address, traders[0].Key);
        var connections = 0;
        for (var round = 0; round < Counts.Of(120, 6); round++)
        {
            // Connected for a while, then not, and orders all the time; the place to go on from is the client's own.
            var load = LoadAsync(traders, Counts.Of(2_000, 500), random.Next());
            for (var cuts = random.Next(1, 4); cuts > 0; cuts--)
            {
                await view.RunAsync(random.Next(20, 200));
                connections++;
                await Task.Delay(random.Next(0, 30), Cancel);
            }

            await load;
            var (sequence, bids, asks) = await service.DepthAsync(Market);
            await view.UntilAsync(sequence, (await NewestTradeAsync(service)).Sequence);
            Assert.Equal(bids, view.Levels(bids: true));
            Assert.Equal(asks, view.Levels(bids: false));
            await view.SettleAsync(traders[0]);
        }

        Assert.True(connections >= 6 && view.Updates > 50 && view.Resumed > 0, $"{connections} {view.Updates} {view.Resumed}");
        var trades = (await service.MustAsync("GET", $"api/v1/trades?market={Market}&limit=1000")).Json
            .EnumerateArray().Select(one => one.GetProperty("trade_id").GetString()!).Reverse().ToArray();
        Assert.True(view.Trades.Count >= 100, $"{view.Trades.Count}");
        Assert.Equal(view.Trades.Count, view.Trades.Distinct().Count());
        Assert.Equal(trades, view.Trades.TakeLast(trades.Length));
    }

    [Fact]
    public async Task A_book_of_more_levels_than_a_page_shows_and_a_burst_of_trades_come_whole()
    {
        await using var service = await Service.OpenAsync();
        var trader = await service.OpenTraderAsync("deep", ("USDC", 100_000_000), ("SOL", 1_000_000));
        var taker = await service.OpenTraderAsync("taker", ("USDC", 100_000_000));
        const int Levels = 1_600;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Levels), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (i, _) => await trader.LimitAsync("sell", (100 + (i / 100m)).ToString(CultureInfo.InvariantCulture), "1"));
        var view = new ExchangeView(service.Address, taker.Key);
        var (sequence, _, asks) = await service.DepthAsync(Market);
        await view.UntilAsync(sequence, 0);
        Assert.Equal(Levels, asks.Length);
        Assert.Equal(asks, view.Levels(bids: false));

        // One order, 1,200 trades: none is left out.
        using var reading = await TradingSocket.OpenAsync(service.Address, null);
        await reading.SubscribeAsync(Trade);
        await reading.NextAsync(Trade);
        var swept = await taker.MustPlaceAsync(new { market = Market, kind = "buy", type = "market", quantity = "1200" });
        Assert.Equal(1_200, swept.Json.GetProperty("fills").GetArrayLength());
        var seen = new List<string?>();
        while (seen.Count < 1_200)
        {
            var message = await reading.NextAsync(Trade);
            Assert.Equal("update", message.GetProperty("type").GetString());
            seen.AddRange(message.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("trade_id").GetString()));
        }

        Assert.Equal(swept.Json.GetProperty("fills").EnumerateArray().Select(one => one.GetProperty("trade_id").GetString()), seen);
        (sequence, _, asks) = await service.DepthAsync(Market);
        await view.UntilAsync(sequence, 0);
        Assert.Equal(asks, view.Levels(bids: false));
        await view.SettleAsync(taker);
    }

    [Fact]
    public async Task Who_was_away_too_long_begins_again_with_a_snapshot()
    {
        await using var service = await Service.OpenAsync();
        var trader = await service.OpenTraderAsync("away", ("USDC", 1_000_000));
        long position;
        using (var socket = await TradingSocket.OpenAsync(service.Address, trader.Key))
        {
            await socket.SubscribeAsync("orders");
            position = (await socket.NextAsync("orders")).GetProperty("sequence").GetInt64();
        }

        // A little: the updates since then, in a chain that begins at the position.
        var id = (await trader.LimitAsync("buy", "10", "1"))["order_id"]!;
        using (var socket = await TradingSocket.OpenAsync(service.Address, trader.Key))
        {
            await socket.ResumeAsync("orders", position);
            var update = await socket.NextAsync("orders");
            Assert.Equal(
                ("update", position),
                (update.GetProperty("type").GetString(), update.GetProperty("previous").GetInt64()));
            Assert.Equal(id, update.GetProperty("data").GetProperty("orders")[0].GetProperty("order_id").GetString());
        }

        // More than is remembered (1,024 news): a snapshot, and so for a position that never was.
        for (var i = 0; i < 600; i++)
        {
            var placed = await trader.LimitAsync("buy", "9", "1");
            await service.MustAsync("DELETE", $"api/v1/order?market={Market}&order_id={placed["order_id"]}", key: trader.Key);
        }

        foreach (var since in (long[])[position, 0, 1_000_000_000_000])
        {
            using var socket = await TradingSocket.OpenAsync(service.Address, trader.Key);
            await socket.ResumeAsync("orders", since);
            var snapshot = await socket.NextAsync("orders");
            Assert.Equal("snapshot", snapshot.GetProperty("type").GetString());
            Assert.Equal(id, Assert.Single(snapshot.GetProperty("data").GetProperty("orders").EnumerateArray())
                .GetProperty("order_id").GetString());
        }
    }

    private static async Task<(string? Id, long Sequence)> NewestTradeAsync(Service service)
    {
        var newest = (await service.MustAsync("GET", $"api/v1/trades?market={Market}&limit=1")).Json;
        return newest.GetArrayLength() == 0
            ? (null, 0)
            : (newest[0].GetProperty("trade_id").GetString(), newest[0].GetProperty("sequence").GetInt64());
    }

    /// <summary>Orders of all kinds, one after the other.</summary>
    internal static async Task LoadAsync(List<Trader> traders, int orders, int seed)
    {
        var random = new Random(seed);
        var open = new List<(Trader Trader, string Id)>();
        for (var i = 0; i < orders; i++)
        {
            var trader = traders[random.Next(traders.Count)];
            var price = (90 + (random.Next(2_000) / 100m)).ToString(CultureInfo.InvariantCulture);
            var quantity = (random.Next(1, 5_000) / 1_000m).ToString(CultureInfo.InvariantCulture);
            var kind = random.Next(2) == 0 ? "buy" : "sell";
            switch (random.Next(10))
            {
                case < 3 when open.Count > 0:
                    var (owner, id) = open[random.Next(open.Count)];
                    await owner.Service.SendAsync("DELETE", $"api/v1/order?market={Market}&order_id={id}", key: owner.Key);
                    break;
                case 3 when open.Count > 0:
                    (owner, id) = open[random.Next(open.Count)];
                    await owner.Service.SendAsync("PATCH", "api/v1/order", new { market = Market, order_id = id, price, quantity }, owner.Key);
                    break;
                case 4:
                    await trader.PlaceAsync(new { market = Market, kind, type = "market", quantity, stp = "decrement" });
                    break;
                default:
                    var answer = await trader.PlaceAsync(new { market = Market, kind, price, quantity, stp = "cancel_oldest" });
                    if (answer.Status == 200)
                    {
                        open.Add((trader, answer["order_id"]!));
                    }

                    break;
            }
        }
    }
}
