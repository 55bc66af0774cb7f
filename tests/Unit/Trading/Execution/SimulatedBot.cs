using Strikeline.Journal;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>One life of the trading program: everything in it is lost when it is killed.</summary>
internal sealed class SimulatedBot : IDisposable
{
    private static readonly JournalSettings Layout = new() { SegmentBytes = 128 * 1024, BufferBytes = 32 * 1024 };

    private readonly ExecutionMeter _meter = new();

    public SimulatedBot(
        TimeProvider time, MemoryDisk disk, MemoryDisk stopDisk, IMarketReader books, Func<Life, IVenueOrders> venue, RiskLimits limits,
        ExecutionSettings? settings = null, Action<Opportunity>? told = null, bool ignoresStop = false, Func<Life, IVenueOrders>? second = null)
    {
        settings ??= new ExecutionSettings();
        Clock = new MortalTime(time, Life);
        Journal = IntentJournal.Open(
            disk.For(Life), Layout, Clock, () => "sl", entry => Entries.Add(entry), isStepped: true, snapshotEvery: 1_000);
        Stop = new EmergencyStop(stopDisk.For(Life), Clock, Journal.IsNew);
        var obeyed = ignoresStop ? new EmergencyStop(new MemoryDisk().For(Life), Clock, isFirstStart: true) : Stop;
        Risk = new RiskCheck(Journal, obeyed, limits);
        List<IVenueOrders> lines = second is null ? [venue(Life)] : [venue(Life), second(Life)];
        Orders = new OrderDesk(Journal, obeyed, lines.ToDictionary(line => line.Venue), settings, Clock, _meter);
        Desk = new ExecutionDesk(
            Journal, obeyed, Risk, Orders, new PlanRunner(Journal, Risk, Orders, books, obeyed, settings, Clock), Readiness = new Readiness(Clock), settings,
            Clock, _meter, told ?? (_ => { }));
    }

    public Life Life { get; } = new();

    public MortalTime Clock { get; }

    public IntentJournal Journal { get; }

    public EmergencyStop Stop { get; }

    public RiskCheck Risk { get; }

    public OrderDesk Orders { get; }

    public ExecutionDesk Desk { get; }

    public Readiness Readiness { get; }

    public List<PortfolioEntry> Entries { get; } = [];

    public TradeState State => Journal.State;

    /// <summary>Ends this life: whatever still runs in it reaches nothing.</summary>
    public void Kill() => Life.IsDead = true;

    public void Dispose()
    {
        Kill();
        _meter.Dispose();
    }
}
