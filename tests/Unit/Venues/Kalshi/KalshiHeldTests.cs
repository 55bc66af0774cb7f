using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Markets in which something is held, over the life of feeds that come and go.</summary>
public sealed class KalshiHeldTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void What_is_held_is_paid_though_the_feed_was_away_when_it_settled(bool hasKey, bool isUnwatched)
    {
        using var stage = new KalshiStage(hasKey);
        stage.Until(() => stage.IsLive, 10);
        var ticker = stage.Venue.Ticker();
        stage.Stop();

        // Away for longer than any list reaches back.
        stage.Time.Pass(TimeSpan.FromHours(3));
        stage.Notes.Markets.Clear();
        ticker = isUnwatched ? ticker.Replace("KXBTC15M", "KXSOL15M", StringComparison.Ordinal) : ticker;
        stage.Held.Add(ticker);
        stage.Start();
        stage.Until(() => stage.Notes.Markets.Exists(market => market.MarketId == ticker), 10);
        var paid = stage.Notes.Newest(ticker);
        Assert.Equal((MarketPhase.Resolved, 1_000_000L), (paid.Phase, paid.YesPaysPpm));

        // While it is held it stays, and is said again: what came to be held late is paid too.
        var told = stage.Notes.Markets.Count(market => market.MarketId == ticker);
        stage.Pass(200);
        Assert.DoesNotContain(ticker, stage.Notes.Gone);
        Assert.InRange(stage.Notes.Markets.Count(market => market.MarketId == ticker), told + 10, told + 150);
        Assert.Empty(stage.Notes.Alerts);
        stage.Held.Clear();
        stage.Until(() => stage.Notes.Gone.Contains(ticker), 10);
        stage.Until(() => stage.IsLive, 1);
        stage.Stop();
    }

    [Fact]
    public void What_is_held_is_paid_before_anybody_knows_what_it_cost_and_while_the_feed_runs_on()
    {
        using var stage = new KalshiStage(hasKey: false);
        stage.Until(() => stage.IsLive, 10);
        var ticker = stage.Venue.Ticker();
        stage.Held.Add(ticker);
        stage.Venue.HidesTerms = true;
        stage.Venue.SettlesAfter = TimeSpan.FromMinutes(Counts.Of(26 * 60, 40));
        stage.Time.Pass(stage.Venue.SettlesAfter);
        Assert.DoesNotContain(ticker, stage.Notes.Gone);
        Assert.DoesNotContain(stage.Notes.Markets, market => market.MarketId == ticker && market.YesPaysPpm is not null);
        stage.Until(() => stage.Notes.Newest(ticker) is { Phase: MarketPhase.Resolved, YesPaysPpm: 1_000_000 }, 905);
        stage.Stop();
        stage.Notes.Markets.Clear();
        stage.Start();
        stage.Until(() => stage.Notes.Markets.Exists(market => market.MarketId == ticker), 10);
        Assert.Equal(1_000_000, stage.Notes.Newest(ticker).YesPaysPpm);
        Assert.Empty(stage.Notes.Alerts);
        stage.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ladder_of_the_testnet_is_paid_long_before_the_next_one_ends_and_by_its_last_result(bool hasKey)
    {
        var time = new VirtualTime();
        using var floor = new FloorTransport(time, seed: 3, fiveMinutes: true);
        using var key = FloorTransport.NewKey();
        using var stop = new CancellationTokenSource();
        var notes = new OutcomeNotes();
        var options = FloorTransport.Kalshi(key) with
        {
            Key = hasKey ? key : null, Series = [KalshiSeries.Of("KXBTCD")], Ahead = TimeSpan.FromMinutes(4),
        };
        var feed = new KalshiFeed(options, floor, notes, new NothingHeld(), new Deaf(), new Deaf(), time, new Random(1));
        var run = time.Start(() => feed.RunAsync(stop.Token));
        time.Pass(TimeSpan.FromSeconds(100));
        var close = ((time.UnixNanos() / Stamps.NanosPerSecond / 300) + 1) * 300;
        string[] ladder = [.. notes.Markets.Where(market => market.ClosesNanos == close * Stamps.NanosPerSecond)
            .OrderBy(market => market.Price!.StrikeE8).Select(market => market.MarketId).Distinct()];
        Assert.Equal(11, ladder.Length);
        floor.KalshiFault($$"""{"venue":"kalshi","fault":"amend","symbol":"{{ladder[0]}}","seconds":400}""");
        time.Pass(TimeSpan.FromSeconds(close + 5 - (time.UnixNanos() / Stamps.NanosPerSecond)));
        Assert.All(ladder, ticker => Assert.Equal((MarketPhase.Closed, null), (notes.Newest(ticker).Phase, notes.Newest(ticker).YesPaysPpm)));
        time.Pass(TimeSpan.FromSeconds(55));
        long?[] pays = [.. ladder.Select(ticker => notes.Newest(ticker).YesPaysPpm)];
        Assert.All(pays, one => Assert.Contains(one, (long?[])[0, 1_000_000]));

        // The lower the strike, the more surely it is yes; the lowest was turned round after it was decided.
        Assert.Equal(pays[1..].OrderDescending(), pays[1..]);
        Assert.Equal((0L, 1_000_000L), (pays[0], pays[1]));
        Assert.Equal(ladder.Length, notes.Markets.Count(market => ladder.Contains(market.MarketId) && market.YesPaysPpm is not null));
        Assert.Empty(notes.Alerts);
        stop.Cancel();
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(run.IsCompletedSuccessfully, $"{run.Exception}");
    }

    private sealed class Deaf : IFeedListener, IFeedRecorder
    {
        public void OnLost(Venue venue, int connection, string reason, TimeSpan wait) =>
            Assert.Equal("closed by this side", reason);

        public void OnReplaced(Venue venue, int connection, string reason) => Assert.Fail(reason);

        public void OnChangeOver(Venue venue, int connection, string reason) => Assert.Fail(reason);

        public void Connected(Venue venue, int connection, long nowNanos)
        {
        }

        public void Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos)
        {
        }

        public void Disconnected(Venue venue, int connection, long nowNanos)
        {
        }
    }
}
