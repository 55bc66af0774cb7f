using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Strikeline.Host.Web.Trading;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Streams;

/// <summary>What a WebSocket client gets.</summary>
internal enum StreamMode
{
    /// <summary>The channels it subscribes to, in envelopes with sequence numbers.</summary>
    Channels,

    /// <summary>The answer of <c>/api/v1/feeds</c>, bare, four times a second.</summary>
    FeedsOnly,
}

/// <summary>
/// Builds each subscribed channel's newest state once and lets every client send it at its own pace. Nothing is queued:
/// a slow client loses states in between, never memory.
/// </summary>
internal sealed class StreamHub(Answers answers, Access access, Serilog.ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan EventStep = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(1);

    // What the kernel keeps for a client that does not read is bounded, and it is soon known for one.
    private const int SendBufferBytes = 64 * 1024;
    private const int AtOnce = 8;

    private readonly ConcurrentDictionary<string, StreamChannel> _channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<StreamClient, byte> _clients = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, EventChannel> _eventChannels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, OrdersChannel> _accounts = new();
    private readonly SemaphoreSlim _happened = new(0, 1);
    private Task _loop = Task.CompletedTask;
    private Task _pump = Task.CompletedTask;
    private int _isSignalled;

    /// <summary>The time of the data, Unix milliseconds.</summary>
    public long NowMs => Stamps.ToMillis(answers.Run.NowNanos);

    /// <summary>Starts building.</summary>
    public void Start()
    {
        _loop = Task.Run(RunAsync);
        if (answers.Run.Exchange is { } exchange)
        {
            exchange.Desk.Changed += Signal;
            _pump = Task.Run(PumpAsync);
        }
    }

    /// <summary>Writes down what should not have happened to a client's request.</summary>
    public void Failed(Exception failure) => log.Error(failure, "a request of a WebSocket client has failed");

    /// <summary>A client's own session.</summary>
    /// <param name="from">Where the client is.</param>
    public StreamSession Session(IPAddress? from) => new(access, answers.Run.Exchange?.Desk, from);

    /// <summary>Finds a channel of the exchange in which nothing is left out; null where there is none of the name. The
    /// streams of the reference (<c>Trades@</c>, <c>DEPTH@</c>) are other names of the same.</summary>
    public EventChannel? EventChannel(string name)
    {
        var at = name.IndexOf('@');
        if (at < 0 || answers.Run.Exchange?.Desk.Market(name[(at + 1)..]) is not { } market)
        {
            return null;
        }

        return name[..at].ToLowerInvariant() switch
        {
            "depth" => _eventChannels.GetOrAdd("depth@" + market.Spot.Name, _ => new DepthChannel(market)),
            "trade" or "trades" => _eventChannels.GetOrAdd("trade@" + market.Spot.Name, _ => new TradeChannel(market)),
            _ => null,
        };
    }

    /// <summary>An account's own channel; null for nobody's.</summary>
    public OrdersChannel? Orders(int? account) =>
        account is { } number && answers.Run.Exchange is { } exchange
            ? _accounts.GetOrAdd(number, _ => new OrdersChannel(exchange.Desk, number))
            : null;

    /// <summary>Serves one client until it goes.</summary>
    public async Task AcceptAsync(HttpContext context, StreamMode mode)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problems.Of(
                StatusCodes.Status400BadRequest, "websocket_expected", "this route speaks WebSocket",
                "connect with a WebSocket client").ExecuteAsync(context);
            return;
        }

        var guest = ConnectionGate.Of(context);
        if (guest is { HasRoom: false })
        {
            await Problems.Of(
                StatusCodes.Status503ServiceUnavailable, "too_many_clients", "no further client can be served",
                "try again later").ExecuteAsync(context);
            return;
        }

        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
        {
            connection.Socket.SendBufferSize = SendBufferBytes;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted);
        using var client = new StreamClient(socket, this, mode, context.Connection.RemoteIpAddress, guest, end);
        _clients.TryAdd(client, 0);
        try
        {
            await client.RunAsync();
        }
        finally
        {
            _clients.TryRemove(client, out _);
        }
    }

    /// <summary>Finds a channel by name; null where there is no such channel.</summary>
    public StreamChannel? Channel(string name)
    {
        if (_channels.TryGetValue(name, out var known))
        {
            return known;
        }

        var made = Make(name);
        return made is null ? null : _channels.GetOrAdd(name, made);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (answers.Run.Exchange is { } exchange)
        {
            exchange.Desk.Changed -= Signal;
        }

        await _stop.CancelAsync();
        await _loop;
        await _pump;
        _happened.Dispose();
    }

    // On the exchange's delivery: only says that something has happened.
    private void Signal()
    {
        if (Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _happened.Release();
        }
    }

    // Wakes the clients, at most every few milliseconds: a busy exchange is told of in larger pieces.
    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                await _happened.WaitAsync(_stop.Token);
                Volatile.Write(ref _isSignalled, 0);
                foreach (var channel in _eventChannels.Values.Concat(_accounts.Values))
                {
                    Seal(channel);
                }

                await WakeAsync(client => client.WakeForEvents());
                await Task.Delay(EventStep, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    // A few at a time: thousands of clients would else stand in front of every order, in the queue that all share.
    private async Task WakeAsync(Func<StreamClient, bool> wake)
    {
        var woken = 0;
        foreach (var (client, _) in _clients)
        {
            if (wake(client) && ++woken % AtOnce == 0)
            {
                await Task.Delay(Between, _stop.Token);
            }
        }
    }

    private void Seal(EventChannel channel)
    {
        try
        {
            channel.Seal(NowMs);
        }
        catch (Exception e)
        {
            // As below.
            log.Error(e, "channel {Channel} could not be written", channel.Name);
        }
    }

    private bool Build(StreamChannel channel, long now)
    {
        try
        {
            return channel.BuildWhenDue(now, Stamps.ToMillis(answers.Run.NowNanos));
        }
        catch (Exception e)
        {
            // One channel that cannot be built must not silence the others.
            log.Error(e, "channel {Channel} could not be built", channel.Name);
            return false;
        }
    }

    private StreamChannel? Make(string name)
    {
        var at = name.IndexOf('@');
        var argument = at < 0 ? string.Empty : name[(at + 1)..];
        switch (at < 0 ? name : name[..at])
        {
            case "status" when at < 0:
                return new(name, 1_000, () => JsonSerializer.SerializeToUtf8Bytes(
                    answers.Status(), HostJson.Default.StatusAnswer));
            case "feeds" when at < 0:
                return new(name, 250, () => JsonSerializer.SerializeToUtf8Bytes(
                    answers.Feeds(), HostJson.Default.FeedsAnswer));
            case "prices" when at < 0:
                return new(name, 200, answers.Prices);
            case "markets" when Symbol.TryParse(argument, out var symbol) && answers.TryMarkets(symbol, out _):
                return new(name, 200, () => answers.TryMarkets(symbol, out var json) ? json : []);
            case "ticker" or "Ticker" when answers.Run.Exchange?.Desk.Market(argument) is { } market:
                return new($"ticker@{market.Spot.Name}", 250, () => JsonSerializer.SerializeToUtf8Bytes(
                    TradingRows.Ticker(market, answers.Run.NowNanos), HostJson.Default.TickerRow));
            case var kline when kline.StartsWith("kline_", StringComparison.Ordinal)
                && HistoryRoutes.Intervals.TryGetValue(kline["kline_".Length..], out var interval)
                && answers.Run.Exchange?.Desk is { } desk && desk.Market(argument) is { } traded:
                return new($"{kline}@{traded.Spot.Name}", 250, () => HistoryRoutes.Kline(
                    desk.Newest(traded, interval), traded.Spot));
            case "books" when answers.KnowsAsset(argument):
                return new(name, 150, () => JsonSerializer.SerializeToUtf8Bytes(
                    answers.Books(argument), HostJson.Default.BooksAnswer));
            default:
                return null;
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Step);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var now = Stopwatch.GetTimestamp();
                var built = false;
                foreach (var channel in _channels.Values)
                {
                    if (channel.Subscribers == 0)
                    {
                        channel.Rest();
                    }
                    else
                    {
                        built |= Build(channel, now);
                    }
                }

                foreach (var (client, _) in _clients)
                {
                    client.CutWhenStuck();
                }

                if (built)
                {
                    await WakeAsync(client => client.WakeForStates());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
