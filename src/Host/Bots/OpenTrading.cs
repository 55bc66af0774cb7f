using Serilog;
using Strikeline.Host.Configuration;
using Strikeline.Journal;
using Strikeline.Kernel;
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
    private const int SegmentBytes = 1 << 20;
    private const int BufferBytes = 1 << 18;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly IntentJournal _journal;
    private readonly NotificationInbox _inbox = new();
    private readonly OutcomeMeter _outcomes = new();
    private readonly StrategyMeter _signals = new();
    private readonly ExecutionMeter _executions = new();
    private readonly StrategyLoop _loop;

    private OpenTrading(
        Settings settings, EmergencyStop stop, IntentJournal journal, TimeProvider clock, Action<Exception> failed)
    {
        var trading = settings.Trading;
        (_journal, Stop) = (journal, stop);
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
        var preflight = new Preflight(
            Desk, Cache, TimeSpan.FromMilliseconds(trading.PreflightMs), () => Risk.Limits.MaxPlanSpendMicros, clock,
            Opportunities.Add, failed);
        _loop = new StrategyLoop(
            _inbox, Cache, TradingPlan.Strategies(trading), Opportunities.Before(preflight, clock), _signals, clock, failed);
        var router = new MarketRouter(Cache, _inbox, VenueNames.Prediction);
        Sink = new TradingSink(new MarketSink(router, _outcomes, clock), Desk, Papers);
    }

    /// <summary>The newest state of every market.</summary>
    public MarketCache Cache { get; }

    /// <summary>Where the feeds of prediction venues go.</summary>
    public IOutcomeSink Sink { get; }

    /// <summary>Whether trading is ready.</summary>
    public Readiness Readiness { get; }

    /// <summary>The emergency stop.</summary>
    public EmergencyStop Stop { get; }

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
        try
        {
            stop = TradingFolder.OpenStop(settings.DataDir);
            var folder = Path.Combine(TradingFolder.PathOf(settings.DataDir), $"intents-{prices}");
            var journal = IntentJournal.Open(
                FolderJournalDisk.ToWrite(folder),
                new JournalSettings { SegmentBytes = SegmentBytes, BufferBytes = BufferBytes },
                clock,
                () => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5)));
            stop.Changed += state => Log.Warning(
                "emergency stop: {Word} ({Scope}) by {By}: {Reason}", state.IsStopped ? "stopped" : "cleared",
                state.ScopeName, state.By, state.Reason);
            return new OpenTrading(settings, stop, journal, clock, failed);
        }
        catch (JournalException e)
        {
            stop?.Dispose();
            throw new UserError(e.Message, e);
        }
    }

    /// <summary>Begins to trade on what the feeds bring.</summary>
    public void Start()
    {
        Stop.Watch(LookEvery);
        Desk.Start();
        _loop.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        await Desk.DisposeAsync();
        _journal.Dispose();
        Stop.Dispose();
        _inbox.Dispose();
        _outcomes.Dispose();
        _signals.Dispose();
        _executions.Dispose();
    }
}
