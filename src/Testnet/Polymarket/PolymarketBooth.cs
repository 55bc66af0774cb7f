using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Polymarket's side: Gamma, the CLOB with its channels, and both price feeds, on three ports.</summary>
/// <remarks>docs/venues/polymarket.md says what it was written from, and what is the testnet's own.</remarks>
internal sealed class PolymarketBooth : IFloorGuest, IClobFeed
{
    private const long SecondSteps = MarketFloor.StepsPerSecond;
    private static readonly TimeSpan BoltPing = TimeSpan.FromSeconds(25);

    private readonly MarketFloor _floor;
    private readonly TimeProvider _clock;
    private readonly PolymarketOptions _options;
    private readonly PolymarketFaults _faults = new();
    private readonly PriceOracle _oracle;
    private readonly ApiKeys _keys;
    private readonly PriceHistory _history = new();
    private readonly OutcomeCrowd? _crowd;
    private readonly GammaRest _gamma;
    private readonly ClobRest _rest;
    private readonly ClobTrading _trading;
    private readonly MarketChannel _market;
    private readonly UserChannel _user;
    private readonly RtdsFeed _rtds;
    private readonly PolyBoltFeed _bolt;
    private readonly TokenBucket _clobBucket = new(ClobLimits.ClobBurst, ClobLimits.ClobPerSecond);
    private readonly TokenBucket _gammaBucket = new(ClobLimits.GammaBurst, ClobLimits.GammaPerSecond);
    private long _lastLine;
    private int _clobPort;
    private int _gammaPort;

    public PolymarketBooth(PolymarketOptions options, MarketFloor floor, TimeProvider clock, long seed)
    {
        (_floor, _clock, _options) = (floor, clock, options);
        _oracle = new PriceOracle(floor);
        _oracle.Sample(floor.NowNanos);
        _keys = new ApiKeys(seed);
        Exchange = new ClobExchange(options, seed, floor.NowNanos, this)
        {
            Fails = market => _faults.Stands(PolymarketFaultKind.Ghost, market, _floor.NowNanos),
        };
        Catalog = new OutcomeCatalog(options, Exchange, _oracle, seed, floor.NowNanos);
        _gamma = new GammaRest(Catalog, options, _faults);
        _rest = new ClobRest(Catalog, _history, _faults);
        _trading = new ClobTrading(Catalog, Exchange, _keys, _faults, options);
        _market = new MarketChannel(Catalog, _faults);
        _user = new UserChannel(_keys, _faults);
        _rtds = new RtdsFeed(_oracle, _faults);
        _bolt = new PolyBoltFeed(_oracle, Catalog, _keys, _faults);
        _market.Second(floor.NowNanos, isOpening: true);
        _crowd = options.Crowd ? new OutcomeCrowd(Catalog, Exchange, _oracle, options, seed, floor.NowNanos) : null;
    }

    /// <inheritdoc/>
    public string Name => "polymarket";

    /// <summary>The exchange itself, for tests.</summary>
    public ClobExchange Exchange { get; }

    /// <summary>What there is to trade, for tests.</summary>
    public OutcomeCatalog Catalog { get; }

    /// <summary>What arbitrage lies there, for tests; null where nobody lays any.</summary>
    public CrumbPlan? Crumbs => _crowd?.Crumbs;

    /// <summary>The settlement source, for tests.</summary>
    public PriceOracle Oracle => _oracle;

    private IEnumerable<LineChannel> Channels => [_market, _user, _rtds, _bolt];

    /// <summary>Says which port is whose, once they are known.</summary>
    public PolymarketEndpoints Listens(int clob, int gamma, int live)
    {
        (_clobPort, _gammaPort) = (clob, gamma);
        return new PolymarketEndpoints(
            $"http://127.0.0.1:{clob}", $"ws://127.0.0.1:{clob}/ws", $"http://127.0.0.1:{gamma}",
            $"ws://127.0.0.1:{live}", $"ws://127.0.0.1:{live}/ws",
            [.. Catalog.Events.Where(one => one.Kind != EventKind.UpDown && !one.IsClosed).Select(one => one.Slug)]);
    }

    /// <inheritdoc/>
    public void Step(long step, long nowNanos)
    {
        _faults.Expire(nowNanos);
        _trading.Step(nowNanos);
        Exchange.Step(nowNanos);
        if (step % SecondSteps == 0)
        {
            _oracle.Sample(nowNanos);
            Catalog.Second(nowNanos);
            _history.Second(Catalog, nowNanos);
            _market.Second(nowNanos, isOpening: false);
            _rtds.Second(nowNanos);
            _bolt.Second(nowNanos);
            Exchange.Forget(nowNanos - (ClobLimits.KeptSeconds * Stamps.NanosPerSecond));
        }

        if (step % (_options.DeadManSweep.Ticks / TimeSpan.TicksPerMillisecond / 10) == 0)
        {
            _trading.Sweep(nowNanos);
        }

        _crowd?.Step(nowNanos);
        _market.Flush(nowNanos);
    }

