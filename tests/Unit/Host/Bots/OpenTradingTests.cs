using Strikeline.Host.Bots;
using Strikeline.Host.Configuration;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Host.Bots;

/// <summary>The bots as they are put together.</summary>
public sealed class OpenTradingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-bots-").FullName;
    private readonly VirtualTime _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("flat")]
    [InlineData("venue")]
    public async Task Strategies_plans_and_fills_count_one_fee(string fee)
    {
        var settings = new Settings
        {
            DataDir = _folder,
            Trading = new TradingSettings { Paper = new Strikeline.Host.Configuration.PaperSettings { Fee = fee } },
        };
        await using var trading = OpenTrading.From(settings, "live", _time, e => throw e);
        var market = OutcomeBooks.Make("m", OutcomeBooks.Rules with { Fee = default });
        trading.Sink.OnMarket(market, 0);

        // The fee is a part of the market for everybody behind the sink.
        var known = trading.Cache.Market(market.Venue, "m")!;
        Assert.Equal(fee == "flat" ? FeeCurve.FlatTwoPercent : default, known.Rules.Fee);
        Assert.Equal(market with { Rules = known.Rules }, known);
    }

    [Fact]
    public async Task The_clocks_offset_comes_from_the_books()
    {
        await using var trading = OpenTrading.From(new Settings { DataDir = _folder }, "live", _time, e => throw e);
        Assert.Null(trading.Clocks.OffsetFor(Venue.Kalshi));
        var book = new OutcomeBook(new MarketKey(Venue.Polymarket, "t"), "m") { VenueNanos = _time.UnixNanos() - 30_000_000 };
        trading.Sink.OnBooks([book], _time.UnixNanos());
        Assert.Equal(30, trading.Clocks.OffsetFor(Venue.Kalshi)!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("ENABLE_REAL_TRADING=true PRIVATE_KEY=x KALSHI_PRIVATE_KEY_FILE=y", "DRY_RUN_TRUE DRY_RUN_TRUE")]
    [InlineData("DRY_RUN=false", "ENABLE_FALSE PRIVATE_KEY_MISSING ENABLE_FALSE PRIVATE_KEY_MISSING")]
    [InlineData("DRY_RUN=false ENABLE_REAL_TRADING=true PRIVATE_KEY=x", "PRIVATE_KEY_MISSING")]
    [InlineData("PRIVATE_KEY=x", "DRY_RUN_TRUE ENABLE_FALSE DRY_RUN_TRUE ENABLE_FALSE PRIVATE_KEY_MISSING")]
    [InlineData("DRY_RUN=false ENABLE_REAL_TRADING=true PRIVATE_KEY=x KALSHI_PRIVATE_KEY_FILE=y", "")]
    public void Whoever_touches_a_gate_is_told_of_every_closed_one(string variables, string tags)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(
            tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tag => "REAL_TRADING_BLOCKED_" + tag),
            OpenTrading.ClosedGates(set.GetValueOrDefault).Select(one => one.Tag));
    }
}
