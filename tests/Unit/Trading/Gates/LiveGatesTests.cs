using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Gates;

/// <summary>Real money is behind three gates and the stop: all combinations, over restarts and reloads, before a line
/// that
/// counts.</summary>
public sealed class LiveGatesTests
{
    private static readonly string?[] DryRuns = [null, "", "true", "TRUE", "1", "0", "no", "false", "False", " false "];
    private static readonly string?[] Enables = [null, "", "false", "yes", "1", "true", "TRUE"];

    private readonly VirtualTime _time = new();
    private readonly OutcomeMarket _market = OutcomeBooks.Make("m");

    public static TheoryData<string?, string?, bool, string> Tags => new()
    {
        { null, "true", true, LiveGates.DryRun },
        { "true", "true", true, LiveGates.DryRun },
        { "false", null, true, LiveGates.NotEnabled },
        { "false", "false", true, LiveGates.NotEnabled },
        { "false", "true", false, LiveGates.NoKey },
        { "true", "false", false, $"{LiveGates.DryRun},{LiveGates.NotEnabled},{LiveGates.NoKey}" },
        { "false", "true", true, "" },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public void Each_closed_gate_is_told_by_its_tag(string? dryRun, string? enable, bool hasKey, string tags) =>
        Assert.Equal(tags, string.Join(',', new LiveGates(_ => new LiveSwitches(dryRun, enable, hasKey)).Closed(Venue.Polymarket)));

    [Fact]
    public void Tags_are_those_of_the_reference()
    {
        Assert.Equal("REAL_TRADING_BLOCKED_DRY_RUN_TRUE", LiveGates.DryRun);
        Assert.Equal("REAL_TRADING_BLOCKED_ENABLE_FALSE", LiveGates.NotEnabled);
        Assert.Equal("REAL_TRADING_BLOCKED_PRIVATE_KEY_MISSING", LiveGates.NoKey);
        Assert.Equal([LiveGates.Unreadable], new LiveGates(_ => throw new IOException("x")).Closed(Venue.Kalshi));
    }

    [Fact]
    public async Task With_any_gate_closed_nothing_is_requested_and_nothing_made()
    {
        var combinations = from dry in DryRuns from enable in Enables from key in (bool[])[false, true] from stopped in (bool[])[false, true]
                           select (Switches: new LiveSwitches(dry, enable, key), IsStopped: stopped);
        var opened = 0;
        foreach (var (switches, isStopped) in combinations)
        {
            var isOpen = string.Equals(switches.DryRun?.Trim(), "false", StringComparison.OrdinalIgnoreCase)
                && string.Equals(switches.EnableRealTrading, "true", StringComparison.OrdinalIgnoreCase) && switches.HasKey;
            var disk = new MemoryDisk();
            for (var start = 0; start < 2; start++)
            {
                using var stop = new EmergencyStop(disk.For(new Life()), _time, isFirstStart: start == 0);
                if (isStopped && start == 0)
                {
                    stop.Set(StopScope.HaltAll, "api", "test");
                }

                var current = switches;
                var sentinel = new Sentinel();
                var blocked = new List<string>();
                using var live = new LiveOrders(Venue.Polymarket, new LiveGates(_ => current), stop, sentinel.Make, blocked.Add);
                var asked = await EverythingAsync(live);
                var expected = !isOpen ? 0 : isStopped ? 1 : asked;
                Assert.Equal(expected, sentinel.Requests);
                Assert.Equal(isOpen ? 1 : 0, sentinel.Made);
                Assert.Equal(asked - expected, blocked.Count);

                // A reload that closes them, and one that opens them again.
                current = switches with { DryRun = null };
                await EverythingAsync(live);
                Assert.Equal(expected, sentinel.Requests);
                Assert.False(sentinel.IsAlive);
                current = switches;
                await EverythingAsync(live);
                Assert.Equal(2 * expected, sentinel.Requests);
                opened += isOpen && !isStopped ? 1 : 0;
            }
        }

        Assert.True(opened > 0);
    }

    [Fact]
    public async Task Between_two_orders_a_gate_closes()
    {
        var left = 3;
        var sentinel = new Sentinel();
        using var stop = new EmergencyStop(new MemoryDisk().For(new Life()), _time, isFirstStart: true);
        using var live = new LiveOrders(
            Venue.Polymarket, new LiveGates(_ => new LiveSwitches(left-- > 0 ? "false" : "true", "true", true)), stop, sentinel.Make);
        for (var order = 0; order < 10; order++)
        {
            await live.PlaceAsync(Order(Side.Buy), CancellationToken.None);
        }

        Assert.Equal(3, sentinel.Requests);
    }

    [Fact]
    public async Task A_stop_of_new_exposure_lets_sales_and_cancels_through_and_no_buys()
    {
        var sentinel = new Sentinel();
        using var stop = new EmergencyStop(new MemoryDisk().For(new Life()), _time, isFirstStart: true);
        stop.Set(StopScope.NewExposure, "api", "x");
        using var live = new LiveOrders(Venue.Polymarket, new LiveGates(_ => new LiveSwitches("false", "true", true)), stop, sentinel.Make);
        Assert.Equal(VenueOutcome.Refused, (await live.PlaceAsync(Order(Side.Buy), CancellationToken.None)).Outcome);
        Assert.Equal(VenueOutcome.Refused, (await live.SplitAsync("s", _market, 1, CancellationToken.None)).Outcome);
        Assert.Equal(0, sentinel.Requests);
        await live.PlaceAsync(Order(Side.Sell), CancellationToken.None);
        await live.CancelAsync(Order(Side.Buy), CancellationToken.None);
        await live.MergeAsync("m", _market, 1, CancellationToken.None);
        Assert.Equal(3, sentinel.Requests);
    }

    private VenueOrder Order(Side side) => new("c", _market, _market.Yes, side, 500_000, 5_000_000, OrderLife.FillAndKill);

    private async Task<int> EverythingAsync(IVenueOrders live)
    {
        Assert.NotEqual(VenueOutcome.NotFound, (await live.QueryAsync(Order(Side.Buy), CancellationToken.None)).Outcome);
        await live.PlaceAsync(Order(Side.Buy), CancellationToken.None);
        await live.PlaceAsync(Order(Side.Sell), CancellationToken.None);
        await live.CancelAsync(Order(Side.Buy), CancellationToken.None);
        await live.MergeAsync("m", _market, 1, CancellationToken.None);
        await live.SplitAsync("s", _market, 1, CancellationToken.None);
        return 6;
    }

    /// <summary>The line to a venue, which counts what comes.</summary>
    private sealed class Sentinel : IVenueOrders, IDisposable
    {
        private static readonly Task<VenueReply> Reply = Task.FromResult(new VenueReply(VenueOutcome.Accepted, "v", 0, "", "", []));

        public int Requests { get; private set; }

        public int Made { get; private set; }

        public bool IsAlive { get; private set; }

        public Venue Venue => Venue.Polymarket;

        public IVenueOrders Make()
        {
            Made++;
            IsAlive = true;
            return this;
        }

        public Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel) => Came();

        public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel) => Came();

        public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel) => Came();

        public Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => Came();

        public Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => Came();

        public void Dispose() => IsAlive = false;

        private Task<VenueReply> Came()
        {
            Requests++;
            return Reply;
        }
    }
}
