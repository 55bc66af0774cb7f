using Strikeline.Venues;
using Strikeline.Venues.Kalshi;
using static Strikeline.Unit.Venues.Kalshi.KalshiTexts;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>From the venue's descriptions to markets, rules, phases, outcomes and alerts.</summary>
public sealed class KalshiMarketTests
{
    private const long Second = 1_000_000_000;

    private readonly OutcomeNotes _notes = new();
    private readonly KalshiDecoder _decoder;

    public KalshiMarketTests() => _decoder = Decoder(_notes, discover: false);

    private static long Now => Midnight + (60 * Second);

    [Fact]
    public void A_market_is_told_once_its_event_and_series_are_known()
    {
        List(Market(Ticker, Event));
        Assert.Empty(_notes.Markets);
        Answer(EventOf(Event, "KXBTC15M"));
        Answer(Series("KXBTC15M"));
        var market = Assert.Single(_notes.Markets);
        Assert.Equal((Ticker, Ticker, MarketPhase.Open), (market.MarketId, market.Slug, market.Phase));
        Assert.Equal((Ticker, Ticker + ":no"), (market.Yes.TokenId, market.No.TokenId));
        Assert.Equal((Event, false, 1), (market.EventId, market.IsExclusive, market.EventMarkets));
        Assert.Equal(
            new PriceQuestion(
                "BTC", "cfbenchmarks", "mean60", 6_319_352_000_000, true, true, Midnight, Midnight + (900 * Second)),
            market.Price);
        Assert.Equal(
            [new PriceBand(1_000, 100_000, 1_000), new(100_000, 900_000, 10_000), new(900_000, 999_000, 1_000)],
            market.Rules.Bands);
        Assert.True(market.Rules.IsOnTick(99_000) && !market.Rules.IsOnTick(105_000) && market.Rules.IsOnTick(905_000));
        Assert.Equal((10_000, true), (market.Rules.SizeStepMicro, market.Rules.Nets));

        // The same again says nothing new.
        List(Market(Ticker, Event));
        Assert.Single(_notes.Markets);
        Assert.Empty(_notes.Alerts);
    }

    [Theory]
    [InlineData("quadratic", "1", "", 1_750_000, 0)]
    [InlineData("quadratic", "0.5", "", 875_000, 0)]
    [InlineData("quadratic", "0", "", 0, 0)]
    [InlineData("quadratic_with_maker_fees", "1", "", 1_750_000, 437_500)]
    [InlineData("quadratic_with_combo_maker_fees", "1", "", 1_750_000, 875_000)]
    [InlineData("quadratic", "1", ",\"fee_type_override\":\"quadratic_with_maker_fees\",\"fee_multiplier_override\":0.5", 875_000, 218_750)]
    public void Fees_follow_the_series_and_the_event_before_it(
        string type, string multiplier, string overrides, long taker, long maker)
    {
        List(Market(Ticker, Event));
        Answer(EventOf(Event, "KXBTC15M", more: overrides));
        Answer(Series("KXBTC15M", type, multiplier));
        var fee = Assert.Single(_notes.Markets).Rules.Fee;

        // 100 shares at half a dollar: the venue's own table says 1.75 dollars.
        Assert.Equal((taker, maker), (fee.TakerFeeMicros(500_000, 100 * Micros.One), fee.MakerFeeMicros(500_000, 100 * Micros.One)));
        if (taker == 1_750_000)
        {
            // One share at a cent: 0.000693 on its own, 0.0007 as a whole order.
            Assert.Equal(693, fee.TakerFeeMicros(10_000, Micros.One));
            Assert.Equal(700, fee.MostTakerFeeMicros(10_000, Micros.One, 1));
        }
    }

    [Theory]
    [InlineData("initialized", MarketPhase.Hydrating, null, "")]
    [InlineData("active", MarketPhase.Open, null, "")]
    [InlineData("inactive", MarketPhase.Paused, null, "")]
    [InlineData("closed", MarketPhase.Closed, null, "")]
    [InlineData("determined", MarketPhase.Closed, null, "yes")]
    [InlineData("disputed", MarketPhase.Closed, null, "yes")]
    [InlineData("amended", MarketPhase.Closed, null, "no")]
    [InlineData("finalized", MarketPhase.Resolved, 0L, "no")]
    [InlineData("finalized", MarketPhase.Resolved, 370_000L, "scalar")]
    [InlineData("settled", MarketPhase.Resolved, 1_000_000L, "yes")]
    public void Every_status_is_a_phase(string status, MarketPhase phase, long? pays, string result)
    {
        Know();
        var value = result == "scalar" ? "\"0.3700\"" : string.Empty;
        List(Market(
            Ticker, Event, ("status", $"\"{status}\""), ("result", $"\"{result}\""), ("settlement_value_dollars", value)));
        var market = Assert.Single(_notes.Markets);
        Assert.Equal((phase, pays), (market.Phase, market.YesPaysPpm));
    }

