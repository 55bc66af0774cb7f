using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>Emergency stops while orders go out, set inside the program and by another one, and over
/// restarts.</summary>
public sealed class StopUnderLoadTests
{
    private static readonly Troubles Quiet = new()
    {
        RequestLost = 0, ReplyLost = 0, RequestLate = 0, ReplyLate = 0, AmbiguousAfter = 0, AmbiguousBefore = 0, NoFill = 0, PartFill = 0, Ghost = 0,
        ToldBefore = 0, Slow = 0, Restart = 0,
    };

    private static readonly RiskLimits Wide = new()
    {
        MaxMarketExposureMicros = long.MaxValue / 8, MaxTotalExposureMicros = long.MaxValue / 8, MaxOrdersPerSecond = 100_000,
        MaxNotionalPerDayMicros = long.MaxValue / 8, MaxDailyLossMicros = long.MaxValue / 8, MaxConsecutiveLosses = int.MaxValue,
        MaxTradesPerDay = int.MaxValue, MaxPlanLossMicros = 20 * Micros.One, MaxPlanSpendMicros = 20 * Micros.One,
    };

    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryDisk _stopDisk = new();
    private readonly OutcomeBooks _books = new();
    private readonly Random _dice = new(7);
    private readonly OutcomeScript _venue;
    private long? _stoppedAt;
    private string _refused = "";
    private int _market;
    private int _buys;
    private int _late;
    private int _sells;
    private int _entered;

    public StopUnderLoadTests() => _venue = new OutcomeScript(_time, _dice, Quiet);

    [Fact]
    public void No_order_increases_exposure_50_ms_after_a_stop_nor_after_a_restart_while_stopped()
    {
        var rounds = Strikeline.Unit.Counts.Of(1_000, 60);
        var bot = Start();
        var inSleep = 0;
        for (var round = 0; round < rounds; round++)
        {
            Load(bot, _dice.Next(40, 160));
            var before = _buys;
            _stoppedAt = _time.UnixNanos();
            if (_dice.Next(2) == 0)
            {
                Do(() => bot.Stop.Set(StopScope.NewExposure, "api", "test"));
            }
            else
            {
                using var other = Other();
                other.Set(StopScope.NewExposure, "cli", "test");
            }

            Load(bot, 200);
            inSleep += _buys - before;
            if (_dice.Next(4) == 0)
            {
                var buys = _buys;
                bot.Dispose();
                bot = Start();
                Load(bot, 150);
                Assert.Equal(buys, _buys);
            }

            _stoppedAt = null;
            using (var other = Other())
            {
                Assert.Null(other.Clear("cli"));
            }

            for (var wait = 0; wait < 100 && bot.Desk.Blockers().Count > 0; wait++)
            {
                _time.Pass(TimeSpan.FromMilliseconds(100));
            }

            var after = _buys;
            Load(bot, 100);
            Assert.True(_buys > after, $"round {round}: it does not go on after the stop: {string.Join(',', bot.Desk.Blockers())} {_refused}");
        }

        bot.Dispose();
        Assert.Equal(0, _late);
        Assert.True(
            _buys > rounds * 5 && _entered > rounds && _sells > 0,
            $"{_buys} buys, {inSleep} of them within 50 ms, {_entered} legs of sets sold, {_sells} other sales");
    }

    private void Load(SimulatedBot bot, int millis)
    {
        for (var step = 0; step < millis / 20; step++)
        {
            Do(() => Signal(bot));
            _time.Pass(TimeSpan.FromMilliseconds(_dice.Next(5, 36)));
        }
    }

    private void Signal(SimulatedBot bot)
    {
        var market = OutcomeBooks.Make($"m{++_market}");
        _books.Set(market);
        foreach (var token in (MarketKey[])[market.Yes, market.No])
        {
            _venue.Price(token, 460_000, 470_000);
            _books.Set(token, [new Level(460_000, 100 * Micros.One)], [new Level(470_000, 100 * Micros.One)]);
        }

        var (kind, price) = _dice.Next(3) == 0 ? (SignalKind.SellSet, 460_000) : (SignalKind.BuySet, 470_000);
        bot.Desk.OnSignal(OutcomeBooks.Pair(market, kind, price, price, 5 * Micros.One));
    }

    private void Sent(SimulatedBot bot, string clientId, VenueOrder? order)
    {
        if (order is null)
        {
            return;
        }

        // A split is a purchase; the sale of what it made is a leg that is entered, unlike one that ends an imbalance.
        var isEntered = order.Side == Side.Sell && PurposeOf(bot, clientId) == OrderPurpose.Entry;
        _buys += order.Side == Side.Buy ? 1 : 0;
        _entered += isEntered ? 1 : 0;
        _sells += order.Side == Side.Sell && !isEntered ? 1 : 0;
        if ((order.Side == Side.Buy || isEntered) && _stoppedAt is { } at && _time.UnixNanos() - at > 50 * Stamps.NanosPerMilli)
        {
            _late++;
        }
    }

    private OrderPurpose PurposeOf(SimulatedBot bot, string clientId) =>
        bot.State.Plans.SelectMany(plan => plan.Orders).First(order => order.Intent.ClientId == clientId).Intent.Purpose;

    private SimulatedBot Start()
    {
        SimulatedBot bot = null!;
        Do(() =>
        {
            bot = new SimulatedBot(
                _time, _disk, _stopDisk, _books, life => _venue.For(life, (clientId, order) => Sent(bot, clientId, order)), Wide,
                told: what => _refused = what.Reason);
            bot.Stop.Watch(TimeSpan.FromMilliseconds(20));
            bot.Desk.Start();
        });
        return bot;
    }

    private EmergencyStop Other() => new(_stopDisk.For(new Life()), _time, isFirstStart: false);

    private void Do(Action act) => _ = _time.Start(() =>
    {
        act();
        return Task.CompletedTask;
    });
}
