using System.Diagnostics;
using System.Text.Json;
using Strikeline.Host.Web;

namespace Strikeline.Host.Bench;

/// <summary>What the clients shall do.</summary>
/// <param name="Port">The server's loopback port.</param>
/// <param name="Way">How the orders go in.</param>
/// <param name="Keys">An API key for each connection.</param>
/// <param name="Seconds">Time that is measured.</param>
/// <param name="PaceUs">Pause between an answer and the next order, in microseconds.</param>
internal sealed record OrderLoadOptions(int Port, OrderWay Way, string[] Keys, int Seconds, int PaceUs);

/// <summary>What the clients saw.</summary>
/// <param name="Orders">Answers in the time that was measured.</param>
/// <param name="Refused">Of these, those that were no filled order.</param>
/// <param name="Seconds">The time.</param>
/// <param name="P50Us">Median of the time from the order's write to its answer, in microseconds.</param>
/// <param name="P99Us">99th percentile.</param>
internal sealed record OrderReadings(long Orders, long Refused, double Seconds, double P50Us, double P99Us);

/// <summary>Clients that place orders, one at a time each, on one thread.</summary>
/// <remarks>One thread asks each connection in turn for its answer and sends the next order at once: what is measured
/// shall be the server.</remarks>
internal static class OrderLoad
{
    /// <summary>The hidden command behind it.</summary>
    public const string CommandName = "gateway-load";

    /// <summary>What the child says when it has warmed up.</summary>
    public const string Begins = "begins";

    /// <summary>Where orders go.</summary>
    public const string Route = "/api/v1/order";

    /// <summary>The same on a WebSocket.</summary>
    public const string SocketRoute = "/ws";

    /// <summary>The market.</summary>
    public const string Market = "sol/usdc";

    /// <summary>What rests to be sold to.</summary>
    public const string Bid = "149.99";

    /// <summary>What rests to be bought.</summary>
    public const string Ask = "150.01";

    private const string Ends = "readings ";
    private const double WarmUpStepSeconds = 2;
    private const double LeastWarmUpSeconds = 10;
    private const double MostWarmUpSeconds = 40;
    private const long WarmUpOrders = 150_000;
    private const int MostReadings = 4_000_000;

    /// <summary>Starts the clients in a process of their own.</summary>
    public static GatewayChild Start(OrderLoadOptions options, bool isPinned)
    {
        var child = GatewayChild.Start(isPinned, "bench", CommandName);
        child.Tell(JsonSerializer.Serialize(options, HostJson.Default.OrderLoadOptions));
        return child;
    }

    /// <summary>Waits for what they have seen.</summary>
    public static async Task<OrderReadings> ReadAsync(GatewayChild child, CancellationToken stop) =>
        JsonSerializer.Deserialize(await child.ExpectAsync(Ends, stop), HostJson.Default.OrderReadings)!;

    /// <summary>The child's side.</summary>
    public static async Task LiveAsync(TextReader input, TextWriter output)
    {
        var options = JsonSerializer.Deserialize(
            await input.ReadLineAsync() ?? "null", HostJson.Default.OrderLoadOptions)
            ?? throw new InvalidOperationException("the clients were not told what to do");
        var clients = new List<OrderClient>();
        foreach (var key in options.Keys)
        {
            clients.Add(await OrderClient.OpenAsync(options.Port, options.Way, key));
        }

        var latencies = new long[MostReadings];
        WarmUp(clients, latencies);
        await output.WriteLineAsync(Begins);
        await output.FlushAsync();
        var started = Stopwatch.GetTimestamp();
        var (orders, refused) = Turn(clients, options.PaceUs, options.Seconds, latencies);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var seen = latencies.AsSpan(0, (int)Math.Min(orders, latencies.Length));
        seen.Sort();
        var readings = new OrderReadings(
            orders, refused, Math.Round(seconds, 3), Micros(seen, 0.5), Micros(seen, 0.99));
        await output.WriteLineAsync(Ends + JsonSerializer.Serialize(readings, HostJson.Default.OrderReadings));
        await output.FlushAsync();
        clients.ForEach(client => client.Dispose());
    }

    // Until the compiler has seen enough to be done: on one core that takes its time.
    private static void WarmUp(List<OrderClient> clients, long[] latencies)
    {
        var started = Stopwatch.GetTimestamp();
        for (var orders = 0L; ;)
        {
            orders += Turn(clients, paceUs: 0, WarmUpStepSeconds, latencies).Orders;
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (seconds >= MostWarmUpSeconds || (seconds >= LeastWarmUpSeconds && orders >= WarmUpOrders))
            {
                return;
            }
        }
    }

    private static (long Orders, long Refused) Turn(
        List<OrderClient> clients, int paceUs, double seconds, long[] latencies)
    {
        var (orders, refused) = (0L, 0L);
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        clients.ForEach(client => client.Send());
        while (true)
        {
            var now = 0L;
            foreach (var client in clients)
            {
                var isFilled = client.Receive();
                now = Stopwatch.GetTimestamp();
                latencies[orders % latencies.Length] = now - client.SentAt;
                orders++;
                refused += isFilled ? 0 : 1;
                if (now < until)
                {
                    Pause(paceUs);
                    client.Send();
                }
            }

            if (now >= until)
            {
                clients.Where(client => client.Waits).ToList().ForEach(client => client.Receive());
                return (orders, refused);
            }
        }
    }

    private static void Pause(int micros)
    {
        if (micros > 0)
        {
            // The client's own pause, which is part of what is measured: there is nothing to wait for.
            Thread.Sleep(TimeSpan.FromMicroseconds(micros));
        }
    }

    private static double Micros(Span<long> sorted, double share) => sorted.Length == 0 ? 0
        : Math.Round(sorted[(int)(share * (sorted.Length - 1))] * 1e6 / Stopwatch.Frequency, 1);
}
