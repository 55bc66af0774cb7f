using System.Text.Json;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>Markets that open ahead, run, end and pay.</summary>
public sealed class WindowTests
{
    [Fact]
    public void A_window_runs_from_before_its_start_until_its_tokens_are_paid()
    {
        var world = new World(new PolymarketOptions { Arbitrage = false }, rate: 0.02);
        var (ada, bob) = (new ClobUser(world, "ada").Open(), new ClobUser(world, "bob").Open());
        var start = (world.Now / (300 * Stamps.NanosPerSecond) * (300 * Stamps.NanosPerSecond)) + (300 * Stamps.NanosPerSecond);
        var slug = $"btc-updown-5m-{start / Stamps.NanosPerSecond}";
        var market = world.Booth.Catalog.BySlug(slug)!;
        Assert.Equal(["Up", "Down"], market.Outcomes);
        var line = new ClobLine(world, "/ws/market").Follow(custom: true, market);
        Assert.False(Event(world, slug).TryGetProperty("eventMetadata", out _));
        var next = $"btc-updown-5m-{(start / Stamps.NanosPerSecond) + 900}";
        Assert.Equal(404, world.Gamma("/markets/slug/" + next).Status);

        // A fresh market is in Gamma before the CLOB knows it.
        world.RunUntil(start + Stamps.NanosPerSecond);
        var (_, fresh) = world.Gamma("/markets/slug/" + next);
        var token = JsonDocument.Parse(ClobTests.Text(fresh, "clobTokenIds")).RootElement[0].GetString()!;
        Assert.True(fresh.GetProperty("active").GetBoolean());
        Assert.Equal((404, "No orderbook exists for the requested token id"), ClobTests.Error(world.Get("/book", "token_id=" + token)));
        Assert.Contains("not yet ready", ada.Refused(new Draft(world.Booth.Catalog.BySlug(next)!, 0, true, 4_000, 100_000)), StringComparison.Ordinal);
        Assert.False(Event(world, slug).TryGetProperty("eventMetadata", out _));
        world.RunUntil(start + (6 * Stamps.NanosPerSecond));
        Assert.Equal(200, world.Get("/book", "token_id=" + token).Status);
        var beat = Event(world, slug).GetProperty("eventMetadata").GetProperty("priceToBeat").GetDecimal();
        Assert.Equal(market.Event.PriceToBeat / 100_000_000m, beat);

        ada.Place(new Draft(market, 0, true, 9_800, 200_000));
        bob.Place(new Draft(market, 1, true, 9_800, 300_000));
        world.RunUntil(market.EndNanos - Stamps.NanosPerSecond);
        Assert.Equal(200_000, ada.Wallet.FreeLots(market.Tokens[0]));
        Assert.Equal(300_000, bob.Wallet.FreeLots(market.Tokens[1]));
        var (before, bobs) = (ada.Wallet.Micros, bob.Wallet.Micros);
        line.Read();
        world.RunUntil(market.EndNanos + Stamps.NanosPerSecond);
        Assert.Contains("not yet ready", ada.Refused(new Draft(market, 0, true, 4_000, 100_000)), StringComparison.Ordinal);
        Assert.False(Gamma(world, slug).GetProperty("acceptingOrders").GetBoolean());
        world.RunUntil(market.EndNanos + (7 * Stamps.NanosPerSecond));

        var one = market.Event;
        var winner = one.FinalPrice >= one.PriceToBeat ? 0 : 1;
        Assert.Equal(winner, market.Winner);
        Assert.Equal(before + (winner == 0 ? 20_000_000 : 0), ada.Wallet.Micros);
        Assert.Equal(bobs + (winner == 1 ? 30_000_000 : 0), bob.Wallet.Micros);
        Assert.Equal(0, market.CollateralMicros);
        var closed = Gamma(world, slug);
        Assert.True(closed.GetProperty("closed").GetBoolean());
        Assert.Equal(winner == 0 ? "[\"1\", \"0\"]" : "[\"0\", \"1\"]", ClobTests.Text(closed, "outcomePrices"));
        Assert.True(Event(world, slug).GetProperty("eventMetadata").TryGetProperty("finalPrice", out _));
        var messages = line.Read();
        Assert.Equal(market.TokenTexts[winner], ClobTests.Text(Assert.Single(ClobLine.Of(messages, "market_resolved")), "winning_asset_id"));
        Assert.NotEmpty(ClobLine.Of(messages, "new_market"));
        world.Audit();
    }

    [Fact]
    public void A_window_is_answered_for_half_a_day_after_its_end_and_then_forgotten()
    {
        var world = new World();
        var market = world.Window();
        var ends = market.EndNanos;
        Assert.Equal(1, Closed(world, "slug=" + market.Slug, ends + (11 * 3_600 * Stamps.NanosPerSecond)));
        Assert.Equal(1, Closed(world, "condition_ids=" + market.ConditionId, ends));
        Assert.InRange(world.Booth.Catalog.Events.Count, 500, 700);
        Assert.Equal(0, Closed(world, "slug=" + market.Slug, ends + (13 * 3_600 * Stamps.NanosPerSecond)));
        Assert.InRange(world.Booth.Catalog.Events.Count, 500, 700);
    }

    [Fact]
    public void The_settlement_price_is_the_mean_of_sixty_samples_and_a_tie_is_up()
    {
        var world = new World(rate: 0.02);
        var end = (world.Now / (300 * Stamps.NanosPerSecond) * (300 * Stamps.NanosPerSecond)) + (300 * Stamps.NanosPerSecond);
        var market = world.Window();
        var samples = new List<long>();
        while (world.Now < end)
        {
            world.Run(1);
            if (world.Now % Stamps.NanosPerSecond == 0)
            {
                samples.Add(world.Booth.Oracle.Price("BTC"));
            }
        }

        var mean = (long)(samples.TakeLast(60).Aggregate(Int128.Zero, (sum, price) => sum + price) / 60);
        Assert.Equal(mean, market.Event.FinalPrice);
        market.Event.PriceToBeat = mean;
        world.Run(600);
        Assert.Equal(OutcomeMarket.Yes, market.Winner);
    }

