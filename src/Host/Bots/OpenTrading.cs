using System.Security.Cryptography;
using Serilog;
using Strikeline.Host.Configuration;
using Strikeline.Host.Market;
using Strikeline.Journal;
using Strikeline.Kernel;
using Strikeline.Storage;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>The bots as they run: cache, strategies, gates, limits, the paper executor, and what outlives
/// them.</summary>
/// <remarks>Opened before the server, so that its stop works from the first request on; the feeds begin
/// later.</remarks>
internal sealed class OpenTrading : IAsyncDisposable
{
    private const int LoggedOpportunities = 1_000;
    private static readonly JournalSettings s_layout = new() { SegmentBytes = 1 << 20, BufferBytes = 1 << 18 };
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly IntentJournal _journal;
    private readonly NotificationInbox _inbox = new();
    private readonly OutcomeMeter _outcomes = new();
    private readonly StrategyMeter _signals = new();
    private readonly ExecutionMeter _executions = new();
    private readonly StrategyLoop _loop;
    private readonly PortfolioRecorder? _recorder;

    private OpenTrading(
        Settings settings, EmergencyStop stop, IntentJournal journal, IPortfolioStore store,
        PortfolioRecorder? recorder, TimeProvider clock, Action<Exception> failed)
    {
        var trading = settings.Trading;
        (_journal, _recorder, Stop, Store) = (journal, recorder, stop, store);
        Held = new HeldMarkets(journal);
        Cache = new MarketCache(TimeSpan.FromMilliseconds(trading.StaleAfterMs));
        Risk = new RiskCheck(journal, stop, TradingPlan.Limits(trading.Risk));
        Papers = [.. VenueNames.Prediction.Select(venue => new PaperOrders(
            venue, Cache, TradingPlan.Paper(trading.Paper), new Random(unchecked((int)clock.GetTimestamp())), clock))];
        foreach (var paper in Papers)
        {
            paper.Restore(journal);
        }

        var execution = new ExecutionSettings();
        var orders = new OrderDesk(
            journal, stop, Papers.ToDictionary(paper => paper.Venue, paper => (IVenueOrders)paper), execution, clock,
            _executions);
        var runner = new PlanRunner(journal, Risk, orders, Cache, stop, execution, clock);
        Readiness = new Readiness(clock);
        Desk = new ExecutionDesk(
            journal, stop, Risk, orders, runner, Readiness, execution, clock, _executions, Opportunities.Add);

        // At least a moment: what a signal leads to, a journal synced among it, is not for the feed that brought it.
        var preflight = new Preflight(
            Desk, Cache, TimeSpan.FromMilliseconds(Math.Max(1, trading.PreflightMs)),
            () => Risk.Limits.MaxPlanSpendMicros, clock, Opportunities.Add, failed);
        _loop = new StrategyLoop(
            _inbox, Cache, TradingPlan.Strategies(trading), Opportunities.Before(preflight, clock), _signals, clock,
            failed);
        var router = new MarketRouter(Cache, _inbox, VenueNames.Prediction);
        Sink = new TradingSink(
            new MarketSink(router, _outcomes, clock), Desk, Papers, Clocks, TradingPlan.Fee(trading.Paper));
        stop.Changed += state => Log.Warning(
            "emergency stop: {Word} ({Scope}) by {By}: {Reason}", state.IsStopped ? "stopped" : "cleared",
            state.ScopeName, state.By, state.Reason);
        // Whoever lets the bots trade again has seen the losses, too. Not here: the stop may be asked in a check.
        stop.Changed += state => _ = state.IsStopped ? Task.CompletedTask : Task.Run(Risk.ClearLosses);
    }

    /// <summary>The newest state of every market.</summary>
    public MarketCache Cache { get; }

    /// <summary>Where the feeds of prediction venues go.</summary>
    public IOutcomeSink Sink { get; }

    /// <summary>How far the clock is from the venues'.</summary>
    public ClockWatch Clocks { get; } = new();

    /// <summary>Whether trading is ready.</summary>
    public Readiness Readiness { get; }

    /// <summary>The emergency stop.</summary>
    public EmergencyStop Stop { get; }

    /// <summary>Every fill, merge and payout, for reading back.</summary>
    public IPortfolioStore Store { get; }

    /// <summary>What is wrong with what is kept, in one line each.</summary>
    public IEnumerable<string> Problems =>
        ((string?[])[
            _recorder?.Trouble is { } trouble ? $"portfolio store: {trouble}" : null,
            Stop.Trouble is { } unsaved ? $"emergency stop: {unsaved}" : null,
        ]).OfType<string>();

    /// <summary>Where something is held: the feeds describe it until it is paid.</summary>
    public IHeldMarkets Held { get; }

    /// <summary>The limits.</summary>
    public RiskCheck Risk { get; }

    /// <summary>What executes.</summary>
    public ExecutionDesk Desk { get; }

