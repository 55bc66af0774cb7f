using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>The feed over a Polymarket that misbehaves, in virtual time.</summary>
public sealed class PolymarketFeedTests
{
    [Fact]
    public void A_feed_finds_its_windows_and_has_their_books_on_two_sockets()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight, 10);
        stage.Pass(60);
        Assert.True(stage.IsRight);
        Assert.Equal(4, stage.Feed.Report().Count);
        Assert.Equal(2, stage.Venue.MarketSockets.Count);
        Assert.Empty(stage.Replaced);
        Assert.All(stage.Record.Markets.Values, market => Assert.Equal(MarketPhase.Open, market.Phase));
        Assert.All(stage.Feed.Report(), report => Assert.Equal(0, report.Gaps));
        Assert.InRange(stage.Venue.TimesOf($"sent {stage.Venue.MarketSockets[0]} PING").Count(), 5, 7);
        stage.Stop();
    }

    [Fact]
    public void Windows_roll_for_hours_and_what_is_over_is_given_up()
    {
        using var stage = new PolymarketStage(everySeconds: 5);
        stage.Until(() => stage.IsRight, 20);
        stage.Pass(Counts.Of(43_200, 3_600));
        stage.Until(() => stage.IsRight || stage.Feed.Report().Any(report => report.State != FeedState.Live), 30);
        Assert.InRange(stage.Feed.Report().Count, 4, 8);
        var over = stage.Record.Gone.Count;
        Assert.InRange(over, 10, 200);
        Assert.All(stage.Record.Gone, id => Assert.Equal((MarketPhase.Resolved, 1_000_000L), (stage.Record.Markets[id].Phase, stage.Record.Markets[id].YesPaysPpm)));
        Assert.Empty(stage.Replaced);
        Assert.Empty(stage.Record.Alerts);

        // The price to beat of every window that has begun is the tick at its start.
        Assert.All(stage.Record.Gone.Skip(1), id =>
        {
            var price = stage.Record.Markets[id].Price!;
            Assert.Equal((60_000 + (price.StartNanos / Stamps.NanosPerSecond % 1_000)) * 100_000_000L, price.StrikeE8);
        });
        Assert.InRange(stage.Venue.TimesOf($"sent {stage.Venue.MarketSockets[0]} {{\"operation\":\"unsubscribe\"").Count(), over - 1, over + 2);
        stage.Stop();
    }

    [Fact]
    public void A_fresh_market_is_asked_for_until_it_has_tokens_and_a_book()
    {
        using var stage = new PolymarketStage(before: venue => venue.HydratesAfter = TimeSpan.FromSeconds(90));
        stage.Pass(60);
        Assert.Empty(stage.Record.MarketsInOrder);
        Assert.InRange(stage.Venue.TimesOf("get /markets").Count(), 3, 12);
        stage.Until(() => stage.IsRight, 120);
        Assert.Empty(stage.Record.Alerts);
        stage.Stop();
    }

    [Fact]
    public void A_cut_socket_costs_no_unproven_moment()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(5);
        for (var i = 0; i < 6; i++)
        {
            var proofs = stage.Record.Proofs.Count;
            stage.Venue.Cut(stage.Venue.MarketSockets[0]);
            stage.Pass(0.2);
            Assert.True(stage.IsRight);
            stage.Until(() => stage.Venue.MarketSockets.Count == 2, 40);
            stage.Pass(3);
            stage.AssertNoUnprovenMomentSince(proofs);
        }

        stage.Stop();
    }

    [Fact]
    public void A_socket_that_freezes_behind_healthy_pings_is_replaced_and_nobody_notices()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(30);
        var proofs = stage.Record.Proofs.Count;
        var frozen = stage.Venue.MarketSockets[0];
        stage.Venue.Frozen.Add(frozen);
        stage.Pass(4);
        Assert.True(stage.IsRight);
        stage.Until(() => stage.Replaced.Count == 1, 30);
        stage.Until(() => stage.Venue.MarketSockets.Count == 2, 10);
        Assert.DoesNotContain(frozen, stage.Venue.MarketSockets);
        stage.AssertNoUnprovenMomentSince(proofs);
        stage.Stop();
    }

    [Fact]
    public void Both_sockets_frozen_are_found_by_comparison_and_no_wrong_book_stays_proven()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(120);
        stage.Venue.Frozen.UnionWith(stage.Venue.MarketSockets);
        stage.Until(() => stage.Feed.Report().All(report => !report.Proven), 20);
        stage.Until(() => stage.Replaced.Count >= 2, 60);
        stage.Until(() => stage.IsRight, 60);
        stage.Stop();
    }

    [Fact]
    public void Both_sockets_frozen_are_replaced_though_one_market_is_quiet_and_another_new()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(270);
        stage.Venue.Quiet.Add(stage.Slug(1));
        stage.Pass(10);
        var frozen = stage.Venue.MarketSockets.ToArray();
        stage.Venue.Frozen.UnionWith(frozen);

        // The next window but one comes while nothing is heard.
        stage.Until(() => stage.Venue.MarketSockets.Count == 2 && !stage.Venue.MarketSockets.Intersect(frozen).Any(), 60);
        stage.Until(() => stage.IsRight, 20);
        Assert.Equal(2, stage.Replaced.Count(reason => reason.Contains("pings", StringComparison.Ordinal)));
        stage.Stop();
    }

    [Fact]
    public void Both_sockets_frozen_are_replaced_though_all_that_they_had_is_quiet()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(250);
        stage.Venue.IsQuiet = true;
        stage.Pass(20);
        var frozen = stage.Venue.MarketSockets.ToArray();
        stage.Venue.Frozen.UnionWith(frozen);
        stage.Until(() => !stage.Venue.MarketSockets.Intersect(frozen).Any(), 120);
        stage.Until(() => stage.IsRight, 20);
        stage.Stop();
    }

    [Fact]
    public void A_quiet_market_is_no_dead_one()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(60);
        stage.Venue.IsQuiet = true;
        var proofs = stage.Record.Proofs.Count;
        stage.Pass(150);
        stage.AssertNoUnprovenMomentSince(proofs);
        Assert.Empty(stage.Replaced);
        Assert.All(stage.Feed.Report().Take(2), report => Assert.True(report.ConfirmedNanos > report.LastChangeNanos));
        stage.Stop();
    }

    [Fact]
    public void One_token_that_is_silent_on_one_socket_is_asked_for_again_and_then_the_socket_goes()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(20);
        var proofs = stage.Record.Proofs.Count;
        var socket = stage.Venue.MarketSockets[0];
        var token = stage.Venue.YesOf(stage.Slug(1));
        stage.Venue.Silent.Add((socket, token));
        stage.Until(() => stage.Venue.TimesOf($"sent {socket} {{\"operation\":\"subscribe\",\"assets_ids\":[\"{token}\"").Any(), 10);
        stage.Until(() => stage.Replaced.Any(reason => reason.Contains(token, StringComparison.Ordinal)), 120);
        stage.AssertNoUnprovenMomentSince(proofs);
        stage.Stop();
    }

    [Fact]
    public void A_new_tick_waits_for_the_next_whole_book_and_asks_where_none_comes()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Venue.ChangeTick(stage.Slug(), "0.01", "0.001");
        stage.Pass(1);
        var yes = stage.Venue.YesOf(stage.Slug());
        Assert.Equal(BookProof.AwaitingSnapshot, stage.Record.Books[yes].Proof);
        Assert.Equal(1_000, stage.Record.Markets.Values.Single(market => market.Slug == stage.Slug()).Rules.Bands[0].TickPpm);
        stage.Venue.SendBooks(stage.Slug());
        stage.Pass(0.2);
        Assert.Equal(BookProof.Proven, stage.Record.Books[yes].Proof);
        stage.Venue.ChangeTick(stage.Slug(), "0.001", "0.01");
        stage.Until(() => stage.IsRight, 8);
        stage.Stop();
    }

    [Fact]
    public void A_socket_without_answers_to_pings_is_replaced()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Venue.IsQuiet = true;
        stage.Venue.MutesPongs = true;
        stage.Until(() => stage.Replaced.Any(reason => reason.Contains("ping", StringComparison.Ordinal)), 40);
        stage.Stop();
    }

    [Fact]
    public void A_price_to_beat_that_gamma_contradicts_takes_the_market_out()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight, 10);
        stage.Venue.GammaIsBeside = 5;
        stage.Pass(340);
        var alert = Assert.Single(stage.Record.Alerts.DistinctBy(alert => alert.MarketId));
        Assert.Equal("PRICE_TO_BEAT", alert.Code);
        Assert.Equal(stage.Slug(), stage.Record.Markets[alert.MarketId].Slug);
        stage.Stop();
    }

    [Fact]
    public void With_a_key_the_newer_feed_brings_the_prices_and_a_drain_is_over_at_once()
    {
        using var stage = new PolymarketStage(withKey: true);
        stage.Until(() => stage.Record.References.Count > 3, 10);
        Assert.Empty(stage.Venue.TimesOf("open rtds"));
        var before = stage.Now;
        var bolt = stage.Venue.Log.Single(entry => entry.What.StartsWith("open bolt", StringComparison.Ordinal)).What;
        stage.Venue.Cut(int.Parse(bolt[10..]), 4003);
        stage.Until(() => stage.Venue.TimesOf("open bolt").Count() == 2, 3);
        Assert.Contains(stage.Lost, reason => reason.Contains("4003", StringComparison.Ordinal));
        stage.Until(() => stage.Record.References.Any(price => price.VenueNanos > (before.TotalSeconds + 4) * 1e9), 8);
        stage.Stop();
    }

    [Fact]
    public void Where_the_key_is_refused_the_older_feed_steps_in()
    {
        using var stage = new PolymarketStage(withKey: true, before: venue => venue.RefusesKey = true);
        stage.Until(() => stage.Record.References.Count > 0, 45);
        Assert.NotEmpty(stage.Venue.TimesOf("open rtds"));
        Assert.Contains(stage.Replaced, reason => reason.Contains("auth_invalid", StringComparison.Ordinal));
        stage.Stop();
    }

    [Fact]
    public void A_venue_that_says_429_is_left_alone()
    {
        using var stage = new PolymarketStage(before: venue => venue.Refuses = true);
        stage.Pass(19);
        Assert.InRange(stage.Venue.TimesOf("get").Count(), 1, 3);
        stage.Venue.Refuses = false;
        stage.Until(() => stage.IsRight, 20);
        stage.Stop();
    }

    [Fact]
    public void A_venue_that_says_429_and_not_for_how_long_is_left_alone_longer_each_time()
    {
        using var stage = new PolymarketStage(before: venue => (venue.Refuses, venue.RetryAfter) = (true, null));
        stage.Pass(125);
        Assert.InRange(stage.Venue.TimesOf("get").Count(), 6, 24);
        stage.Venue.Refuses = false;
        stage.Until(() => stage.IsRight, 75);
        stage.Stop();
    }

    [Fact]
    public void While_the_engine_restarts_markets_are_paused_and_then_post_only_for_two_minutes()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight, 10);
        MarketPhase Phase() => stage.Record.Markets.Values.Single(market => market.Slug == stage.Slug()).Phase;
        stage.Pass(20);
        stage.Venue.Restarts = true;
        stage.Until(() => Phase() == MarketPhase.Paused, 6);
        var asked = stage.Venue.TimesOf("get /book").Count();
        stage.Pass(60);
        Assert.Equal(MarketPhase.Paused, Phase());
        Assert.InRange(stage.Venue.TimesOf("get /book").Count() - asked, 7, 12);
        stage.Venue.Restarts = false;
        stage.Until(() => Phase() == MarketPhase.PostOnly, 9);
        var took = stage.Until(() => Phase() == MarketPhase.Open, 125);
        Assert.InRange(took.TotalSeconds, 119.8, 120.3);

        // A second restart begins while only post-only orders are taken.
        stage.Venue.Restarts = true;
        stage.Until(() => Phase() == MarketPhase.Paused, 6);
        stage.Venue.Restarts = false;
        stage.Until(() => Phase() == MarketPhase.PostOnly, 9);
        stage.Pass(30);
        stage.Venue.Restarts = true;
        stage.Until(() => Phase() == MarketPhase.Paused, 6);
        stage.Venue.Restarts = false;
        stage.Until(() => Phase() == MarketPhase.PostOnly, 9);
        Assert.InRange(stage.Until(() => Phase() == MarketPhase.Open, 125).TotalSeconds, 119.8, 120.3);
        Assert.True(stage.IsRight);
        Assert.Empty(stage.Replaced);
        stage.Stop();
    }

    [Fact]
    public void A_kind_of_event_that_nobody_knows_is_told_of_once_and_harms_no_book()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        var proofs = stage.Record.Proofs.Count;
        for (var i = 0; i < 3; i++)
        {
            stage.Venue.Say(stage.Slug(), "{\"event_type\":\"halt\",\"reason\":\"x\"}");
            stage.Pass(1);
        }

        Assert.Equal(["halt"], stage.Unknown);
        stage.AssertNoUnprovenMomentSince(proofs);
        stage.Stop();
    }

    [Fact]
    public void The_tape_of_a_feed_replays_to_the_same_markets_and_books()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight && stage.Venue.MarketSockets.Count == 2, 10);
        stage.Pass(30);
        stage.Venue.Cut(stage.Venue.MarketSockets[0]);
        stage.Pass(30);
        var again = new OutcomeRecord();
        var decoder = new PolymarketDecoder(again, discover: true, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(150));
        foreach (var (connection, context, payload, opened, atNanos) in stage.Tape)
        {
            if (payload is not null)
            {
                decoder.Accept(connection, payload, context, atNanos);
            }
            else if (opened)
            {
                decoder.Connected(connection, atNanos);
            }
            else
            {
                decoder.Disconnected(connection, atNanos);
            }
        }

        Assert.Equal(0, decoder.Tally.Rejected);
        Assert.Equal(stage.Record.Markets.Values.OrderBy(market => market.Slug), again.Markets.Values.OrderBy(market => market.Slug));
        Assert.Equal(
            stage.Record.Books.Select(book => $"{book.Key} {book.Value.Proof} {stage.Shown(book.Key)}").Order(StringComparer.Ordinal),
            again.Books.Select(book => $"{book.Key} {book.Value.Proof} "
                + string.Join(' ', book.Value.Bids.Select(level => $"{level.Price}:{level.Quantity}")) + "|"
                + string.Join(' ', book.Value.Asks.Select(level => $"{level.Price}:{level.Quantity}"))).Order(StringComparer.Ordinal));
        stage.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_held_is_described_until_it_has_paid_also_after_the_program_was_away(bool knowsSlug)
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight, 10);
        var slug = stage.Slug();
        var id = stage.Venue.IdOf(slug);
        stage.Stop();
        stage.Pass(7_200);
        stage.Held.Add(new HeldMarket(id, knowsSlug ? slug : string.Empty));
        var record = stage.Again();
        stage.Until(() => record.Markets.ContainsKey(id), 20);
        Assert.Equal((MarketPhase.Resolved, 1_000_000L), (record.Markets[id].Phase, record.Markets[id].YesPaysPpm));
        Assert.Equal(knowsSlug ? 0 : 2, stage.Venue.Log.Count(entry => entry.What.Contains("condition_ids", StringComparison.Ordinal)));

        // It is said again to whoever came late, and forgotten once nobody holds it.
        stage.Pass(120);
        Assert.InRange(record.MarketsInOrder.Count(market => market.MarketId == id), 3, 6);
        Assert.DoesNotContain(id, record.Gone);
        stage.Held.Clear();
        stage.Pass(30);
        Assert.Contains(id, record.Gone);
        var asked = stage.Venue.Log.Count(entry => entry.What.Contains(slug, StringComparison.Ordinal));
        stage.Pass(600);
        Assert.Equal(asked, stage.Venue.Log.Count(entry => entry.What.Contains(slug, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_held_is_asked_for_however_late_the_venue_decides()
    {
        using var stage = new PolymarketStage();
        stage.Until(() => stage.IsRight, 10);
        var slug = stage.Slug();
        var id = stage.Venue.IdOf(slug);
        stage.Venue.Undecided.Add(slug);
        stage.Held.Add(new HeldMarket(id, string.Empty));
        stage.Pass(3 * 3_600);
        Assert.DoesNotContain(id, stage.Record.Gone);
        Assert.NotEqual(MarketPhase.Resolved, stage.Record.Markets[id].Phase);
        Assert.InRange(stage.Feed.Report().Count, 4, 8);
        stage.Venue.Undecided.Clear();
        stage.Until(() => stage.Record.Markets[id].Phase == MarketPhase.Resolved, 60);
        stage.Stop();
    }
}
