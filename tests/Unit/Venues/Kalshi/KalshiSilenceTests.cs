namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Sockets that are quiet for good reason, and such that are dead.</summary>
public sealed class KalshiSilenceTests
{
    [Fact]
    public void A_quiet_series_without_an_index_keeps_its_socket_and_a_freeze_of_it_is_found()
    {
        using var stage = new KalshiStage(hasKey: true, series: ["KXHIGHNY"]);
        stage.Venue.IsMute = true;
        stage.Until(() => stage.IsLive, 10);
        stage.Time.Pass(TimeSpan.FromMinutes(Counts.Of(600, 60)));
        Assert.True(stage.IsLive);
        Assert.Single(stage.Venue.TimesOf("open"));
        Assert.Empty(stage.Replaced);
        Assert.Empty(stage.Lost);

        // Nothing has come by itself: the least silence counts, and a moment for an answer.
        stage.Venue.IsFrozen = true;
        stage.Until(() => stage.Replaced.Count > 0, 3 + 3.5 + 2);
        stage.Venue.IsFrozen = false;
        stage.Until(() => stage.IsLive && stage.Venue.OpenSockets == 1, 20);
        stage.Stop();
    }

    [Fact]
    public void A_socket_before_its_first_market_is_asked_for_its_subscriptions()
    {
        using var stage = new KalshiStage(hasKey: true, series: ["KXHIGHNY"]);
        stage.Venue.IsMute = true;
        stage.Venue.HidesTerms = true;
        stage.Pass(300);
        Assert.Single(stage.Venue.TimesOf("open"));
        Assert.Empty(stage.Replaced);
        stage.Venue.IsFrozen = true;
        stage.Until(() => stage.Replaced.Count > 0, 9);
        stage.Stop();
    }

    [Fact]
    public void The_life_of_other_markets_is_a_sign_of_life()
    {
        using var stage = new KalshiStage(hasKey: true, series: ["KXHIGHNY"]);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(1);
        stage.Venue.IsMute = true;
        int Asked() => stage.Venue.Log.Count(entry => entry.What.Contains("get_snapshot", StringComparison.Ordinal));
        var asked = Asked();
        for (var second = 0; second < 60; second++)
        {
            stage.Venue.Tell("""{"type":"market_lifecycle_v2","sid":10,"msg":{"event_type":"created","market_ticker":"KXNFL-1-X"}}""");
            stage.Pass(1);
        }

        // Books have a watch of their own, and answer it: one question for each silence, none for the socket.
        Assert.InRange(Asked() - asked, 1, 25);
        Assert.Empty(stage.Replaced);
        stage.Stop();
    }
}
