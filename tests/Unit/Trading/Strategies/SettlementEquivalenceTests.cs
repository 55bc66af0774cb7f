using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>What keeps two markets from being one question.</summary>
public sealed class SettlementEquivalenceTests
{
    private static readonly OutcomeMarket s_here = Scenes.Market(Venue.Polymarket, "p") with { Price = Scenes.Question(100) };
    private static readonly OutcomeMarket s_there = Scenes.Market(Venue.Kalshi, "k") with { Price = Scenes.Question(100) };

    public static TheoryData<string, string> Differences => new()
    {
        { "ASSET", "ETH at kalshi" },
        { "ORACLE", "cfbenchmarks at kalshi" },
        { "STATISTIC", "mean60 at kalshi" },
        { "WINDOW", "at 2026-09-21 14:40:00.000 at kalshi" },
        { "STRIKE", "101 at kalshi" },
        { "TIE_RULE", "NO at the strike at kalshi" },
    };

    [Fact]
    public void The_same_question_is_equivalent() => Assert.True(SettlementEquivalence.Check(s_here, s_there).IsEquivalent);

    [Theory]
    [MemberData(nameof(Differences))]
    public void Each_difference_alone_is_enough_and_is_said(string code, string words)
    {
        var question = s_there.Price!;
        var other = s_there with
        {
            Price = code switch
            {
                "ASSET" => question with { Asset = "ETH" },
                "ORACLE" => question with { Oracle = "cfbenchmarks" },
                "STATISTIC" => question with { Statistic = "mean60" },
                "WINDOW" => question with { EndNanos = question.EndNanos + (1_000_000 * Stamps.NanosPerMilli) },
                "STRIKE" => question with { StrikeE8 = 101 * 100_000_000L },
                _ => question with { TieIsYes = false },
            },
        };
        var difference = Assert.Single(SettlementEquivalence.Check(s_here, other).Differences);
        Assert.Equal(code, difference.Code);
        Assert.EndsWith(words, difference.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_different()
    {
        Assert.Equal(["STRIKE"], Codes(s_there with { Price = s_there.Price! with { StrikeE8 = null } }));
        Assert.Equal(["NO_PRICE"], Codes(s_there with { Price = null }));
        Assert.Equal(["FEES"], Codes(s_there with { Rules = s_there.Rules with { Fee = new FeeCurve((FeeKind)9, 1, 1, 0, 1, 1) } }));
        var silent = s_here with { Price = s_here.Price! with { Oracle = string.Empty } };
        Assert.Equal("ORACLE", Assert.Single(SettlementEquivalence.Check(silent, silent).Differences).Code);
    }

    [Fact]
    public void A_strike_at_the_start_of_one_window_is_one_strike_before_anybody_knows_it()
    {
        var open = s_here.Price! with { StrikeE8 = null, OpensAtStrike = true, StartNanos = 5 };
        Assert.True(SettlementEquivalence.Check(s_here with { Price = open }, s_there with { Price = open }).IsEquivalent);
        Assert.Equal(
            ["WINDOW"],
            SettlementEquivalence.Check(s_here with { Price = open }, s_there with { Price = open with { StartNanos = 6 * Stamps.NanosPerSecond } })
                .Differences.Select(one => one.Code));
    }

    private static IEnumerable<string> Codes(OutcomeMarket other) =>
        SettlementEquivalence.Check(s_here, other).Differences.Select(one => one.Code);
}
