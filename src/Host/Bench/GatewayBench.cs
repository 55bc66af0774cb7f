namespace Strikeline.Host.Bench;

/// <summary>How orders come in.</summary>
internal enum OrderWay
{
    /// <summary><c>POST /api/v1/order</c>, one request at a time on each connection.</summary>
    Http,

    /// <summary><c>order.place</c> on <c>/ws</c>, one at a time on each connection.</summary>
    WebSocket,
}

/// <summary>One thing to measure.</summary>
/// <param name="Way">How the orders come in.</param>
/// <param name="Connections">How many clients wait for an answer at the same time; each has an account.</param>
/// <param name="IsPinned">Whether the server and its clients share one core.</param>
/// <param name="OnDisk">Whether the journal is on a disk, and each answer behind an <c>fdatasync</c>; else it is in
/// memory, and nothing waits.</param>
/// <param name="PaceUs">Pause between an answer and the next order, in microseconds.</param>
internal sealed record GatewayCase(OrderWay Way, int Connections, bool IsPinned, bool OnDisk, int PaceUs = 0);

/// <summary>What was measured.</summary>
/// <param name="Case">What it was.</param>
/// <param name="IsBare">True for the baseline: a Kestrel that reads the request and sends an answer that it has
/// ready.</param>
/// <param name="Readings">What the clients saw.</param>
/// <param name="CpuMicros">Processor time of the server for one order.</param>
internal sealed record GatewayBenchRow(GatewayCase Case, bool IsBare, OrderReadings Readings, double CpuMicros);

/// <summary>Orders from a client's socket to the exchange and back, on the program as it runs, beside a server that
/// does nothing.</summary>
/// <remarks>
/// Three processes: this one, the server, and the clients, which share one thread. Every order is a limit order that
/// trades at once against one that rests, and alternates between buying and selling.
/// </remarks>
internal static class GatewayBench
{
    private const string Memory = "/dev/shm";

    private static readonly GatewayCase[] s_cases =
    [
        new(OrderWay.WebSocket, 1, IsPinned: true, OnDisk: false),
        new(OrderWay.WebSocket, 1, IsPinned: false, OnDisk: false),
        new(OrderWay.WebSocket, 1, IsPinned: false, OnDisk: true, PaceUs: 1_000),
        new(OrderWay.WebSocket, 32, IsPinned: false, OnDisk: false),
        new(OrderWay.WebSocket, 32, IsPinned: false, OnDisk: true),
        new(OrderWay.Http, 64, IsPinned: false, OnDisk: true),
    ];

    /// <summary>True where processes can be kept on one core here.</summary>
    public static bool CanPin { get; } = File.Exists(GatewayChild.Pinner);

    /// <summary>Measures every case, the baseline of each before it.</summary>
    /// <param name="data">A folder on the disk to measure.</param>
    /// <param name="seconds">Time that is measured, for each row.</param>
    /// <param name="only">Numbers of the cases from 1 on; empty for all.</param>
    /// <param name="progress">Told of each row.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<IReadOnlyList<GatewayBenchRow>> RunAsync(
        string data, int seconds, IReadOnlyCollection<int> only, Action<string> progress, CancellationToken stop)
    {
        var rows = new List<GatewayBenchRow>();
        foreach (var one in s_cases.Where((_, number) => only.Count == 0 || only.Contains(number + 1)))
        {
            foreach (var isBare in (bool[])[true, false])
            {
                var server = isBare ? "bare Kestrel" : "strikeline";
                progress($"{one.Way} of {server}, {one.Connections} at a time");
                stop.ThrowIfCancellationRequested();
                rows.Add(await MeasureAsync(one, isBare, data, seconds, stop));
            }
        }

        return rows;
    }

    private static async Task<GatewayBenchRow> MeasureAsync(
        GatewayCase one, bool isBare, string data, int seconds, CancellationToken stop)
    {
        var place = one.OnDisk || !Directory.Exists(Memory) ? data : Memory;
        var folder = Directory.CreateDirectory(Path.Combine(place, $"strikeline-gateway-{Environment.ProcessId}"));
        try
        {
            using var server = isBare
                ? await BareGateway.StartAsync(one.IsPinned, stop)
                : await RunningGateway.StartAsync(folder.FullName, one.IsPinned, stop);
            var keys = isBare
                ? [.. Enumerable.Repeat("none", one.Connections)]
                : await RunningGateway.OpenAccountsAsync(server.Port, folder.FullName, one.Connections, stop);
            using var load = OrderLoad.Start(
                new OrderLoadOptions(server.Port, one.Way, keys, seconds, one.PaceUs), one.IsPinned);
            await load.ExpectAsync(OrderLoad.Begins, stop);
            var cpu = server.ProcessorTime;
            var readings = await OrderLoad.ReadAsync(load, stop);
            cpu = server.ProcessorTime - cpu;
            return new GatewayBenchRow(one, isBare, readings, cpu.TotalMicroseconds / Math.Max(1, readings.Orders));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