    [Theory]
    [InlineData("status", "\"halted\"", "UNKNOWN_ENUM")]
    [InlineData("status", "", "UNKNOWN_ENUM")]
    [InlineData("market_type", "\"scalar\"", "UNKNOWN_ENUM")]
    [InlineData("strike_type", "\"roughly\"", "UNKNOWN_ENUM")]
    [InlineData("notional_value_dollars", "\"100.0000\"", "UNKNOWN_FIELD")]
    [InlineData("price_ranges", "", "UNKNOWN_TICK")]
    [InlineData("settlement_fee_dollars", "\"0.0100\"", "UNKNOWN_FIELD")]
    [InlineData("payout_ratio", "null", "UNKNOWN_FIELD")]
    [InlineData("price_ranges", "[{\"start\":\"0\",\"end\":\"1\",\"step\":\"0.01\",\"least_count\":5}]", "UNKNOWN_FIELD")]
    [InlineData("price_ranges", "[]", "UNKNOWN_TICK")]
    [InlineData("price_ranges", "[{\"start\":\"0\",\"end\":\"1\",\"step\":\"0\"}]", "UNKNOWN_TICK")]
    [InlineData("price_ranges", "[{\"start\":\"0\",\"end\":\"1\",\"step\":\"0.3\"}]", "UNKNOWN_TICK")]
    [InlineData("price_ranges", "[{\"start\":\"0.5\",\"end\":\"1\",\"step\":\"0.1\"},{\"start\":\"0\",\"end\":\"0.5\",\"step\":\"0.1\"}]", "UNKNOWN_TICK")]
    public void What_is_not_understood_is_an_alert_of_that_market_alone_until_it_is(string field, string json, string code)
    {
        Know();
        List(Market(Ticker, Event, (field, json)), Market(Ticker + "X", Event));
        var alert = Assert.Single(_notes.Alerts);
        Assert.Equal((Ticker, code), (alert.MarketId, alert.Code));
        Assert.Contains(field, alert.Detail, StringComparison.Ordinal);
        Assert.Equal(Ticker + "X", Assert.Single(_notes.Markets).MarketId);

        List(Market(Ticker, Event, (field, json)));
        Assert.Single(_notes.Alerts);
        List(Market(Ticker, Event));
        Assert.Equal(Ticker, _notes.Markets[^1].MarketId);
    }

    [Theory]
    [InlineData("\"maybe\"", "\"1.0000\"")]
    [InlineData("\"yes\"", "\"0.0000\"")]
    [InlineData("\"scalar\"", "")]
    [InlineData("\"\"", "\"1.0000\"")]
    public void An_outcome_that_contradicts_itself_pays_nobody(string result, string value)
    {
        Know();
        List(Market(Ticker, Event));
        List(Market(Ticker, Event, ("status", "\"finalized\""), ("result", result), ("settlement_value_dollars", value)));
        Assert.Equal("UNKNOWN_ENUM", Assert.Single(_notes.Alerts).Code);
        Assert.DoesNotContain(_notes.Markets, market => market.Phase == MarketPhase.Resolved);
    }

    [Theory]
    [InlineData(",\"fee_floor_override\":1", "")]
    [InlineData("", ",\"maker_fee_multiplier\":2")]
    public void An_unknown_field_beside_the_fee_is_an_alert(string ofEvent, string ofSeries)
    {
        List(Market(Ticker, Event));
        Answer(EventOf(Event, "KXBTC15M", more: ofEvent));
        Answer(Series("KXBTC15M", multiplier: "1" + ofSeries));
        Assert.Equal("UNKNOWN_FIELD", Assert.Single(_notes.Alerts).Code);
        Assert.Empty(_notes.Markets);
        Answer(EventOf(Event, "KXBTC15M"));
        Answer(Series("KXBTC15M"));
        Assert.Single(_notes.Markets);
    }

