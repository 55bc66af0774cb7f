using Strikeline.Host.Bots;
using Strikeline.Host.Configuration;
using Strikeline.Trading;
using Strikeline.Unit.Trading;

namespace Strikeline.Unit.Host.Bots;

/// <summary>What the configuration says is what the bots are held to.</summary>
public sealed class TradingPlanTests
{
    private const long Dollar = Micros.One;

    [Fact]
    public void Every_limit_of_the_configuration_is_the_limit_of_the_bots()
    {
        // Each another number, so that two that were mixed up would show.
        var limits = TradingPlan.Limits(new RiskSettings
        {
            MaxMarketExposureUsd = "11.5", MaxTotalExposureUsd = "22.000001", MaxOrdersPerSecond = 33,
            ExitReservePerSecond = 4, MaxNotionalPerDayUsd = "55", MaxDailyLossUsd = "66.25",
            MaxConsecutiveLosses = 7, MaxTradesPerDay = 88, MaxPlanLossUsd = "9.9", StakePerTradeUsd = "10.01",
        });
        Assert.Equal(
            new RiskLimits
            {
                MaxMarketExposureMicros = 11_500_000, MaxTotalExposureMicros = 22_000_001, MaxOrdersPerSecond = 33,
                ExitReservePerSecond = 4, MaxNotionalPerDayMicros = 55 * Dollar, MaxDailyLossMicros = 66_250_000,
                MaxConsecutiveLosses = 7, MaxTradesPerDay = 88, MaxPlanLossMicros = 9_900_000,
                MaxPlanSpendMicros = 10_010_000,
            },
            limits);
        Assert.Throws<FormatException>(() => TradingPlan.Limits(new RiskSettings { MaxDailyLossUsd = "much" }));
    }

    [Fact]
    public void The_defaults_hang_together()
    {
        var limits = TradingPlan.Limits(new RiskSettings());
        Assert.Equal(new RiskLimits(), limits);
        Assert.True(limits.MaxPlanLossMicros <= limits.MaxDailyLossMicros);
        Assert.True(limits.MaxPlanSpendMicros <= limits.MaxMarketExposureMicros);
        Assert.True(limits.MaxMarketExposureMicros <= limits.MaxTotalExposureMicros);
        Assert.True(limits.ExitReservePerSecond < limits.MaxOrdersPerSecond);
    }

    [Fact]
    public void Only_strategies_that_are_switched_on_run()
    {
        var all = new TradingSettings();
        var names = TradingPlan.Strategies(all).Select(one => one.Name).ToArray();
        Assert.Equal(4, names.Distinct().Count());
        var off = new EdgeSettings { Enabled = false };
        TradingSettings[] without =
        [
            all with { CrossOutcome = off }, all with { NegativeRisk = off }, all with { Ladder = off },
            all with { CrossVenue = off },
        ];
        Assert.Equal(names, without.Select(one =>
            Assert.Single(names.Except(TradingPlan.Strategies(one).Select(strategy => strategy.Name)))));
        Assert.Empty(TradingPlan.Strategies(
            all with { CrossOutcome = off, NegativeRisk = off, Ladder = off, CrossVenue = off }));
    }

    [Theory]
    [InlineData("0.04", "500", 40)]
    [InlineData("0.04", "7", 7)]
    [InlineData("0.09", "500", null)]
    public void Least_edge_and_most_shares_reach_the_strategy(string minEdge, string maxShares, int? shares)
    {
        var strategy = TradingPlan.Strategies(new TradingSettings
        {
            CrossOutcome = new EdgeSettings { MinEdge = minEdge, MaxShares = maxShares, CoolDownMs = 1_000 },
        })[0];
        using var stage = new StrategyStage(strategy);
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], Scenes.At((42, 40)));
        stage.Book(market, market.No, [], Scenes.At((50, 40)));
        stage.Run();
        Assert.Equal(
            shares is { } size ? [size * Dollar] : [], stage.Signals.Select(signal => signal.Legs[0].SizeMicro));

        // The pause, too: within it the same edge is no second signal.
        stage.Clock.PassMillis(900);
        stage.Repeat(market.No);
        stage.Run();
        Assert.Equal(shares is null ? 0 : 1, stage.Signals.Count);
        stage.Clock.PassMillis(101);
        stage.Repeat(market.No);
        stage.Run();
        Assert.Equal(shares is null ? 0 : 2, stage.Signals.Count);
    }

    [Fact]
    public void The_paper_venue_charges_and_undoes_as_configured()
    {
        var paper = TradingPlan.Paper(new Strikeline.Host.Configuration.PaperSettings
        {
            Fee = "flat", ConfirmMs = 1_234, GhostPpm = 5,
        });
        Assert.Equal(5, paper.GhostPpm);
        Assert.Equal(TimeSpan.FromMilliseconds(1_234), paper.ConfirmAfter);
    }
}
