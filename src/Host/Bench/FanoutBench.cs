using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Host.Composition;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Host.Bench;

/// <summary>What <see cref="FanoutBench"/> is asked for.</summary>
/// <param name="Clients">WebSocket clients that read.</param>
/// <param name="Silent">Further clients that never read.</param>
/// <param name="Hz">Messages a second.</param>
/// <param name="Quotes">Quotes in each message: about 770 bytes each.</param>
/// <param name="Seconds">Time that is measured.</param>
internal sealed record FanoutBenchOptions(int Clients, int Silent, int Hz, int Quotes, int Seconds);

/// <summary>One way of serving the clients.</summary>
/// <param name="Name">The way.</param>
/// <param name="Clients">Clients that read.</param>
/// <param name="Silent">Clients that never read.</param>
/// <param name="MessageBytes">Size of a message.</param>
/// <param name="Readings">What the clients saw.</param>
/// <param name="CpuMicrosPerMessage">Processor time of the server for one message to one client.</param>
/// <param name="BytesPerMessage">Bytes that the server allocated for one message to one client.</param>
/// <param name="GrownMegabytes">By how much the server's resident memory grew over all clients.</param>
internal sealed record FanoutBenchRow(
    string Name,
    int Clients,
    int Silent,
    int MessageBytes,
    FanoutReadings Readings,
    double CpuMicrosPerMessage,
    double BytesPerMessage,
    double GrownMegabytes);

/// <summary>
/// One ladder to very many WebSocket clients, which live in a process of their own on the same machine.
/// </summary>
/// <remarks>
/// The baseline is what a straightforward server does: it serialises the message for each client and sends it with the
/// platform's WebSocket.
/// </remarks>
internal static class FanoutBench
{
    private const int WarmUpSeconds = 3;

    private static readonly Symbol Btc = Symbol.Parse("BTC/USDT");

    public static async Task<IReadOnlyList<FanoutBenchRow>> RunAsync(
        FanoutBenchOptions options, Action<string> progress)
    {
        var rows = new List<FanoutBenchRow>
        {
            await OneAsync("shared frame", options with { Silent = 0 }, Shared, progress),
        };
        if (options.Silent > 0)
        {
            rows.Add(await OneAsync("shared frame", options, Shared, progress));
        }

        rows.Add(await OneAsync("serialised for each client", options with { Silent = 0 }, Plain, progress));
        return rows;
    }

    private static async Task<FanoutBenchRow> OneAsync(
        string name, FanoutBenchOptions options, Func<Func<StrikeSnapshot>, Way> open, Action<string> progress)
    {
        progress($"{name}, {options.Clients} clients, {options.Silent} that never read");
        using var ladders = new Ladders(options.Quotes);
        await using var way = open(() => ladders.Newest);
        await using var server = await BenchServer.StartAsync(app => app.Map("/ws/markets", way.AcceptAsync));
        GC.Collect();
        var before = Process.GetCurrentProcess().WorkingSet64;
        using var clients = await FanoutCrowd.StartAsync(server.Port, options.Clients, options.Silent);
        await TickAsync(options.Hz, WarmUpSeconds, ladders, way);
        clients.Mark();

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var ticks = await TickAsync(options.Hz, options.Seconds, ladders, way);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        var grown = Process.GetCurrentProcess().WorkingSet64 - before;
        var readings = await clients.FinishAsync();
        var messages = (double)ticks * options.Clients;
        return new FanoutBenchRow(
            name, options.Clients, options.Silent, readings.MessageBytes, readings,
            cpu.TotalMicroseconds / messages, allocated / messages, grown / 1e6);
    }