    /// <summary>Answers a request; under the floor's lock.</summary>
    public ClobAnswer Answer(ClobRequest request, bool isGamma)
    {
        var now = request.NowNanos;
        var delay = _faults.DelayNanos(now);
        if (_faults.Stands(PolymarketFaultKind.Refuse, null, now))
        {
            return ClobAnswer.Of(ClobRest.Error(503, "Service Unavailable"));
        }

        if (!(isGamma ? _gammaBucket : _clobBucket).TryTake(1, now))
        {
            return new ClobAnswer(ClobRest.Error(429, "Too Many Requests"), [("Retry-After", "1")]);
        }

        var answer = isGamma ? ClobAnswer.Of(_gamma.Answer(request))
            : IsTrading(request) ? Trade(request)
            : IsOfEngine(request) && _faults.Stands(PolymarketFaultKind.Restart, null, now) ? Restarting
            : _rest.Answer(request) is { } open ? ClobAnswer.Of(open)
            : _trading.Answer(request) ?? ClobAnswer.Of(ClobRest.Error(404, "not found"));
        return answer with { DelayNanos = delay };
    }

    /// <summary>The channel at a path; null where there is none.</summary>
    public LineChannel? ChannelAt(string path, bool isClob) => (isClob, path) switch
    {
        (true, "/ws/market") => _market,
        (true, "/ws/user") => _user,
        (false, "" or "/") => _rtds,
        (false, "/ws") => _bolt,
        _ => null,
    };

    /// <inheritdoc/>
    public async Task HandleAsync(HttpContext context)
    {
        var port = context.Connection.LocalPort;
        if (context.WebSockets.IsWebSocketRequest)
        {
            await StreamAsync(context, port == _clobPort);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ClobLimits.BodyBytes;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        ClobAnswer answer;
        lock (_floor.Gate)
        {
            answer = Answer(Read(context, body.ToArray()), port == _gammaPort);
        }

        if (answer.DelayNanos > 0)
        {
            await Task.Delay(TimeSpan.FromTicks(answer.DelayNanos / 100), _clock, context.RequestAborted);
        }

        if (answer.IsLost)
        {
            context.Abort();
            return;
        }

        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.StatusCode = answer.Answer.Status;
        context.Response.ContentType = answer.Answer.ContentType;
        context.Response.ContentLength = answer.Answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Answer.Body, context.RequestAborted);
    }

    /// <inheritdoc/>
    public RestAnswer SetFault(byte[] body)
    {
        var (fault, problem) = _faults.Add(body, _floor.NowNanos);
        if (fault is null)
        {
            return ControlBooth.Problem(422, "invalid_body", problem);
        }

        if (fault.Kind == PolymarketFaultKind.Disconnect)
        {
            CutAll();
            fault.Hit();
        }
        else if (fault.Kind == PolymarketFaultKind.Tick)
        {
            foreach (var market in Catalog.Open.Where(one => fault.Symbol is null || fault.Symbol == one.Slug
                || fault.Symbol == one.ConditionId || one.TokenTexts.Contains(fault.Symbol)))
            {
                TickChanged(market, market.SetTick(market.Tick == 100 ? 10 : 100));
                fault.Hit();
            }
        }

        return RestAnswer.Of(
            $"{{\"id\":{fault.Id},\"venue\":\"polymarket\",\"fault\":\"{PolymarketFaults.Name(fault.Kind)}\","
            + $"\"until\":{Stamps.ToMillis(fault.UntilNanos)},\"hits\":{fault.Hits}}}");
    }

    /// <inheritdoc/>
    public int ClearFaults() => _faults.Clear();

    /// <inheritdoc/>
    public RestAnswer Control(string method, string path, byte[] body)
    {
        if (method != "POST" || path != "deposit")
        {
            return ControlBooth.Problem(404, "not_found", "there is POST /control/polymarket/deposit");
        }

        try
        {
            using var parsed = RequestJson.Parse(body);
            var address = EthAddress.Parse(parsed.RootElement.GetProperty("address").GetString() ?? "");
            var dollars = parsed.RootElement.GetProperty("dollars").GetInt64();
            if (dollars is <= 0 or > 1_000_000)
            {
                throw new FormatException("dollars");
            }

            var wallet = Exchange.WalletAt(address, _floor.NowNanos);
            Exchange.Give(wallet, dollars * OutcomeUnits.MicrosPerDollar);
            var balance = OutcomeUnits.Dollars(wallet.Micros);
            return RestAnswer.Of($"{{\"address\":\"{address}\",\"balance\":\"{balance}\"}}");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return ControlBooth.Problem(422, "invalid_body", "address must be an address, dollars 1 to 1000000");
        }
    }