    [Fact]
    public void Pages_of_a_keyset_are_clamped_may_be_short_and_reach_everything_once()
    {
        var world = new World();
        var (seen, cursor, pages) = (new List<string>(), "", 0);
        do
        {
            var (status, page) = world.Gamma("/markets/keyset", "limit=10" + (cursor.Length == 0 ? "" : "&after_cursor=" + Uri.EscapeDataString(cursor)));
            Assert.Equal(200, status);
            var rows = page.GetProperty("markets").EnumerateArray().Select(row => ClobTests.Text(row, "slug")).ToList();
            Assert.True(rows.Count <= 10);
            seen.AddRange(rows);
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString()! : "";
            Assert.True(cursor.Length == 0 || rows.Count < 10, "a page that goes on is short here");
            pages++;
        }
        while (cursor.Length > 0);

        Assert.Equal(world.Booth.Catalog.Markets.Select(market => market.Slug), seen);
        Assert.True(pages > 3);
        Assert.True(world.Gamma("/markets/keyset", "limit=5000").Body.GetProperty("markets").GetArrayLength() <= 100);
        Assert.Equal(1, world.Gamma("/events/keyset", "slug=" + world.Window().Slug).Body.GetProperty("events").GetArrayLength());
        Assert.Equal(422, world.Gamma("/markets/keyset", "after_cursor=xx").Status);
    }

    [Fact]
    public void A_market_in_gamma_has_the_fields_and_kinds_of_one_that_was_recorded()
    {
        var world = new World(new PolymarketOptions()).Run(1_500);
        using var file = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("polymarket/gamma-market-btc-updown-5m-1.json")));
        var (_, ours) = world.Gamma("/markets", "slug=" + world.Window().Slug);
        string[] left =
        [
            "volume1wk", "volume1mo", "volume1yr", "volume24hrClob", "volume1wkClob", "volume1moClob", "volume1yrClob", "volumeClob",
            "liquidityClob", "cyom", "competitive", "pagerDutyNotificationEnabled", "automaticallyActive", "clearBookOnStart",
            "showGmpSeries", "showGmpOutcome", "manualActivation", "negRiskOther", "umaResolutionStatuses", "pendingDeployment",
            "deploying", "rfqEnabled", "holdingRewardsEnabled", "requiresTranslation", "makerRebatesFeeShareBps", "events",
        ];
        foreach (var field in file.RootElement.EnumerateObject().Where(field => !left.Contains(field.Name)))
        {
            Assert.True(ours[0].TryGetProperty(field.Name, out var value), field.Name + " is missing");
            Assert.True(Kind(value) == Kind(field.Value), $"{field.Name} is {value.ValueKind}");
        }

        Assert.Equal("v1", ClobTests.Text(ours[0], "version"));
        Assert.Equal(0.07m, ours[0].GetProperty("feeSchedule").GetProperty("rate").GetDecimal());
        world.Fault("{\"venue\":\"polymarket\",\"fault\":\"unknown_version\"}");
        Assert.Equal("v9", ClobTests.Text(world.Gamma("/markets", "slug=" + world.Window().Slug).Body[0], "version"));
    }

    [Fact]
    public void There_is_a_market_of_every_kind()
    {
        var world = new World();
        var events = world.Booth.Catalog.Events;
        Assert.Equal(Enum.GetValues<EventKind>(), events.Select(one => one.Kind).Distinct().Order());
        Assert.True(events.Single(one => one.Kind == EventKind.NegRisk).Markets.Count >= 3);
        var ladder = events.Single(one => one.Kind == EventKind.Ladder).Markets;
        Assert.Equal(ladder.Select(market => market.Strike).Order(), ladder.Select(market => market.Strike));
        var augmented = events.Single(one => one.Kind == EventKind.Augmented);
        Assert.True(world.Gamma("/events/slug/" + augmented.Slug).Body.GetProperty("negRiskAugmented").GetBoolean());
        Assert.Single(augmented.Markets, market => market.IsOther);
        var position = events.SelectMany(one => one.Markets).Single(market => market.Version == "v2");
        var bytes = new byte[32];
        position.Tokens[1].Write(bytes);
        Assert.Equal([1, 1], (byte[])[bytes[0], bytes[31]]);
        Assert.All(bytes[19..27], zero => Assert.Equal(0, zero));
        foreach (var length in (string[])["5m", "15m", "4h"])
        {
            foreach (var asset in (string[])["btc", "eth", "sol"])
            {
                Assert.Contains(events, one => one.SeriesSlug == $"{asset}-up-or-down-{length}" && one.StartNanos <= world.Now && world.Now < one.EndNanos);
            }
        }
    }

    private static JsonElement Gamma(World world, string slug) => world.Gamma("/markets/slug/" + slug).Body;

    private static JsonElement Event(World world, string slug) => world.Gamma("/events/slug/" + slug).Body;

    private long _second;

    // How many closed markets Gamma knows by these words, once the catalogue has come to a time.
    private int Closed(World world, string query, long untilNanos)
    {
        for (_second = Math.Max(_second, world.Now); _second < untilNanos; _second += 30 * Stamps.NanosPerSecond)
        {
            world.Booth.Catalog.Second(_second);
        }

        return world.Gamma("/markets/keyset", "closed=true&" + query).Body.GetProperty("markets").GetArrayLength();
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Bool" : value.ValueKind.ToString();
}
