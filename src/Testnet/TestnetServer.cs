using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Strikeline.Kernel;
using Strikeline.Testnet.Kalshi;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Testnet;

/// <summary>A running testnet: a listener for each venue on loopback, one market floor behind them.</summary>
/// <remarks>
/// Safe from any thread. It has no console output and no container; stop it with <see cref="StopAsync"/>.
/// </remarks>
public sealed class TestnetServer : IAsyncDisposable
{
    private readonly MarketFloor _floor;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly TimeProvider _clock;
    private readonly long _seed;
    private TraderCrowd? _traders;

    private TestnetServer(
        MarketFloor floor, KestrelServer server, TestnetEndpoints endpoints, TimeProvider clock, long seed)
    {
        (_clock, _seed) = (clock, seed);
        _floor = floor;
        _server = server;
        Endpoints = endpoints;
        _loop = Task.Run(() => RunAsync(clock, _stop.Token));
    }

    /// <summary>Where it is reached.</summary>
    public TestnetEndpoints Endpoints { get; }

    /// <summary>
    /// Ends when the markets stop: after <see cref="StopAsync"/>, or with the failure that stopped them.
    /// </summary>
    public Task Completion => _loop;

    /// <summary>Opens the markets and listens.</summary>
    /// <exception cref="TestnetException">A port is taken, or an option is out of range.</exception>
    public static async Task<TestnetServer> StartAsync(
        TestnetOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        Check(options);
        var script = options.Script ?? new SeededMarket(options.Seed, options.Rate, options.Depth);
        var floor = new MarketFloor(script, options.Seed, options.BinanceConnectionLife, clock.UnixNanos());
        var kalshi = new KalshiBooth(options.Kalshi, floor, clock, options.Seed, options.Rate);
        floor.Guests.Add(kalshi);
        var polymarket = new PolymarketBooth(options.Polymarket, floor, clock, options.Seed);
        floor.Guests.Add(polymarket);
        var doors = Doors(options);
        var ports = new Dictionary<int, Venue>();
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = TestnetLimits.ControlBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = TestnetLimits.Connections * 2;
        var listening = new List<(Venue Venue, ListenOptions Listen)>();
        foreach (var (venue, port) in doors)
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listening.Add((venue, listen)));
        }

        ListenOptions? kalshiDoor = null;
        kestrel.Listen(IPAddress.Loopback, options.Kalshi.Port, listen => kalshiDoor = listen);
        var polymarketDoors = new List<ListenOptions>();
        foreach (var port in PolymarketPorts(options))
        {
            kestrel.Listen(IPAddress.Loopback, port, polymarketDoors.Add);
        }

        var server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        var wire = new WireServer(floor, ports, clock, options.BinancePing);
        try
        {
            await server.StartAsync(wire, cancellationToken);
        }
        catch (IOException taken)
        {
            server.Dispose();
            throw new TestnetException(
                $"testnet: {taken.Message.TrimEnd('.')}; stop what uses the port, or choose another", taken);
        }

        foreach (var (venue, listen) in listening)
        {
            ports[listen.IPEndPoint!.Port] = venue;
        }

        var kalshiPort = kalshiDoor!.IPEndPoint!.Port;
        wire.Guests[kalshiPort] = kalshi;
        var polymarketPorts = polymarketDoors.ConvertAll(listen => listen.IPEndPoint!.Port);
        polymarketPorts.ForEach(port => wire.Guests[port] = polymarket);
        var endpoints = Describe(ports) with
        {
            Kalshi = EndpointOf(kalshiPort),
            Polymarket = polymarket.Listens(polymarketPorts[0], polymarketPorts[1], polymarketPorts[2]),
        };
        return new TestnetServer(floor, server, endpoints, clock, options.Seed);
    }

    /// <summary>Lets simulated traders trade on an exchange around the prices of these markets, until this is
    /// stopped.</summary>
    /// <remarks>Once; what fails in them is told of where faults of the testnet itself are.</remarks>
    public void StartTraders(TraderPlan plan)
    {
        if (_traders is not null)
        {
            throw new InvalidOperationException("the traders trade already");
        }

        _traders = TraderCrowd.Start(
            plan, _seed, Price, _floor.Traders, _floor.Failed, _clock, TraderCrowd.NewWire());
    }

    /// <summary>Closes every connection and stops the markets.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        if (_traders is not null)
        {
            await _traders.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_floor.Gate)
        {
            foreach (var line in _floor.Booths.SelectMany(booth => booth.Lines).ToArray())
            {
                line.Abort();
            }

            _floor.Guests.ForEach(guest => guest.CutAll());
        }

        await _server.StopAsync(cancellationToken);
        _server.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static void Check(TestnetOptions options)
    {
        if (options.Rate is not (>= 0.01 and <= 100))
        {
            throw new TestnetException($"testnet: rate {options.Rate} is out of range; choose 0.01 to 100");
        }

        if (options.Depth is < 50 or > 5000)
        {
            throw new TestnetException($"testnet: depth {options.Depth} is out of range; choose 50 to 5000");
        }

        if (options.Kalshi.Port is < 0 or > 65535)
        {
            throw new TestnetException(
                $"testnet: {options.Kalshi.Port} is no port for {Venue.Kalshi.Name()}; choose 0 to 65535");
        }

        if (PolymarketPorts(options).FirstOrDefault(port => port is < 0 or > 65535) is not 0 and var wrong)
        {
            throw new TestnetException($"testnet: {wrong} is no port for polymarket; choose 0 to 65535");
        }

        foreach (var (venue, port) in Doors(options))
        {
            if (port is < 0 or > 65535)
            {
                throw new TestnetException($"testnet: {port} is no port for {NameOf(venue)}; choose 0 to 65535");
            }
        }
    }

    private static (Venue Venue, int Port)[] Doors(TestnetOptions options) =>
    [
        (Venue.None, options.ControlPort), (Venue.Binance, options.BinancePort),
        (Venue.Coinbase, options.CoinbasePort), (Venue.Kraken, options.KrakenPort), (Venue.Bybit, options.BybitPort),
    ];

    private static int[] PolymarketPorts(TestnetOptions options) =>
        [options.Polymarket.ClobPort, options.Polymarket.GammaPort, options.Polymarket.LivePort];

    private static string NameOf(Venue venue) => venue == Venue.None ? "the control server" : venue.Name();

    private static TestnetEndpoints Describe(Dictionary<int, Venue> ports)
    {
        var byVenue = ports.ToDictionary(entry => entry.Value, entry => entry.Key);
        return new TestnetEndpoints(
            $"http://127.0.0.1:{byVenue[Venue.None]}", Of(Venue.Binance), Of(Venue.Coinbase), Of(Venue.Kraken),
            Of(Venue.Bybit));

        VenueEndpoint Of(Venue venue) => EndpointOf(byVenue[venue]);
    }

    private static VenueEndpoint EndpointOf(int port) => new($"ws://127.0.0.1:{port}", $"http://127.0.0.1:{port}");

    private double? Price(string asset)
    {
        lock (_floor.Gate)
        {
            return _floor.Price(asset);
        }
    }

    private async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / MarketFloor.StepsPerSecond), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                lock (_floor.Gate)
                {
                    _floor.CatchUp(clock.UnixNanos());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The only way out of the loop.
        }
    }
}
