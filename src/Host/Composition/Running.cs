using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Serilog;
using Serilog.Core;
using Strikeline.Crypto;
using Strikeline.Exchange;
using Strikeline.Host.Bots;
using Strikeline.Host.Cli;
using Strikeline.Host.Configuration;
using Strikeline.Host.Gateway;
using Strikeline.Host.Logging;
using Strikeline.Host.Web;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Host.Web.Trading;
using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Observability;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>One run from start to stop: the only place where everything is put together.</summary>
internal sealed class Running(RunRequest request, TextWriter output)
{
    private const string ReplayEnvironment = "replay";

    // Shorter than a quote lives, longer than an eye needs.
    private static readonly TimeSpan StreamPause = TimeSpan.FromMilliseconds(200);

    private readonly Settings _settings = request.Loaded.Settings;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private Exception? _failure;

    /// <summary>Runs until a signal comes or the time is over.</summary>
    /// <exception cref="UserError">Something that the user can mend.</exception>
    public async Task RunAsync()
    {
        using var stop = new StopSignal(request.For);
        using var log = Logs.Open(_settings.Log);
        Log.Logger = log;
        foreach (var note in request.Loaded.Notes)
        {
            log.Warning("{Note}", note);
        }

        using var key = SigningKey.Open(_settings.DataDir);
        using var signer = key.OpenSigner();
        using var metrics = new PrometheusText();
        using var process = new ProcessMeter();
        using var meter = new FeedMeter();
        try
        {
            await (request.Tape.Count > 0
                ? RunTapeAsync(signer, metrics, meter, log, stop)
                : RunFeedsAsync(signer, metrics, meter, log, stop));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            log.Information("stopped after {Seconds:n1} s", Stopwatch.GetElapsedTime(_started).TotalSeconds);
        }
    }

