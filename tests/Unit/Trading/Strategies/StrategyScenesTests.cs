using Strikeline.Trading;
using Strikeline.Unit.House;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>Scenes with figures by hand, and the reasons of refusals.</summary>
public sealed class StrategyScenesTests
{
    private static readonly CrossOutcomeOptions s_plain = new() { MinEdgePpm = 0, MaxSizeMicro = 1_000 * Micros.One };

    [Fact]
    public void Yes_and_no_below_a_dollar_are_bought_as_deep_as_the_pair_pays()
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], Scenes.At((40, 10), (42, 30), (60, 100)));
        stage.Book(market, market.No, [], Scenes.At((50, 25), (52, 50)));
        stage.Run();

        // 0.40 + 0.50: fees 0.0168 + 0.0175 a share. 0.42 + 0.50 pays 0.0454 a share. 0.42 + 0.52: 1 - 0.94 - 0.0345
        // pays. Then 0.60 does not.
        var signal = Assert.Single(stage.Signals);
        Assert.Equal(SignalKind.BuySet, signal.Kind);
        Assert.Equal([market.Yes, market.No], signal.Legs.Select(leg => leg.Token));
        Assert.All(signal.Legs, leg => Assert.Equal((40 * Scenes.Share, Side.Buy), (leg.SizeMicro, leg.Side)));
        Assert.Equal([420_000L, 520_000L], signal.Legs.Select(leg => leg.PricePpm));
        Assert.Equal([415_000L, 507_500L], signal.Legs.Select(leg => leg.AveragePpm));

        // Cost 16.6 + 20.3. Fees at the worst price: 40 x 0.07 x 0.42 x 0.58 = 0.68208 and 40 x 0.07 x 0.52 x 0.48 =
        // 0.69888, less
        // than level by level for the second (0.4375 + 0.26208), and a grain for each level and each 5 shares: 10 x
        // 0.00001, 10 x 0.00001.
        Assert.Equal([682_180L, 699_660L], signal.Legs.Select(leg => leg.FeeMicros));
        Assert.Equal(40_000_000 - 16_600_000 - 20_300_000 - 682_180 - 699_660, signal.ProfitMicros);
        Assert.Equal((77_500L, signal.ProfitMicros / 40), (signal.EdgePpm, signal.EdgeAfterFeesPpm));
        Assert.Equal((stage.Clock.Now, stage.Clock.Now), (signal.ReceivedNanos, signal.ReceivedStamp));
    }

    [Fact]
    public void Both_are_sold_above_a_dollar_only_where_the_market_splits_or_nets()
    {
        foreach (var (mayMerge, nets) in new[] { (true, false), (false, true), (false, false) })
        {
            using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
            var market = Scenes.Market(Venue.Kalshi, "m", Scenes.Polymarket with { MayMerge = mayMerge, Nets = nets });
            stage.Describe(market);
            stage.Book(market, market.Yes, Scenes.At((60, 10)), []);
            stage.Book(market, market.No, Scenes.At((50, 20)), []);
            stage.Run();
            Assert.Equal(mayMerge || nets ? [SignalKind.SellSet] : [], stage.Signals.Select(signal => signal.Kind));
            Assert.All(stage.Signals, signal => Assert.Equal((Side.Sell, 600_000L), (signal.Legs[0].Side, signal.Legs[0].PricePpm)));
        }
    }

    [Theory]
    [InlineData(49, 49, 100, 0, "FEES")]
    [InlineData(40, 50, 100, 90_000, "MIN_EDGE")]
    [InlineData(40, 50, 1, 0, "MIN_SIZE")]
    public void What_only_looks_like_an_edge_is_refused_with_the_reason(int yes, int no, int shares, long minEdge, string reason)
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain with { MinEdgePpm = minEdge }));
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], Scenes.At((yes, shares)));
        stage.Book(market, market.No, [], Scenes.At((no, shares)));
        stage.Run();
        Assert.Empty(stage.Signals);
        Assert.Equal([reason], stage.Refused.Select(one => one.Reason).Distinct());
        Assert.Equal((100 - yes - no) * 10_000L, stage.Refused[0].Signal.EdgePpm);
    }

    [Fact]
    public void Less_than_a_common_step_is_depth()
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], [new Level(410_000, 900_000)]);
        stage.Book(market, market.No, [], Scenes.At((50, 5)));
        stage.Run();
        Assert.Equal(["DEPTH"], stage.Refused.Select(one => one.Reason).Distinct());
    }

    [Fact]
    public void A_bad_leg_is_refused_with_what_is_wrong_with_it()
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], Scenes.At((40, 10)));
        stage.Book(market, market.No, [], Scenes.At((50, 10)), BookProof.Gap);
        stage.Run();
        stage.Clock.PassMillis(3_001);
        stage.Book(market, market.No, [], Scenes.At((50, 11)));
        stage.Run();
        stage.Feed.OnAlert(new MarketAlert(Venue.Polymarket, "m", "UNKNOWN_FIELD", "f"), stage.Clock.Now);
        stage.Repeat(market.No);
        stage.Run();
        stage.Describe(market with { Phase = MarketPhase.Paused });
        stage.Run();
        Assert.Equal(["UNPROVEN_LEG", "STALE_LEG", "ALERTED", "NOT_OPEN"], stage.Refused.Select(one => one.Reason));
        Assert.Empty(stage.Signals);
    }

    [Fact]
    public void A_refusal_is_said_once_in_a_second_and_a_signal_once_in_a_cool_down()
    {
        var strategy = new CrossOutcomeArbitrage(s_plain with { CoolDown = TimeSpan.FromMilliseconds(500) });
        using var stage = new StrategyStage(strategy);
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.No, [], Scenes.At((50, 100)));
        for (var i = 0; i < 20; i++)
        {
            stage.Book(market, market.Yes, [], Scenes.At((40, 10 + i)));
            stage.Run();
            stage.Clock.PassMillis(100);
        }

        Assert.Equal(4, stage.Signals.Count);
        for (var i = 0; i < 20; i++)
        {
            stage.Book(market, market.No, [], Scenes.At((50, 10 + i)));
            stage.Book(market, market.Yes, [], Scenes.At((49, 10 + i)));
            stage.Run();
            stage.Clock.PassMillis(100);
        }

        Assert.Equal(2, stage.Refused.Count);
        stage.Signals.Clear();
        strategy.Options = strategy.Options with { MinEdgePpm = 900_000 };
        stage.Clock.PassMillis(1_000);
        stage.Book(market, market.Yes, [], Scenes.At((40, 10)));
        stage.Book(market, market.No, [], Scenes.At((50, 11)));
        stage.Run();
        Assert.Empty(stage.Signals);
        Assert.Equal("MIN_EDGE", stage.Refused[^1].Reason);
    }

    [Fact]
    public void A_price_off_the_tick_is_limited_at_the_next_one_against_us()
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
        var market = Scenes.Market(Venue.Polymarket, "m");
        stage.Describe(market);
        stage.Book(market, market.Yes, [], [new Level(401_000, 10 * Scenes.Share)]);
        stage.Book(market, market.No, [], Scenes.At((50, 10)));
        stage.Run();
        Assert.Equal([410_000L, 500_000L], Assert.Single(stage.Signals).Legs.Select(leg => leg.PricePpm));
    }

    [Fact]
    public void A_fee_that_is_not_understood_is_never_traded()
    {
        using var stage = new StrategyStage(new CrossOutcomeArbitrage(s_plain));
        var market = Scenes.Market(
            Venue.Polymarket, "m", Scenes.Polymarket with { Fee = new FeeCurve(FeeKind.Curve, 70_000, 3, 0, 10, 0) });
        stage.Describe(market);
        stage.Book(market, market.Yes, [], Scenes.At((10, 10)));
        stage.Book(market, market.No, [], Scenes.At((10, 10)));
        stage.Run();
        Assert.Empty(stage.Signals);
        Assert.Equal("FEES", stage.Refused[0].Reason);
    }

    [Theory]
    [InlineData(true, 3, 3, 24, null)]
    [InlineData(true, 3, 3, 2, "TOO_MANY_LEGS")]
    [InlineData(true, 3, 4, 24, "EVENT_INCOMPLETE")]
    [InlineData(true, 3, 0, 24, "EVENT_INCOMPLETE")]
    [InlineData(false, 3, 3, 24, "AUGMENTED")]
    public void A_whole_event_is_bought_only_where_it_is_whole(bool isFixed, int markets, int told, int maxLegs, string? reason)
    {
        using var stage = new StrategyStage(new NegativeRiskArbitrage(new NegativeRiskOptions { MinEdgePpm = 0, MaxLegs = maxLegs }));
        for (var i = 0; i < markets; i++)
        {
            var market = Scenes.Market(Venue.Polymarket, $"m{i}") with
            {
                EventId = "e", IsExclusive = true, IsAugmented = !isFixed, EventMarkets = told,
            };
            stage.Describe(market);
            stage.Book(market, market.Yes, [], Scenes.At((25, 10 + i)));
        }

        stage.Run();
        Assert.Equal(reason is null ? [] : [reason], stage.Refused.Select(one => one.Reason));
        Assert.Equal(reason is null ? 1 : 0, stage.Signals.Count);
        Assert.All(stage.Signals, signal => Assert.Equal(
            ("m0", "e", 3, Micros.One), (signal.Legs[0].Market.MarketId, SignalText.Market(signal), signal.Legs.Length, signal.PayoutPpm)));
    }

    [Fact]
    public void Every_no_of_an_event_pays_for_all_but_one()
    {
        using var stage = new StrategyStage(new NegativeRiskArbitrage(new NegativeRiskOptions { MinEdgePpm = 0 }));
        for (var i = 0; i < 3; i++)
        {
            var market = Scenes.Market(Venue.Polymarket, $"m{i}") with { EventId = "e", IsExclusive = true, EventMarkets = 3 };
            stage.Describe(market);
            stage.Book(market, market.No, [], Scenes.At((60, 10)));
        }

        stage.Run();
        Assert.Equal(2 * Micros.One, Assert.Single(stage.Signals).PayoutPpm);
        Assert.Equal(200_000, stage.Signals[0].EdgePpm);
    }

    [Fact]
    public void The_lower_strike_must_not_be_cheaper_than_the_higher_one()
    {
        using var stage = new StrategyStage(new LadderConsistency(new LadderOptions { MinEdgePpm = 0 }));
        var low = Scenes.Market(Venue.Kalshi, "low") with { Price = Scenes.Question(100) };
        var high = Scenes.Market(Venue.Kalshi, "high") with { Price = Scenes.Question(110) };
        foreach (var market in new[] { low, high })
        {
            stage.Describe(market);
            stage.Book(market, market.Yes, [], Scenes.At((30, 10)));
            stage.Book(market, market.No, [], Scenes.At((50, 20)));
        }

        stage.Run();
        Assert.All(stage.Signals, signal => Assert.Equal(
            (SignalKind.BuyCover, low.Yes, high.No), (signal.Kind, signal.Legs[0].Token, signal.Legs[1].Token)));
        Assert.Single(stage.Signals);
        stage.Feed.OnGone(Venue.Kalshi, "high", stage.Clock.Now);
        stage.Clock.PassMillis(2_500);
        stage.Book(low, low.Yes, [], Scenes.At((30, 11)));
        stage.Run();
        Assert.Single(stage.Signals);
    }

    [Fact]
    public void A_pair_that_does_not_settle_alike_is_refused_with_the_differences_in_words()
    {
        var strategy = new CrossVenueArbitrage(new CrossVenueOptions { MinEdgePpm = 0 });
        using var stage = new StrategyStage(strategy);
        var here = Scenes.Market(Venue.Polymarket, "p") with { Price = Scenes.Question(100) };
        var there = Scenes.Market(Venue.Kalshi, "k") with
        {
            Price = Scenes.Question(100) with { Oracle = "cfbenchmarks", Statistic = "mean60" },
        };
        stage.Describe(here);
        stage.Describe(there);
        stage.Book(here, here.Yes, [], Scenes.At((30, 10)));
        stage.Book(there, there.No, [], Scenes.At((50, 20)));
        stage.Run();
        Assert.Empty(stage.Signals);
        var (signal, reason) = stage.Refused[0];
        Assert.Equal("PAIR_NOT_EQUIVALENT", reason);
        Assert.Equal(
            "ORACLE: chainlink at polymarket, cfbenchmarks at kalshi; STATISTIC: twap60 at polymarket, mean60 at kalshi", signal.Detail);
        Assert.Equal("polymarket+kalshi", SignalText.Venue(signal));
        Assert.False(Assert.Single(strategy.Pairs).Equivalence.IsEquivalent);

        stage.Describe(there with { Price = here.Price });
        stage.Run();
        Assert.Equal(SignalKind.BuyCover, Assert.Single(stage.Signals).Kind);
        Assert.True(Assert.Single(strategy.Pairs).Equivalence.IsEquivalent);
        stage.Feed.OnGone(Venue.Polymarket, "p", stage.Clock.Now);
        stage.Run();
        Assert.Empty(strategy.Pairs);
    }

    [Fact]
    public void Strategies_of_different_folders_do_not_know_each_other()
    {
        var folders = Repository.Folders("src/Trading/Strategies").Select(folder => (Folder: folder, Types: TypesOf(folder))).ToList();
        Assert.True(folders.Count >= 4);
        foreach (var (folder, _) in folders)
        {
            var words = Repository.Files(folder, ".cs").SelectMany(file => Words(Repository.Read(file))).ToHashSet(StringComparer.Ordinal);
            var foreign = folders.Where(other => other.Folder != folder).SelectMany(other => other.Types).ToList();
            Assert.True(foreign.Count >= 6, string.Join(' ', foreign));
            Assert.DoesNotContain(foreign, words.Contains);
        }
    }

    // The word after class, record or struct in a line that begins with public.
    private static string[] TypesOf(string folder) =>
    [
        .. Repository.Files(folder, ".cs").SelectMany(file => Repository.Read(file).Split('\n'))
            .Where(line => line.StartsWith("public ", StringComparison.Ordinal))
            .Select(line => Words(line).SkipWhile(word => word is not ("class" or "record" or "struct"))
                .First(word => word is not ("class" or "record" or "struct"))),
    ];

    private static IEnumerable<string> Words(string text) =>
        new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