    /// <summary>What was seen.</summary>
    public OpportunityLog Opportunities { get; } = new(LoggedOpportunities);

    /// <summary>The paper venues.</summary>
    public IReadOnlyList<PaperOrders> Papers { get; }

    /// <summary>The journal of intents and the state behind it; read under its gate.</summary>
    public IntentJournal Journal => _journal;

    /// <summary>Opens what outlives a run.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="prices">On whose markets it trades: <c>live</c> or <c>testnet</c>; each has a journal of its
    /// own.</param>
    /// <param name="clock">The time.</param>
    /// <param name="failed">Told where the strategies' loop has failed.</param>
    /// <exception cref="UserError">The folder cannot be used.</exception>
    public static OpenTrading From(Settings settings, string prices, TimeProvider clock, Action<Exception> failed)
    {
        EmergencyStop? stop = null;
        IPortfolioStore? store = null;
        try
        {
            stop = TradingFolder.OpenStop(settings.DataDir);
            var folder = Path.Combine(TradingFolder.PathOf(settings.DataDir), $"intents-{prices}");
            var disk = FolderJournalDisk.ToWrite(folder);
            store = MarketStores.Portfolio(folder, settings.DbUrl.Length > 0 ? settings.DbUrl : null);
            var recorder = new PortfolioRecorder(store, clock);
            var journal = IntentJournal.Open(
                disk,
                s_layout,
                clock,
                () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
                recorder.Add);
            return new OpenTrading(settings, stop, journal, store, recorder, clock, failed);
        }
        catch (JournalException e)
        {
            stop?.Dispose();
            throw new UserError(e.Message, e);
        }
    }

    /// <summary>Opens the bots of a tape: on paper alone, with a stop and a journal of their own in memory, so that a
    /// tape finds the same whenever it is played, and nothing of it reaches what live bots hold.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="clock">The tape's time.</param>
    /// <param name="failed">Told where what a signal leads to has failed.</param>
    public static OpenTrading InMemory(Settings settings, TimeProvider clock, Action<Exception> failed)
    {
        var stop = new EmergencyStop(new MemoryJournalDisk("stop in memory"), clock, isFirstStart: true);
        var store = new MemoryPortfolioStore();
        var journal = IntentJournal.Open(
            new MemoryJournalDisk("intents in memory"), s_layout, clock, () => "tape", store.Add, isStepped: true);
        return new OpenTrading(settings, stop, journal, store, null, clock, failed);
    }

    /// <summary>Begins to trade on what a tape brings: <see cref="RunOnce"/> lets the strategies look.</summary>
    public void StartWithoutThread() => Desk.Start();

    /// <summary>Lets the strategies look at what has changed, on the caller's thread; says at how many
    /// tokens.</summary>
    public int RunOnce() => _loop.RunOnce();

    /// <summary>Begins to trade on what the feeds bring.</summary>
    public void Start()
    {
        TellGates();
        if (Stop.State is { IsStopped: false } resumed)
        {
            // Whoever ended a stop while nothing ran has seen the losses before it.
            Risk.ClearLossesBefore(resumed.AtMillis * Stamps.NanosPerMilli);
        }

        Stop.Watch(LookEvery);
        _recorder?.Start();
        Desk.Start();
        _loop.Start();
    }

    // Whoever touches a gate expects live orders: this version trades on paper alone, and says what stands in the way.
    private static void TellGates()
    {
        var closed = ClosedGates(Environment.GetEnvironmentVariable);
        foreach (var (venue, tag) in closed)
        {
            Log.Warning("{Venue}: {Tag}", venue.Name(), tag);
        }

        if (closed.Count > 0)
        {
            Log.Warning("orders stay on paper: this version has no live executor");
        }
    }

    /// <summary>The closed gates of real trading, where one of their variables is set at all.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    internal static IReadOnlyList<(Venue Venue, string Tag)> ClosedGates(Func<string, string?> variable)
    {
        string? KeyOf(Venue venue) => variable(venue == Venue.Polymarket ? "PRIVATE_KEY" : "KALSHI_PRIVATE_KEY_FILE");
        if (variable("DRY_RUN") is null && variable("ENABLE_REAL_TRADING") is null
            && VenueNames.Prediction.All(venue => KeyOf(venue) is null))
        {
            return [];
        }

        var gates = new LiveGates(venue => new LiveSwitches(
            variable("DRY_RUN"), variable("ENABLE_REAL_TRADING"), KeyOf(venue) is { Length: > 0 }));
        return [.. VenueNames.Prediction.SelectMany(venue => gates.Closed(venue).Select(tag => (venue, tag)))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        await Desk.DisposeAsync();
        if (_recorder is not null)
        {
            await _recorder.DisposeAsync();
        }

        await Store.DisposeAsync();
        _journal.Dispose();
        Stop.Dispose();
        _inbox.Dispose();
        _outcomes.Dispose();
        _signals.Dispose();
        _executions.Dispose();
    }
}