    [Theory]
    [InlineData("zz_added_yesterday", "{\"depth\":1}")]
    [InlineData("fee_waiver_expiration_time", "null")]
    [InlineData("settlement_ts", "\"2026-11-21T00:15:06Z\"")]
    [InlineData("price_level_structure", "\"milli_cent\"")]
    public void A_new_field_that_describes_is_none(string field, string json)
    {
        Know();
        List(Market(Ticker, Event, (field, json)));
        Assert.Single(_notes.Markets);
        Assert.Empty(_notes.Alerts);
    }

    [Theory]
    [InlineData("price_ranges", "[]", true)]
    [InlineData("settlement_fee_dollars", "\"0.0100\"", true)]
    [InlineData("market_type", "\"scalar\"", true)]
    [InlineData("strike_type", "\"roughly\"", true)]
    [InlineData("fee", "", true)]
    [InlineData("notional_value_dollars", "\"100.0000\"", false)]
    public void An_alert_stops_trading_and_no_payout_that_is_understood(string field, string json, bool pays)
    {
        Know();
        if (field == "fee")
        {
            Answer(Series("KXBTC15M", "cubic"));
        }

        var odd = field == "fee" ? [] : new[] { (field, json) };

        // One is told before it is not understood any more, one is never understood.
        List(Market(Ticker, Event), Market(Ticker + "X", Event, odd));
        List(Market(Ticker, Event, odd), Market(Ticker + "X", Event, odd));
        Assert.DoesNotContain(_notes.Markets, market => market.MarketId == Ticker + "X");
        _decoder.Expire(Midnight + (900 * Second));
        (string, string)[] final = [("status", "\"finalized\""), ("result", "\"yes\""), .. odd];
        List(Market(Ticker, Event, final), Market(Ticker + "X", Event, final));
        foreach (var ticker in (string[])[Ticker, Ticker + "X"])
        {
            MarketPhase[] phases = [.. _notes.Markets.Where(market => market.MarketId == ticker).Select(market => market.Phase)];
            Assert.Equal(MarketPhase.Closed, pays ? phases[^2] : phases[^1]);
            Assert.Equal(pays ? (MarketPhase.Resolved, 1_000_000L) : (MarketPhase.Closed, null), (phases[^1], _notes.Newest(ticker).YesPaysPpm));

            // What was told ended the alert for who heard it: so it was said again, once for each, and not oftener.
            Assert.Equal(1 + phases.Count(phase => phase != MarketPhase.Open), _notes.Alerts.Count(alert => alert.MarketId == ticker));
        }

        List(Market(Ticker, Event, final), Market(Ticker + "X", Event, final));
        Assert.Equal(_notes.Markets.Count, _notes.Markets.Distinct().Count());
    }

    [Theory]
    [InlineData("flat", "1")]
    [InlineData("margin_market_maker_program_fees", "0")]
    [InlineData("quadratic", "\"x\"")]
    [InlineData("quadratic", "-1")]
    public void An_unknown_fee_is_an_alert(string type, string multiplier)
    {
        List(Market(Ticker, Event));
        Answer(EventOf(Event, "KXBTC15M"));
        Answer(Series("KXBTC15M", type, multiplier));
        Assert.Equal("UNKNOWN_FEE", Assert.Single(_notes.Alerts).Code);
        Assert.Empty(_notes.Markets);
        Answer(Series("KXBTC15M"));
        Assert.Single(_notes.Markets);
    }

    [Theory]
    [InlineData("greater", "66999.99", true, false)]
    [InlineData("greater_or_equal", "\"66999.99\"", true, true)]
    [InlineData("less", "66999.99", false, false)]
    [InlineData("between", "66999.99", false, false)]
    [InlineData("structured", "", false, false)]
    public void A_ladder_asks_whether_the_mean_is_above_its_strike(string type, string floor, bool isPrice, bool tieIsYes)
    {
        const string Of = "KXBTCD-26SEP1317";
        Answer(Series("KXBTCD"));
        Answer(EventOf(Of, "KXBTCD", exclusive: true));
        List(Market(Of + "-T66999.99", Of, ("strike_type", $"\"{type}\""), ("floor_strike", floor)));
        var market = Assert.Single(_notes.Markets);
        Assert.True(market.IsExclusive && market.IsAugmented);
        Assert.Equal(
            isPrice
                ? new PriceQuestion(
                    "BTC", "cfbenchmarks", "mean60", 6_699_999_000_000, false, tieIsYes, 0, Midnight + (900 * Second))
                : null,
            market.Price);
    }