    /// <inheritdoc/>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteNumber("connections", Channels.Sum(channel => channel.Lines.Count));
        json.WriteNumber("events", Catalog.Events.Count);
        json.WriteNumber("open_markets", Catalog.Open.Count());
        json.WriteNumber("orders", Exchange.Core.Pipeline.OpenOrders);
        json.WriteNumber("trades", Exchange.Trades.Count);
        json.WriteString("fees", OutcomeUnits.Dollars(Exchange.FeeMicros));
        if (_crowd?.Crumbs is { } crumbs)
        {
            json.WriteString("arbitrage", crumbs.Now);
            json.WriteStartObject("arbitrages");
            foreach (var (kind, count) in crumbs.Counts)
            {
                json.WriteNumber(kind, count);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("faults");
        foreach (var fault in _faults.Standing)
        {
            json.WriteStartObject();
            json.WriteNumber("id", fault.Id);
            json.WriteString("fault", PolymarketFaults.Name(fault.Kind));
            json.WriteString("symbol", fault.Symbol);
            json.WriteNumber("until", Stamps.ToMillis(fault.UntilNanos));
            json.WriteNumber("hits", fault.Hits);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void CutAll()
    {
        foreach (var line in Channels.SelectMany(channel => channel.Lines).ToArray())
        {
            line.Abort();
        }
    }

    /// <inheritdoc/>
    public void LevelChanged(OutcomeMarket market, int token, Side side, int price) =>
        _market.News(market).Add(new LevelNews(token, side, price));

    /// <inheritdoc/>
    public void OrderChanged(OutcomeOrder order, OrderNews news) => _user.OrderChanged(order, news, _floor.NowNanos);

    /// <inheritdoc/>
    public void TradeChanged(OutcomeTrade trade)
    {
        if (trade.State == TradeState.Matched)
        {
            _market.News(trade.Taker.Market).Trades.Add(trade);
        }

        _user.TradeChanged(trade, _floor.NowNanos);
    }

    /// <inheritdoc/>
    public void TickChanged(OutcomeMarket market, int before) => _market.News(market).OldTick = before;

    /// <inheritdoc/>
    public void Resolved(OutcomeMarket market) => _market.Resolved(market, _floor.NowNanos);

    private static bool IsTrading(ClobRequest request) => request.Method is "POST" or "DELETE"
        && request.Path is "/order" or "/orders" or "/cancel-all" or "/cancel-market-orders";

    // Questions that the engine answers; what it is not asked about is answered while it restarts.
    private static bool IsOfEngine(ClobRequest request) => request.Method == "GET"
        && request.Path is not ("/" or "/ok" or "/time" or "/version")
        && !request.Path.StartsWith("/auth/", StringComparison.Ordinal);

    private static ClobAnswer Restarting =>
        ClobAnswer.Of(ClobRest.Error(425, "matching engine is restarting, retry later"));

    // Orders and cancellations go through what may happen to them on the way, and what the engine is doing.
    private ClobAnswer Trade(ClobRequest request)
    {
        var now = request.NowNanos;
        if (_faults.Stands(PolymarketFaultKind.DropRequest, null, now))
        {
            return ClobAnswer.Of(ClobRest.Error(500, "lost")) with { IsLost = true };
        }

        if (_faults.Stands(PolymarketFaultKind.Restart, null, now))
        {
            return Restarting;
        }

        var answer = _trading.Answer(request) ?? ClobAnswer.Of(ClobRest.Error(404, "not found"));
        if (answer.Answer.Status == 200 && _faults.Stands(PolymarketFaultKind.DropResponse, null, now))
        {
            return answer with { IsLost = true };
        }

        return answer.Answer.Status == 200 && _faults.Stands(PolymarketFaultKind.ErrorAfter, null, now)
            ? ClobAnswer.Of(ClobRest.Error(500, "Internal server error"))
            : answer;
    }

    private ClobRequest Read(HttpContext context, byte[] body) => new(
        context.Request.Method,
        context.Request.Path.Value ?? "",
        new RestQuery(name => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null),
        name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
        body,
        _floor.NowNanos);

    private async Task StreamAsync(HttpContext context, bool isClob)
    {
        var channel = ChannelAt(context.Request.Path.Value ?? "", isClob);
        lock (_floor.Gate)
        {
            if (_faults.Stands(PolymarketFaultKind.Refuse, null, _floor.NowNanos)
                || Channels.Sum(one => one.Lines.Count) >= TestnetLimits.Connections)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }
        }

        if (channel is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var accept = new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan };
        if (channel == _bolt)
        {
            accept.KeepAliveInterval = BoltPing;
            accept.KeepAliveTimeout = 2 * BoltPing;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        var pump = new LinePump(_floor, _clock, socket);
        await pump.RunAsync(
            () =>
            {
                var line = new ClientLine(++_lastLine, Venue.None, _floor.Faults) { OpenedNanos = _floor.NowNanos };
                channel.Open(line, _floor.NowNanos);
                return line;
            },
            (line, message) => channel.Receive(line, message, _floor.NowNanos),
            channel.Leave);
    }
}
