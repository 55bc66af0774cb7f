using System.Diagnostics;

namespace Strikeline.Host.Bench;

/// <summary>What <see cref="SlowClientsBench"/> is asked for.</summary>
/// <param name="Silent">Clients that subscribe to everything and never read.</param>
/// <param name="Seconds">Time of each part of a round: one order at a time, then many.</param>
/// <param name="Rounds">How often without them and with them.</param>
internal sealed record SlowClientsOptions(int Silent, int Seconds, int Rounds);

/// <summary>One round.</summary>
/// <param name="Silent">Clients that never read.</param>
/// <param name="P50Us">An order's round trip, one at a time: median, in microseconds.</param>
/// <param name="P99Us">99th percentile.</param>
/// <param name="OrdersPerSecond">Orders of many connections.</param>
/// <param name="GrownMegabytes">The server's resident memory above that before the clients came, at most.</param>
internal sealed record SlowClientsRow(
    int Silent, double P50Us, double P99Us, double OrdersPerSecond, double GrownMegabytes);

/// <summary>
/// Orders over WebSocket, alone and beside very many clients that subscribe to everything and never read. The first
/// seconds of those count too: it is then that they cost most.
/// </summary>
internal static class SlowClientsBench
{
    private const int Traders = 32;
    private const int ConnectAtOnce = 50;
    private const double WarmUpSeconds = 6;
    private const int WarmUpCrowdSeconds = 2;

    private static readonly byte[] Wishes = OrderClient.Frame(
        """{"op":"subscribe","channels":["orders","depth@SOL/USDC","trade@SOL/USDC","ticker@SOL/USDC"]}""");

    public static async Task<IReadOnlyList<SlowClientsRow>> RunAsync(
        SlowClientsOptions options, Action<string> progress, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-bench-");
        try
        {
            using var server = await RunningGateway.StartAsync(folder.FullName, isPinned: false, stop);
            var keys = await RunningGateway.OpenAccountsAsync(server.Port, folder.FullName, Traders, stop);
            return await RunAsync(server, keys, options, progress);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<SlowClientsRow>> RunAsync(
        GatewayChild server, string[] keys, SlowClientsOptions options, Action<string> progress)
    {
        var traders = new List<OrderClient>();
        var rows = new List<SlowClientsRow>();
        try
        {
            foreach (var key in keys)
            {
                traders.Add(await OrderClient.OpenAsync(server.Port, OrderWay.WebSocket, key));
            }

            progress("nothing yet: warming up");
            Place(traders, WarmUpSeconds);
            await RoundAsync(server, keys, traders, options.Silent, WarmUpCrowdSeconds);
            for (var round = 0; round < 2 * options.Rounds; round++)
            {
                var silent = round % 2 == 0 ? 0 : options.Silent;
                progress($"beside {silent} that never read");
                rows.Add(await RoundAsync(server, keys, traders, silent, options.Seconds));
            }
        }
        finally
        {
            traders.ForEach(trader => trader.Dispose());
        }

        return rows;
    }

    private static async Task<SlowClientsRow> RoundAsync(
        GatewayChild server, string[] keys, List<OrderClient> traders, int silent, int seconds)
    {
        var before = server.ResidentBytes;
        var most = before;
        var crowd = new List<BenchSocket>();
        using var end = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                most = Math.Max(most, server.ResidentBytes);
                await Task.Delay(50);
            }
        });
        try
        {
            for (var opened = 0; opened < silent; opened += ConnectAtOnce)
            {
                var batch = Math.Min(ConnectAtOnce, silent - opened);
                crowd.AddRange(await Task.WhenAll(Enumerable.Range(opened, batch).Select(
                    i => SilentAsync(server.Port, keys[i % keys.Length]))));
            }

            var trips = Place([traders[0]], seconds);
            var clock = Stopwatch.StartNew();
            var orders = Place(traders, seconds).Length / clock.Elapsed.TotalSeconds;
            Array.Sort(trips);
            return new SlowClientsRow(
                silent, Micros(trips, 0.5), Micros(trips, 0.99), orders, (most - before) / 1e6);
        }
        finally
        {
            await end.CancelAsync();
            await watching;
            crowd.ForEach(client => client.Dispose());
        }
    }

    private static async Task<BenchSocket> SilentAsync(int port, string key)
    {
        var client = await BenchSocket.OpenAsync(port, OrderLoad.SocketRoute);
        await client.SendAsync(OrderClient.Frame($"{{\"op\":\"auth\",\"key\":\"{key}\"}}"));
        await client.SendAsync(Wishes);
        return client;
    }

    // Each trader's next order when its last one is answered; the round trips, by the monotonic clock.
    private static long[] Place(List<OrderClient> traders, double seconds)
    {
        var trips = new List<long>();
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        traders.ForEach(trader => trader.Send());
        while (traders.Exists(trader => trader.Waits))
        {
            foreach (var trader in traders.Where(trader => trader.Waits))
            {
                if (!trader.Receive())
                {
                    throw new InvalidOperationException("an order was not filled, or a trader was cut off");
                }

                var now = Stopwatch.GetTimestamp();
                trips.Add(now - trader.SentAt);
                if (now < until)
                {
                    trader.Send();
                }
            }
        }

        return [.. trips];
    }

    private static double Micros(long[] sorted, double share) =>
        sorted[(int)(share * (sorted.Length - 1))] * 1e6 / Stopwatch.Frequency;
}