    private static async Task<int> TickAsync(int hz, int seconds, Ladders ladders, Way way)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / hz));
        for (var tick = 0; tick < hz * seconds; tick++)
        {
            await timer.WaitForNextTickAsync();
            ladders.Renew();
            await way.PublishAsync(ladders.Newest);
        }

        return hz * seconds;
    }

    private static Way Shared(Func<StrikeSnapshot> newest) => new SharedWay(newest());

    private static Way Plain(Func<StrikeSnapshot> newest) => new PlainWay();

    /// <summary>One way of serving.</summary>
    private abstract class Way : IAsyncDisposable
    {
        public abstract Task AcceptAsync(HttpContext context);

        public abstract Task PublishAsync(StrikeSnapshot snapshot);

        public abstract ValueTask DisposeAsync();
    }

    private sealed class SharedWay : Way
    {
        private readonly MarketBroadcast _broadcast;
        private Exception? _failure;

        public SharedWay(StrikeSnapshot first)
        {
            _broadcast = new MarketBroadcast(TimeSpan.Zero, TimeProvider.System, e => _failure = e);
            _broadcast.Start([first], "bench");
        }

        public override Task AcceptAsync(HttpContext context) => MarketSocket.AcceptAsync(context, _broadcast);

        public override Task PublishAsync(StrikeSnapshot snapshot)
        {
            _broadcast.OnMarkets(snapshot, snapshot.Markets);
            return _failure is null ? Task.CompletedTask : Task.FromException(_failure);
        }

        public override ValueTask DisposeAsync()
        {
            _broadcast.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class PlainWay : Way
    {
        private readonly List<WebSocket> _sockets = [];
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _sequence;

        public override async Task AcceptAsync(HttpContext context)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            lock (_sockets)
            {
                _sockets.Add(socket);
            }

            await _end.Task;
        }

        public override async Task PublishAsync(StrikeSnapshot snapshot)
        {
            WebSocket[] sockets;
            lock (_sockets)
            {
                sockets = [.. _sockets];
            }

            _sequence++;
            var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await Task.WhenAll(sockets.Select(socket => socket.SendAsync(
                Message(snapshot, at), WebSocketMessageType.Text, true, CancellationToken.None)));
        }

        public override ValueTask DisposeAsync()
        {
            _end.TrySetResult();
            return ValueTask.CompletedTask;
        }

        private byte[] Message(StrikeSnapshot snapshot, long at)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartObject();
                writer.WriteString("type", "update");
                writer.WriteNumber("sequence", _sequence);
                writer.WriteNumber("at", at);
                writer.WritePropertyName("markets");
                StrikesJson.WriteMarkets(writer, snapshot.Markets);
                writer.WriteEndObject();
            }

            return stream.ToArray();
        }
    }

    /// <summary>A ladder of the wanted size, renewed by the production loop at each tick.</summary>
    private sealed class Ladders : IMarketSink, IDisposable
    {
        private readonly SolanaKeypair _key = new(new byte[Ed25519.SeedSize]);
        private readonly Ed25519Signer _signer;
        private readonly StrikeLoop _loop;
        private readonly SteadyClock _clock = new();
        private int _ticks;

        public Ladders(int quotes)
        {
            _signer = _key.OpenSigner();
            _loop = new StrikeLoop(
                [
                    new SeriesOptions
                    {
                        Symbol = Btc, SpacingE8 = 100 * DecimalText.Scale(8), StrikesEachSide = 0,
                        OpenExpiries = quotes, MinRenewMs = 1,
                    },
                ],
                new QuoteIssuer(new QuoteTerms("bench"), _signer, 1),
                this);
            Renew();
        }

        public StrikeSnapshot Newest { get; private set; } = null!;

        public void Renew()
        {
            // Up and down by enough that every quote is renewed.
            var now = _clock.UnixNanos();
            var spot = (76_300 + (10 * (_ticks++ % 2))) * DecimalText.Scale(8);
            _loop.OnPrice(
                new AggregatedMarket(Btc, spot, 4, 900_000, default, 0, [], PriceReason.None, now), now);
        }

        public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed) => Newest = snapshot;

        public void Dispose()
        {
            _signer.Dispose();
            _key.Dispose();
        }
    }
}
