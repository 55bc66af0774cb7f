using System.Numerics;
using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Strikeline.Venues.Polymarket;
using static Strikeline.Unit.Venues.Polymarket.PolymarketTexts;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>Markets made of descriptions, and what is refused because it is not understood.</summary>
public sealed class MarketCatalogTests
{
    private const long Second = Stamps.NanosPerSecond;
    private const long Start = 1_773_307_200 * Second;

    private const string Fees = "\"feesEnabled\":true,\"feeType\":\"crypto_fees_v2\","
        + "\"feeSchedule\":{\"exponent\":1,\"rate\":0.07,\"takerOnly\":true,\"rebateRate\":0.2}";

    private const string Free = Fees + "=>\"feesEnabled\":false,\"feeType\":null,\"feeSchedule\":null";
    private const string Silent = Fees + "=>\"feeType\":\"\"";

    private const string Opened = "\"closed\":false";
    private const string Over = "\"closed\":true,\"outcomePrices\":\"[\\\"0\\\", \\\"1\\\"]\",\"umaResolutionStatus\":\"resolved\"";

    [Fact]
    public void A_described_market_has_its_rules_question_and_phase()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma(), terms: null);
        Assert.Equal(MarketPhase.Hydrating, texts.Record.Markets[Market].Phase);
        texts.Describe(Gamma());
        var market = texts.Record.Markets[Market];
        Assert.Equal(MarketPhase.Open, market.Phase);
        Assert.Equal((Yes, No), (market.Yes.TokenId, market.No.TokenId));
        Assert.Equal([new PriceBand(10_000, 990_000, 10_000)], market.Rules.Bands);
        Assert.Equal(new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 10, 10), market.Rules.Fee);
        Assert.Equal(17_500, market.Rules.Fee.TakerFeeMicros(500_000, 1_000_000));
        Assert.Equal(TimeSpan.FromMilliseconds(150), market.Rules.TakerHold);
        Assert.Equal("Polymarket CTF Exchange/2", market.Rules.SigningDomain);
        Assert.Equal((5_000_000L, 1_000_000L), (market.Rules.LeastRestingMicro, market.Rules.LeastTakingMicros));
        Assert.Equal(
            new PriceQuestion("BTC", "chainlink", "twap60", null, true, true, Start, Start + (300 * Second)), market.Price);

        // The same again is no news.
        var told = texts.Record.MarketsInOrder.Count;
        texts.Describe(Gamma());
        Assert.Equal(told, texts.Record.MarketsInOrder.Count);
        Assert.Empty(texts.Record.Alerts);
    }

    [Fact]
    public void Outcomes_are_mapped_by_their_words_and_the_clob_has_to_agree()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma(outcomes: "[\\\"Down\\\", \\\"Up\\\"]"), terms: null);
        Assert.Equal((No, Yes), (texts.Record.Markets[Market].Yes.TokenId, texts.Record.Markets[Market].No.TokenId));
        texts.Describe(Gamma(outcomes: "[\\\"Down\\\", \\\"Up\\\"]"));
        Assert.Equal("OUTCOME_MISMATCH", Assert.Single(texts.Record.Alerts).Code);
    }

    [Theory]
    [InlineData(",\"version\":\"v3\"", "", "UNKNOWN_MARKET_VERSION")]
    [InlineData(",\"version\":\"v2\",\"positionIds\":[\"1\",\"2\"]", "", "BAD_POSITION_ID")]
    [InlineData("", "\"mts\":0.01=>\"mts\":0.003", "UNKNOWN_TICK")]
    [InlineData("", "\"e\":1=>\"e\":3", "UNKNOWN_FEE")]
    [InlineData("", "\"e\":1=>\"e\":\"x\"", "UNKNOWN_FEE")]
    [InlineData("", "\"to\":true=>\"to\":false", "UNKNOWN_FEE")]
    [InlineData("crypto_fees_v2=>crypto_fees_v3", "", "UNKNOWN_ENUM")]
    [InlineData(",\"umaResolutionStatus\":\"guessed\"", "", "UNKNOWN_ENUM")]
    [InlineData("\"takerOnly\":true=>\"takerOnly\":true,\"floor\":0.01", "", "UNKNOWN_FIELD")]
    [InlineData("", "\"to\":true=>\"to\":true,\"m\":0.01", "UNKNOWN_FIELD")]
    [InlineData("", "\"mos\":5=>\"mos\":5,\"sfr\":0.01", "UNKNOWN_FIELD")]
    [InlineData("", "\"o\":\"Up\"=>\"o\":\"Up\",\"w\":2", "UNKNOWN_FIELD")]
    [InlineData("[\\\"Up\\\", \\\"Down\\\"]=>[\\\"Up\\\", \\\"Down\\\", \\\"Same\\\"]", "", "UNKNOWN_OUTCOMES")]
    public void What_is_not_understood_is_alerted_once_and_not_traded(string gamma, string terms, string code)
    {
        var texts = new PolymarketTexts(discover: false);
        var description = gamma.Contains("=>", StringComparison.Ordinal) ? Changed(Gamma(), gamma) : Gamma(gamma);
        texts.Describe(description, terms.Length == 0 ? Terms : Changed(Terms, terms));
        texts.Describe(description, terms.Length == 0 ? Terms : Changed(Terms, terms));
        var alert = Assert.Single(texts.Record.Alerts);
        Assert.Equal((code, Market), (alert.Code, alert.MarketId));
        Assert.DoesNotContain(texts.Record.MarketsInOrder, market => market.Phase == MarketPhase.Open);

        // Understood again, it is spoken of again.
        texts.Describe(Gamma());
        Assert.Equal(MarketPhase.Open, texts.Record.MarketsInOrder[^1].Phase);
    }

    [Theory]
    [InlineData(",\"version\":\"v9\"", "")]
    [InlineData("", "\"mts\":0.01=>\"mts\":0.003")]
    [InlineData("", "\"e\":1=>\"e\":3")]
    [InlineData("", "\"mos\":5=>\"mos\":5,\"sfr\":0.01")]
    [InlineData(",\"events\":[{\"id\":\"1\",\"eventMetadata\":{\"priceToBeat\":61838.14}}]", "")]
    public void An_alert_stops_trading_and_keeps_nobody_from_what_he_has_won(string gamma, string terms)
    {
        var said = terms.Length == 0 ? Terms : Changed(Terms, terms);
        foreach (var isStream in (bool[])[false, true])
        {
            var texts = new PolymarketTexts(discover: false);
            texts.Describe(Gamma());
            texts.Say(Rtds(Start, "61838120000000000000000"), Start);
            texts.Describe(Gamma(gamma), said, Start + (9 * Second));
            var alert = Assert.Single(texts.Record.Alerts);
            var told = texts.Record.MarketsInOrder.Count;
            if (isStream)
            {
                texts.Say(Resolved(No), Start + (301 * Second));
            }
            else
            {
                texts.Describe(Gamma(gamma).Replace(Opened, Over, StringComparison.Ordinal), terms: null, Start + (301 * Second));
            }

            var market = Assert.Single(texts.Record.MarketsInOrder.Skip(told));
            Assert.Equal((MarketPhase.Resolved, 0L, Yes), (market.Phase, market.YesPaysPpm, market.Yes.TokenId));
            Assert.Equal(alert, Assert.Single(texts.Record.Alerts));

            // The same again is no news.
            texts.Describe(Gamma(gamma).Replace(Opened, Over, StringComparison.Ordinal), terms: null, Start + (310 * Second));
            Assert.Equal(told + 1, texts.Record.MarketsInOrder.Count);
        }
    }

    [Fact]
    public void A_market_that_is_first_seen_when_it_is_over_pays_though_its_fee_is_not_known()
    {
        var texts = new PolymarketTexts(discover: false);
        var gamma = Gamma(outcomes: "[\\\"Down\\\", \\\"Up\\\"]").Replace(Opened, Over, StringComparison.Ordinal);
        texts.Describe(Changed(gamma, ",\"feeSchedule\":{\"exponent\":1,\"rate\":0.07,\"takerOnly\":true,\"rebateRate\":0.2}=>"), terms: null);
        var market = Assert.Single(texts.Record.MarketsInOrder);
        Assert.Equal((MarketPhase.Resolved, 1_000_000L, No), (market.Phase, market.YesPaysPpm, market.Yes.TokenId));
        Assert.False(market.Rules.IsOnTick(500_000));
    }

    [Fact]
    public void A_winner_that_is_of_neither_outcome_pays_nobody()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Say(Resolved("77"), Start + (301 * Second));
        texts.Describe(Gamma().Replace(Opened, Over, StringComparison.Ordinal), terms: null, Start + (310 * Second));
        Assert.Equal("UNKNOWN_WINNER", Assert.Single(texts.Record.Alerts).Code);
        Assert.DoesNotContain(texts.Record.MarketsInOrder, market => market.Phase == MarketPhase.Resolved);
        texts.Say(Resolved(Yes), Start + (320 * Second));
        Assert.Equal(1_000_000, texts.Record.MarketsInOrder[^1].YesPaysPpm);
    }

    [Fact]
    public void Where_the_words_for_the_tokens_are_in_dispute_prices_pay_nobody_and_a_named_token_does()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Describe(Gamma(outcomes: "[\\\"Down\\\", \\\"Up\\\"]").Replace(Opened, Over, StringComparison.Ordinal), terms: null);
        Assert.Equal("OUTCOME_MISMATCH", Assert.Single(texts.Record.Alerts).Code);
        Assert.DoesNotContain(texts.Record.MarketsInOrder, market => market.Phase == MarketPhase.Resolved);
        texts.Say(Resolved(Yes), Start + (301 * Second));
        Assert.Equal(1_000_000, texts.Record.MarketsInOrder[^1].YesPaysPpm);
    }

    [Theory]
    [InlineData("", "\"r\":0.07,=>", "UNKNOWN_FEE")]
    [InlineData("", "\"r\":0.07=>\"r\":null", "UNKNOWN_FEE")]
    [InlineData("", "\"r\":0.07=>\"r\":\"some\"", "UNKNOWN_FEE")]
    [InlineData("", ",\"to\":true=>", "UNKNOWN_FEE")]
    [InlineData("\"rate\":0.07,=>", "", "UNKNOWN_FEE")]
    [InlineData("\"rate\":0.07=>\"rate\":1.5", "", "UNKNOWN_FEE")]
    [InlineData("", "\"r\":0.07=>\"r\":0.05", "FEE_MISMATCH")]
    [InlineData("\"exponent\":1=>\"exponent\":2", "", "FEE_MISMATCH")]
    [InlineData("", ",\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}=>", "FEE_MISMATCH")]
    [InlineData("\"feesEnabled\":true=>\"feesEnabled\":false", "", "FEE_MISMATCH")]
    [InlineData(Free, "\"r\":0.07,\"e\":1=>\"r\":0,\"e\":0", "")]
    [InlineData(Free, "\"tbf\":0,=>\"tbf\":1000,", "FEE_MISMATCH", "\"r\":0.07=>\"r\":0.03")]
    [InlineData(Free, "\"tbf\":0,=>\"tbf\":1000,", "UNKNOWN_FEE", "\"r\":0.07,\"e\":1=>\"r\":0,\"e\":0")]
    [InlineData(Free, "\"tbf\":0,=>\"tbf\":1000,", "UNKNOWN_FEE", ",\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}=>")]
    [InlineData(Free, "\"tbf\":0,=>", "", ",\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}=>")]
    [InlineData(Silent, "\"tbf\":0,=>", "UNKNOWN_FEE", ",\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}=>")]
    [InlineData(Silent, ",\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}=>", "")]
    public void A_fee_is_known_or_the_market_is_not_traded(string gamma, string terms, string code, string more = "")
    {
        var texts = new PolymarketTexts(discover: false);
        var said = terms.Length == 0 ? Terms : Changed(Terms, terms);
        texts.Describe(gamma.Length == 0 ? Gamma() : Changed(Gamma(), gamma), more.Length == 0 ? said : Changed(said, more));
        if (code.Length == 0)
        {
            Assert.Empty(texts.Record.Alerts);
            Assert.Equal((MarketPhase.Open, default), (texts.Record.Markets[Market].Phase, texts.Record.Markets[Market].Rules.Fee));
        }
        else
        {
            Assert.Equal(code, texts.Record.Alerts[^1].Code);
            Assert.DoesNotContain(texts.Record.MarketsInOrder, market => market.Phase == MarketPhase.Open);
        }
    }

    [Fact]
    public void Descriptions_may_grow_and_terms_may_have_all_that_is_known()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(
            Gamma(",\"settlementLayer\":{\"kind\":\"x\"},\"umaResolutionStatus\":\"proposed\""),
            Changed(Terms, "\"mos\":5=>\"c\":\"x\",\"gst\":null,\"r\":{\"any\":1},\"rfqe\":false,\"ibce\":true,\"oas\":0,\"cbos\":true,"
                + "\"aot\":\"2026-11-01T00:00:00Z\",\"sd\":0,\"v\":1,\"mos\":5"));
        Assert.Empty(texts.Record.Alerts);
        Assert.Equal(MarketPhase.Open, texts.Record.Markets[Market].Phase);
    }

    [Fact]
    public void Version_2_trades_position_ids_with_the_right_bits()
    {
        var position = (new BigInteger(1) << 248) + (new BigInteger(0xABCDEF) << 104) + (new BigInteger(77) << 8);
        Assert.True(PositionIds.ArePair($"{position}", $"{position + 1}"));
        Assert.False(PositionIds.ArePair($"{position}", $"{position}"));
        Assert.False(PositionIds.ArePair($"{position}", $"{position + 256}"));
        Assert.True(PositionIds.ArePair($"{position}", $"{position + 257}"));
        Assert.False(PositionIds.IsPosition($"{position + 2}"));
        Assert.False(PositionIds.IsPosition($"{position + (BigInteger.One << 40)}"));
        Assert.False(PositionIds.IsPosition($"{position + (BigInteger.One << 103)}"));
        Assert.True(PositionIds.IsPosition($"{position + (BigInteger.One << 39)}"));
        Assert.False(PositionIds.IsPosition($"{position + (new BigInteger(3) << 248)}"));
        Assert.False(PositionIds.IsPosition(Yes));

        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma($",\"version\":\"v2\",\"positionIds\":[\"{position}\",\"{position + 1}\"]"), terms: null);
        var market = texts.Record.Markets[Market];
        Assert.Equal(($"{position}", "Polymarket CTF Exchange/3"), (market.Yes.TokenId, market.Rules.SigningDomain));

        // Position ids beside version 1 are of no use: the CLOB has no books for them.
        var other = new PolymarketTexts(discover: false);
        other.Describe(Gamma($",\"version\":\"v1\",\"positionIds\":[\"{position}\",\"{position + 1}\"]"), terms: null);
        Assert.Equal(Yes, other.Record.Markets[Market].Yes.TokenId);
    }

    [Fact]
    public void An_event_of_negative_risk_brings_all_of_its_markets()
    {
        var texts = new PolymarketTexts(discover: false);
        var second = Changed(Changed(Gamma(), $"{Market}=>0xother"), "btc-updown-5m-1773307200=>second");
        second = Changed(Changed(second, $"{Yes}=>111"), $"{No}=>222");
        texts.Reply(
            "/events/keyset?slug=e",
            $"{{\"events\":[{{\"id\":\"9\",\"slug\":\"e\",\"negRisk\":true,\"negRiskAugmented\":true,\"markets\":[{Gamma()},{second}]}}],"
            + "\"next_cursor\":\"abc\"}", 1);
        Assert.Equal("abc", texts.Decoder.NextCursor);
        Assert.Equal(2, texts.Record.Markets.Count);
        Assert.All(texts.Record.Markets.Values, market =>
        {
            Assert.Equal(("9", true, true, 2), (market.EventId, market.IsExclusive, market.IsAugmented, market.EventMarkets));
            Assert.Equal("Polymarket CTF Exchange/2/neg-risk", market.Rules.SigningDomain);
        });
    }

    [Fact]
    public void The_price_to_beat_is_the_tick_at_the_boundary_and_gammas_is_held_against_it()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Say(Rtds(Start - Second, "61837111111111111111111"), Start - Second);
        Assert.Null(texts.Record.Markets[Market].Price!.StrikeE8);
        texts.Say(Rtds(Start, "61838120000000000000000"), Start + Second);
        Assert.Equal(6_183_812_000_000, texts.Record.Markets[Market].Price!.StrikeE8);
        Assert.Equal(
            new ReferencePrice(Venue.Polymarket, "BTC", "chainlink", "twap60", 6_183_812_000_000, Start), texts.Record.References[^1]);

        texts.Describe(Gamma(",\"events\":[{\"id\":\"1\",\"eventMetadata\":{\"priceToBeat\":61838.12}}]"), nanos: Start + (9 * Second));
        Assert.Empty(texts.Record.Alerts);
        texts.Describe(Gamma(",\"events\":[{\"id\":\"1\",\"eventMetadata\":{\"priceToBeat\":61838.14}}]"), nanos: Start + (10 * Second));
        Assert.Equal("PRICE_TO_BEAT", Assert.Single(texts.Record.Alerts).Code);
    }

    [Theory]
    [InlineData(840, -160, true)]
    [InlineData(840, -1_160, false)]
    [InlineData(0, -1_000, true)]
    [InlineData(1_000, 500, false)]
    public void Where_ticks_do_not_stand_on_the_second_the_first_one_after_the_boundary_counts(long after, long before, bool counts)
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma());
        texts.Say(Rtds(Start + (before * Stamps.NanosPerMilli), "61837000000000000000000"), Start);
        texts.Say(Rtds(Start + (after * Stamps.NanosPerMilli), "61838000000000000000000"), Start + (2 * Second));
        Assert.Equal(counts ? 6_183_800_000_000 : null, texts.Record.Markets[Market].Price!.StrikeE8);
    }

    [Fact]
    public void Without_a_tick_at_the_boundary_gammas_price_is_taken()
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma(",\"events\":[{\"id\":\"1\",\"eventMetadata\":\"{\\\"priceToBeat\\\":61838.123456789}\"}]"));
        Assert.Equal(6_183_812_345_678, texts.Record.Markets[Market].Price!.StrikeE8);
    }

    [Theory]
    [InlineData("Chainlink data stream BTC/USD, greater than or equal to", "chainlink", "last", true)]
    [InlineData("Chainlink BTC/USD 30-second TWAP is greater than or equal to", "chainlink", "twap30", true)]
    [InlineData("Chainlink BTC/USD time-weighted average of sixty seconds is greater than", "chainlink", "twap60", false)]
    [InlineData("the close of the Binance 1 hour candle for BTC/USDT is greater than or equal to its open", "binance", "candle", true)]
    [InlineData("Chainlink BTC/USD 30-second or 60-second TWAP, greater than or equal to", null, null, false)]
    [InlineData("Chainlink BTC/USD TWAP of a while, greater than", null, null, false)]
    [InlineData("a candle of Binance or Chainlink's BTC/USD, greater than", null, null, false)]
    [InlineData("the consensus of credible reporting about BTC/USD is greater than", null, null, false)]
    public void The_rules_text_says_which_price_settles(string rules, string? oracle, string? statistic, bool tie)
    {
        var texts = new PolymarketTexts(discover: false);
        texts.Describe(Gamma(rules: rules));
        var price = texts.Record.Markets[Market].Price;
        Assert.Equal((oracle, statistic), (price?.Oracle, price?.Statistic));
        Assert.Equal(tie, price?.TieIsYes ?? false);
    }

    [Theory]
    [InlineData("Will Bitcoin be above $100,000 on November 30?", 10_000_000_000_000L)]
    [InlineData("Bitcoin above 62.5k on November 30, 12PM ET?", 6_250_000_000_000L)]
    [InlineData("Will Bitcoin hit $100,000 in November?", null)]
    [InlineData("Will Bitcoin be between $90,000 and $100,000 on November 30?", null)]
    public void Strike_ladders_have_their_strike(string question, long? strike)
    {
        var draft = new MarketDraft
        {
            ConditionId = "0x1", Slug = "bitcoin-above", Question = question, Outcomes = ["Yes", "No"], EndNanos = Start,
            Rules = "if the Binance 1 minute candle for BTC/USDT 12:00 in the ET timezone has a final Close price higher than",
        };
        var price = PriceRules.Of(draft);
        Assert.Equal(strike, price?.StrikeE8);
        Assert.True(price is null || price is { OpensAtStrike: false, TieIsYes: false, Asset: "BTC", Statistic: "candle", StartNanos: 0 });
    }

    [Fact]
    public void The_recorded_descriptions_become_markets()
    {
        var texts = new PolymarketTexts(discover: false);
        foreach (var file in new[] { "gamma-market-sports-1.json", "gamma-market-closed-1.json", "gamma-market-btc-updown-5m-1.json" })
        {
            texts.Say(Encoding.UTF8.GetString(RecordedFrames.Load(Venue.Polymarket, $"polymarket/{file}")[0].Payload), 1);
        }

        var sports = texts.Record.MarketsInOrder[0];
        Assert.Equal((MarketPhase.Resolved, 1_000_000L, TimeSpan.FromSeconds(3)), (sports.Phase, sports.YesPaysPpm, sports.Rules.TakerHold));
        Assert.Equal((30_000L, 1), (sports.Rules.Fee.RatePpm, sports.Rules.Fee.Exponent));
        Assert.Equal((MarketPhase.Resolved, 0L), (texts.Record.MarketsInOrder[1].Phase, texts.Record.MarketsInOrder[1].YesPaysPpm));
        Assert.Null(sports.Price);

        // Fees without a schedule: nothing is said of it before the CLOB has said which.
        Assert.Equal(2, texts.Record.MarketsInOrder.Count);
        texts.Reply($"/clob-markets/{Market}", Terms, 2);
        var window = texts.Record.MarketsInOrder[2];
        Assert.Equal((MarketPhase.Open, 70_000L), (window.Phase, window.Rules.Fee.RatePpm));
        Assert.Equal("last", window.Price!.Statistic);
        Assert.Empty(texts.Record.Alerts);
    }

    [Fact]
    public void Settlement_prices_are_read_from_both_feeds_and_the_wrong_streams_are_not_taken_for_them()
    {
        var texts = new PolymarketTexts();
        string Bolt(string channel, long seq, string payload, string more = "") =>
            $"{{\"v\":1,\"channel\":\"{channel}\",\"seq\":{seq},\"ts\":1788886176000{more},\"payload\":{payload}}}";
        const string Point = "{\"symbol\":\"btcusd\",\"timestamp\":1788886176000,\"value\":78803.7,\"full_accuracy_value\":\"78803.761731790001\",\"window_seconds\":60}";
        Assert.Equal(RejectReason.None, texts.Say("{\"op\":\"authed\",\"rid\":\"1\"}", 1));
        Assert.True(texts.Decoder.ReferencesOf(1)!.IsAuthed);
        const string Past = "{\"symbol\":\"btcusd\",\"window_seconds\":60,\"data\":[{\"timestamp\":1788886057000,\"value\":1.5,"
            + "\"full_accuracy_value\":\"1.25\"}]}";
        texts.Say(Bolt("price.crypto.twap", 1, Past, ",\"snapshot\":true"), 2);
        texts.Say(Bolt("price.crypto.twap", 2, Point), 3);
        Assert.Equal([125_000_000L, 7_880_376_173_179L], texts.Record.References.Select(price => price.PriceE8));
        Assert.Equal(0, texts.Decoder.Tally.Gaps);

        // Another oracle's stream, a hole, and what the venue dropped.
        texts.Say(Bolt("price.crypto", 9, Point.Replace(",\"window_seconds\":60", "", StringComparison.Ordinal)), 4);
        Assert.Equal(2, texts.Record.References.Count);
        texts.Say(Bolt("price.crypto.twap", 4, Point), 5);
        Assert.True(texts.Decoder.ReferencesOf(1)!.HasGap);
        Assert.Equal(RejectReason.BadField, texts.Say(Bolt("price.crypto.twap", 5, Point.Replace(":60", ":45", StringComparison.Ordinal)), 6));

        // RTDS labels the oracle's first answer with Binance's topic; the slash in the symbol gives it away.
        texts.Say("{\"topic\":\"crypto_prices\",\"type\":\"subscribe\",\"timestamp\":1,\"payload\":{\"symbol\":\"eth/usd\",\"data\":[{\"timestamp\":1000,\"value\":2}]}}", 7);
        texts.Say("{\"topic\":\"crypto_prices\",\"type\":\"update\",\"timestamp\":1,\"payload\":{\"symbol\":\"ethusdt\",\"timestamp\":1000,\"value\":3}}", 8);
        Assert.Equal(["chainlink", "binance"], texts.Record.References.TakeLast(2).Select(price => price.Oracle));
        Assert.All(texts.Record.References.TakeLast(2), price => Assert.Equal("last", price.Statistic));
    }

    private static string Rtds(long nanos, string e18) =>
        "{\"topic\":\"crypto_prices_twap_sixty\",\"type\":\"update\",\"timestamp\":1,\"connection_id\":\"x\",\"payload\":"
        + $"{{\"symbol\":\"btc/usd\",\"timestamp\":{nanos / Stamps.NanosPerMilli},\"value\":1,\"full_accuracy_value\":\"{e18}\",\"window_s\":60}}}}";

    private static string Resolved(string winner) =>
        $"{{\"event_type\":\"market_resolved\",\"id\":\"1\",\"market\":\"{Market}\",\"assets_ids\":[\"{Yes}\",\"{No}\"],"
        + $"\"winning_asset_id\":\"{winner}\",\"timestamp\":\"1\"}}";

    private static string Changed(string text, string change)
    {
        var parts = change.Split("=>");
        Assert.Contains(parts[0], text, StringComparison.Ordinal);
        return text.Replace(parts[0], parts[1], StringComparison.Ordinal);
    }
}