    [Fact]
    public void A_price_to_beat_that_is_not_known_yet_comes_with_the_lifecycle()
    {
        Know();
        List(Market(Ticker, Event, ("floor_strike", ""), ("status", "\"initialized\"")));
        Assert.Null(Assert.Single(_notes.Markets).Price!.StrikeE8);
        Live("\"event_type\":\"metadata_updated\",\"floor_strike\":79800.71,\"strike_type\":\"greater_or_equal\"");
        Assert.Equal(7_980_071_000_000, _notes.Markets[^1].Price!.StrikeE8);
        Live("\"event_type\":\"activated\"");
        Assert.Equal(MarketPhase.Open, _notes.Markets[^1].Phase);
        Live("\"event_type\":\"deactivated\",\"is_deactivated\":true");
        Assert.Equal(MarketPhase.Paused, _notes.Markets[^1].Phase);
        Live($"\"event_type\":\"close_date_updated\",\"close_ts\":{(Midnight / Second) + 300}");
        Assert.Equal(Midnight + (300 * Second), _notes.Markets[^1].ClosesNanos);
        Live("\"event_type\":\"determined\",\"result\":\"no\",\"settlement_value\":\"0.0000\"");
        Assert.Equal((MarketPhase.Closed, null), (_notes.Markets[^1].Phase, _notes.Markets[^1].YesPaysPpm));
        Assert.Empty(_notes.Alerts);
        Live("\"event_type\":\"reincarnated\"");
        Assert.Equal("UNKNOWN_ENUM", Assert.Single(_notes.Alerts).Code);
    }

    [Fact]
    public void A_result_that_is_amended_before_it_is_final_is_the_one_that_pays()
    {
        Know();
        List(Market(Ticker, Event));
        Live("\"event_type\":\"determined\",\"result\":\"yes\",\"settlement_value\":\"1.0000\"");
        List(Decided("disputed", "yes", "1.0000"));

        // An older copy of the list takes nothing back.
        List(Market(Ticker, Event, ("status", "\"closed\"")));
        List(Decided("amended", "no", "0.0000"));

        // That it is settled does not say at what: the dispute was not told over the socket.
        Live("\"event_type\":\"settled\",\"settled_ts\":1");
        Assert.DoesNotContain(_notes.Markets, market => market.YesPaysPpm is not null || market.Phase == MarketPhase.Resolved);
        List(Decided("finalized", "no", "0.0000"));
        Assert.Equal((MarketPhase.Resolved, 0L), (_notes.Markets[^1].Phase, _notes.Markets[^1].YesPaysPpm));
        Assert.Empty(_notes.Alerts);
    }