    private async Task RunFeedsAsync(
        Ed25519Signer signer, PrometheusText metrics, FeedMeter meter, Logger log, StopSignal stop)
    {
        var clock = new SteadyClock();
        var fleet = new FeedFleet(_settings, log);
        var composites = MarketPlan.Composites(
            _settings,
            [.. fleet.Options().SelectMany(feed => feed.Symbols.Select(symbol => new VenueSymbol(feed.Venue, symbol)))],
            replay: false);
        var environment = request.Testnet ? "testnet" : _settings.Strikes.Environment;
        var ladders = MarketPlan.Ladders(_settings, composites);
        await using var caches = await HotCaches.OpenAsync(ladders, _settings.RedisUrl, clock, log, stop.Token);
        using var markets = new MarketMeter();
        var late = new LateInbox();
        using var broadcast = new MarketBroadcast(StreamPause, clock, failure => Fail(failure, stop));
        // The cache first: whoever hears of a quote can look it up.
        var core = Core(composites, ladders, environment, signer, clock.UnixNanos(), caches.Sink, broadcast, markets);
        markets.Observe(core);
        var desks = fleet.Desks(new MeterSink(meter), late);
        using var loop = new MarketLoop(core, desks, clock, failure => Fail(failure, stop));
        late.Target = loop;
        using var recorder = _settings.Tapes.Record
            ? new TapeRecorder(_settings.Tapes.Dir, _settings.Tapes, fleet.Options(), clock)
            : null;
        meter.Observe(desks, clock);
        string? note = null;
        await using var exchange = _settings.Exchange.Enabled
            ? await OpenExchange.FromAsync(_settings, clock, request.Testnet ? "testnet" : "live")
            : null;
        await using var trading = _settings.Trading.Enabled
            ? OpenTrading.From(
                _settings, request.Testnet ? "testnet" : "live", clock, failure => Fail(failure, stop))
            : null;
        var source = request.Testnet ? DataSource.Simulated : DataSource.Live;
        var bots = trading is null ? null : new BotDesk(trading, clock, RunState.NameOf(source));
        // Also where there are no bots: unheard, the signal would end the program.
        using var signal = StopSignal.OnUser(() => bots?.Stop(haltAll: false, "signal", "SIGUSR1"));
        var run = new RunState
        {
            Exchange = exchange,
            Bots = bots,
            Desks = desks,
            Core = core,
            Caches = caches,
            Key = SigningKey.Publish(_settings.DataDir, signer.PublicKey, environment),
            Clock = clock,
            Source = source,
            Epoch = _epoch,
            StartedTimestamp = _started,
            Recording = () => recorder?.Problem,
            SourceNote = () => Volatile.Read(ref note),
        };
        core.OnTime(clock.UnixNanos());
        broadcast.Start(core.Ladders, _epoch);
        loop.Start();
        await using var server = await WebServer.StartAsync(
            _settings, new Answers(run), Gate(run), broadcast, metrics, log);
        Announce(server, log);
        using var transport = new WebSocketTransport();
        var traders = request.Testnet && exchange is not null ? await PaperAsync(exchange.Desk, server) : null;
        var kalshiKey = Path.Combine(_settings.DataDir, TestnetChild.KalshiKeyFile);
        // Not sooner: two programs that start at once would share the cores, and the first answer would wait for both.
        using var testnet = request.Testnet
            ? await TestnetChild.StartAsync(_settings.Testnet, kalshiKey, traders, log, stop.Token)
            : null;
        if (testnet is not null)
        {
            fleet = new FeedFleet(testnet.Redirect(_settings), log);
            var control = testnet.Endpoints.GetProperty("control").GetString();
            output.WriteLine($"testnet control {control}");
            log.Information("the testnet takes faults at {Control}", control);
        }

        var taken = (IFeedRecorder?)recorder ?? new NoRecorder();
        using var predictions = trading is null
            ? null
            : new PredictionFleet(
                testnet is null
                    ? _settings.Predictions
                    : PredictionFleet.Redirect(_settings.Predictions, testnet.Endpoints, kalshiKey),
                transport, trading.Sink, taken, trading.Held, clock, Environment.TickCount);
        List<Task> feeds = [fleet.RunAsync(desks, transport, taken, clock, Environment.TickCount, stop.Token)];
        if (predictions is not null)
        {
            feeds.Add(predictions.RunAsync(stop.Token));
            bots!.Attach(predictions);
            trading!.Start();
        }

        if (testnet is not null)
        {
            _ = testnet.Exited.ContinueWith(
                _ => Volatile.Write(ref note, "the testnet process has ended; restart the program"),
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var bands = traders is null
            ? Task.CompletedTask
            : new BandReference(exchange!.Desk, core).RunAsync(clock, stop.Token);
        // A feed loop ends only when it is told to: one that ends by itself has failed, and the program with it.
        await Task.WhenAny([stop.WaitAsync(), .. feeds]);
        stop.Stop();
        await Task.WhenAll(feeds);
        await bands;
        ThrowFailure();
        log.Information("stopped after {Seconds:n1} s", Stopwatch.GetElapsedTime(_started).TotalSeconds);
    }

    private async Task RunTapeAsync(
        Ed25519Signer signer, PrometheusText metrics, FeedMeter meter, Logger log, StopSignal stop)
    {
        var clock = new TapeClock();
        var player = new TapePlayer(request.Tape, request.Venue, request.Salvage, request.Speed, clock);
        IReadOnlyList<VenueSymbol> instruments;
        try
        {
            instruments = player.Scan();
        }
        catch (RecordingException e)
        {
            throw new UserError(e.Message, e);
        }

        Venue[] predictions = _settings.Trading.Enabled ? [.. player.Predictions.Where(IsWatched)] : [];
        if (instruments.Count == 0 && predictions.Length == 0)
        {
            throw new UserError(
                $"{string.Join(", ", request.Tape)}: no market's messages are in it; "
                + "name a tape, or a recording of a venue");
        }

        var composites = MarketPlan.Composites(_settings, instruments, replay: true);
        // A replay's markets are nobody's to execute: they stay out of a Redis, which live ones may be in.
        var ladders = MarketPlan.Ladders(_settings, composites);
        await using var caches = await HotCaches.OpenAsync(ladders, string.Empty, clock, log, stop.Token);
        using var markets = new MarketMeter();
        using var broadcast = new MarketBroadcast(StreamPause, clock, failure => Fail(failure, stop));
        var core = Core(
            composites, ladders, ReplayEnvironment, signer, clock.NowNanos, caches.Sink, broadcast, markets);
        markets.Observe(core);
        var desks = player.Desks(
            instruments, TimeSpan.FromMilliseconds(_settings.Prices.StaleMs), new MeterSink(meter));
        meter.Observe(desks, clock);
        await using var trading = predictions.Length == 0
            ? null
            : OpenTrading.InMemory(_settings, clock, failure => Fail(failure, stop));
        var bots = trading is null ? null : new BotDesk(trading, clock, RunState.NameOf(DataSource.Replay));
        var played = trading is null ? null : new TapePredictions(predictions, trading.Sink, trading.RunOnce);
        using var signal = StopSignal.OnUser(() => bots?.Stop(haltAll: false, "signal", "SIGUSR1"));
        if (played is not null)
        {
            bots!.Attach(played);
            trading!.StartWithoutThread();
        }

        var speed = request.Speed is { } factor ? $"×{factor.ToString(CultureInfo.InvariantCulture)}" : "×max";
        var run = new RunState
        {
            Bots = bots,
            Desks = desks,
            Core = core,
            Caches = caches,
            Key = SigningKey.Publish(_settings.DataDir, signer.PublicKey, ReplayEnvironment),
            Clock = clock,
            Source = DataSource.Replay,
            Speed = speed,
            Epoch = _epoch,
            StartedTimestamp = _started,
            SourceNote = () => player.Note,
        };
        broadcast.Start(core.Ladders, _epoch);
        await using var server = await WebServer.StartAsync(
            _settings, new Answers(run), Gate(run), broadcast, metrics, log);
        Announce(server, log);
        try
        {
            await Task.Run(() => player.PlayAsync(core, played, stop.Token));
        }
        catch (RecordingException e)
        {
            throw new UserError(e.Message, e);
        }

        log.Information("{Note}", player.Note);
        output.WriteLine(player.Note);
        await stop.WaitAsync();
        ThrowFailure();
    }

    private bool IsWatched(Venue venue) =>
        venue == Venue.Polymarket ? _settings.Predictions.Polymarket.Enabled : _settings.Predictions.Kalshi.Enabled;

    // The accounts with paper money. The demo account's key is printed, and nowhere else written but in its file.
    private async Task<Testnet.TraderPlan?> PaperAsync(ExchangeDesk exchange, WebServer server)
    {
        var accounts = await PaperAccounts.OpenAsync(exchange, _settings.DataDir, _settings.Testnet.Traders);
        if (exchange.Keys.Find(accounts.DemoKey) is { } demo)
        {
            // Whoever is at this machine and tries the testnet shall see the bots, too, and their stop.
            exchange.Keys.Put(accounts.DemoKey, demo with { Scopes = demo.Scopes | KeyScopes.Bots });
        }

        output.WriteLine($"terminal {server.Urls[0]}/#token={accounts.DemoKey}");
        output.Flush();
        return accounts.Seats.Count == 0 ? null : new Testnet.TraderPlan(new Uri(server.Urls[0]), accounts.Seats);
    }

    // Who may do what: the exchange's keys, and the token of whoever runs the program.
    private Access Gate(RunState run)
    {
        var keys = run.Exchange?.Desk.Keys ?? new KeyDirectory();
        var (token, isNew) = ControlToken.Open(_settings.DataDir);
        const KeyScopes All = KeyScopes.Read | KeyScopes.Trade | KeyScopes.Admin | KeyScopes.Bots;
        keys.Put(token, new Bearer(0, All, "control", default));
        if (isNew)
        {
            output.WriteLine($"control token in {Path.Combine(_settings.DataDir, ControlToken.FileName)}");
        }

        return new Access(
            keys,
            new RateLimits(
                _settings.Exchange.RequestsPerSecond, _settings.Exchange.CancelsPerSecond, TimeProvider.System),
            new SignedRequests(TimeProvider.System));
    }

    // A loop that has ended by itself would leave prices standing as if somebody still made them: the run ends.
    private void Fail(Exception failure, StopSignal stop)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        stop.Stop();
    }

    private void ThrowFailure()
    {
        if (Volatile.Read(ref _failure) is { } cause)
        {
            throw new InvalidOperationException("a loop of the markets failed", cause);
        }
    }

    // The first nonce comes from the clock of the data, so that equal tapes give equal bytes.
    private MarketCore Core(
        CompositeOptions composites,
        IReadOnlyList<SeriesOptions> ladders,
        string environment,
        Ed25519Signer signer,
        long startNanos,
        params IReadOnlyList<IMarketSink> sinks)
    {
        try
        {
            var issuer = new QuoteIssuer(new QuoteTerms(environment), signer, (ulong)(startNanos / 1_000));
            var strikes = new StrikeLoop(ladders, issuer, new MarketSinks(sinks));
            return new MarketCore(new CompositePrice(composites), strikes);
        }
        catch (ArgumentException e)
        {
            throw new UserError($"strikes: {e.Message.ReplaceLineEndings(" ").Split(" (Parameter ")[0]}", e);
        }
    }

    private void Announce(WebServer server, Logger log)
    {
        var elapsed = Stopwatch.GetElapsedTime(_started).TotalMilliseconds;
        foreach (var url in server.Urls)
        {
            output.WriteLine($"listening on {url}");
        }

        foreach (var url in server.MetricsUrls)
        {
            output.WriteLine($"metrics on {url}/metrics");
        }

        output.Flush();
        log.Information("listening on {Urls} after {Ms:n0} ms", string.Join(", ", server.Urls), elapsed);
    }
}