    [Fact]
    public void A_result_that_changes_after_it_was_final_is_an_alert_and_no_second_payout()
    {
        Know();
        List(Market(Ticker, Event));
        List(Decided("finalized", "yes", "1.0000"));
        var told = _notes.Markets.Count;

        // Older copies, and the same again, say nothing.
        List(Decided("determined", "no", "0.0000"));
        List(Market(Ticker, Event, ("status", "\"closed\"")));
        List(Decided("finalized", "yes", "1.0000"));
        Live("\"event_type\":\"determined\",\"result\":\"yes\",\"settlement_value\":\"1.0000\"");
        Assert.Empty(_notes.Alerts);
        List(Decided("finalized", "no", "0.0000"));
        List(Decided("finalized", "no", "0.0000"));
        Assert.Equal("RESULT_CHANGED", Assert.Single(_notes.Alerts).Code);
        Assert.Equal(told, _notes.Markets.Count);
        Assert.Equal(1_000_000, _notes.Markets[^1].YesPaysPpm);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_tick_is_another_book(bool byLifecycle)
    {
        Know();
        List(Market(Ticker, Event));
        _decoder.Say(Snapshot(Ticker, 5, 1, """[["0.4600","2.00"]]""", "[]"), Now);
        const string Cent = "[{\"start\":\"0\",\"end\":\"1\",\"step\":\"0.01\"}]";
        if (byLifecycle)
        {
            Live($"\"event_type\":\"price_level_structure_updated\",\"price_ranges\":{Cent}");
        }
        else
        {
            List(Market(Ticker, Event, ("price_ranges", Cent)));
        }

        Assert.Equal(BookProof.AwaitingSnapshot, _notes.Proofs[Ticker]);
        Assert.Equal([new PriceBand(10_000, 990_000, 10_000)], _notes.Markets[^1].Rules.Bands);
        _decoder.Say(Delta(Ticker, 5, 2, "yes", "0.4600", "1.00"), Now);
        Assert.Equal(BookProof.AwaitingSnapshot, _notes.Proofs[Ticker + ":no"]);
        _decoder.Say(Snapshot(Ticker, 5, 3, """[["0.4600","3.00"]]""", "[]"), Now);
        Assert.Equal(BookProof.Proven, _notes.Proofs[Ticker]);
    }

    [Fact]
    public void A_market_closes_by_the_clock_and_its_book_with_it()
    {
        Know();
        List(Market(Ticker, Event));
        _decoder.Say(Snapshot(Ticker, 5, 1, """[["0.4600","2.00"]]""", "[]"), Now);
        _decoder.Expire(Midnight + (900 * Second) - 1);
        Assert.Equal(MarketPhase.Open, _notes.Markets[^1].Phase);
        _decoder.Expire(Midnight + (900 * Second));
        Assert.Equal(MarketPhase.Closed, _notes.Markets[^1].Phase);
        Assert.Equal(BookProof.Disconnected, _notes.Proofs[Ticker]);
    }

    [Fact]
    public void A_pause_of_the_exchange_is_a_phase_of_every_market()
    {
        Know();
        List(Market(Ticker, Event));
        Answer("""{"exchange_active":true,"trading_active":false,"exchange_estimated_resume_time":null}""");
        Assert.Equal(MarketPhase.CancelOnly, _notes.Markets[^1].Phase);
        Answer("""{"exchange_active":false,"trading_active":false}""");
        Assert.Equal(MarketPhase.Paused, _notes.Markets[^1].Phase);
        Answer("""{"exchange_active":true,"trading_active":true}""");
        Assert.Equal(MarketPhase.Open, _notes.Markets[^1].Phase);
    }

    [Theory]
    [InlineData("2026-11-19T07:59:59Z", false)]
    [InlineData("2026-11-19T08:00:00Z", true)]
    [InlineData("2026-11-19T09:59:59Z", true)]
    [InlineData("2026-11-19T10:00:00Z", false)]
    [InlineData("2026-11-20T08:30:00Z", false)]
    [InlineData("2026-07-02T06:59:59Z", false)]
    [InlineData("2026-07-02T07:00:00Z", true)]
    [InlineData("2026-07-02T09:00:00Z", false)]
    [InlineData("2026-03-12T07:30:00Z", true)]
    [InlineData("2026-03-05T07:30:00Z", false)]
    [InlineData("2026-10-29T07:30:00Z", true)]
    [InlineData("2026-11-05T07:30:00Z", false)]
    public void Maintenance_is_on_Thursdays_by_New_Yorks_clock(string time, bool isMaintenance) =>
        Assert.Equal(
            isMaintenance,
            KalshiHours.IsMaintenance(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() * 1_000_000));

    [Fact]
    public void The_lifecycle_of_the_whole_venue_passes_by()
    {
        Know();
        var asks = _decoder.Catalog.Asks;
        Assert.Equal(RejectReason.None, _decoder.Say(
            """{"type":"market_lifecycle_v2","sid":4,"msg":{"event_type":"created","market_ticker":"KXNFL-1-X"}}"""));
        Assert.Equal(asks, _decoder.Catalog.Asks);
        _decoder.Say("""{"type":"market_lifecycle_v2","sid":4,"msg":{"event_type":"created","market_ticker":"KXBTC15M-26NOV210030-30"}}""");
        Assert.Equal(asks + 1, _decoder.Catalog.Asks);
        Assert.Empty(_notes.Markets);
    }

    private static string Decided(string status, string result, string value) => Market(
        Ticker, Event, ("status", $"\"{status}\""), ("result", $"\"{result}\""),
        ("settlement_value_dollars", $"\"{value}\""));

    private void Know()
    {
        Answer(Series("KXBTC15M"));
        Answer(EventOf(Event, "KXBTC15M"));
    }

    private void List(params string[] markets) => Answer($"{{\"cursor\":\"\",\"markets\":[{string.Join(',', markets)}]}}");

    private void Answer(string text) => Assert.Equal(RejectReason.None, _decoder.Say(text, Now, "/trade-api/v2/x"));

    private void Live(string fields) => Assert.Equal(RejectReason.None, _decoder.Say(
        $"{{\"type\":\"market_lifecycle_v2\",\"sid\":4,\"msg\":{{\"market_ticker\":\"{Ticker}\",{fields}}}}}", Now));
}
