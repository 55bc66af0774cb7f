using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Strikeline.Host.Web;
using Strikeline.Host.Web.Bots;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Unit.Strikes;

namespace Strikeline.Unit.Host;

/// <summary>One message of each kind, written by the program's own writers: what contracts/messages holds.</summary>
internal static class GoldenMessages
{
    private const long At = 1_795_248_000_000;

    private static readonly SeriesOptions OneWindow = StrikeBench.Series with { OpenExpiries = 1 };

    /// <summary>Every message by the name of its file.</summary>
    public static IReadOnlyDictionary<string, JsonNode> All { get; } = new SortedDictionary<string, JsonNode>
    {
        ["status"] = Enveloped("status", Json(Status, HostJson.Default.StatusAnswer)),
        ["feeds"] = Enveloped("feeds", Json(Feeds, HostJson.Default.FeedsAnswer)),
        ["prices"] = Enveloped("prices", Written(writer => PricesJson.Write(writer, Prices))),
        ["books"] = Enveloped("books@BTC", Json(Books, HostJson.Default.BooksAnswer)),
        ["markets"] = Enveloped(
            "markets@BTCUSDT",
            Written(writer => StrikesJson.Write(writer, new StrikeBench(OneWindow).At(76_315.99m).Current)),
            StrikeBench.Start / Stamps.NanosPerMilli),
        ["predictions"] = Enveloped("predictions", Json(Predictions, HostJson.Default.PredictionsAnswer)),
        ["opportunities"] = Enveloped("opportunities", Json(Opportunities, HostJson.Default.OpportunitiesAnswer)),
        ["portfolio"] = Enveloped("portfolio", Json(Portfolio, HostJson.Default.PortfolioAnswer)),
        ["price-history"] = Json(History, HostJson.Default.HistoryAnswer),
        ["ws-markets-snapshot"] = Snapshot(),
        ["ws-markets-update"] = Update(),
    };

    private static StatusAnswer Status => new(
        "01JD8", At, false, false,
        [new BlockRow("FEED_UNPROVEN", "kraken BTC/USD", 1_795_247_995_800, "resync running")],
        "replay", "×10", "none", "tape ends in 3 s",
        new StopRow(true, 1_795_247_990_001, "new_exposure", 1_795_247_990_000, "cli", "strikeline stop"));

    private static PredictionsAnswer Predictions => new(
        At,
        "simulated",
        [new PredictionVenueRow("polymarket", "syncing", "FEED_GAP", "book dropped", 1, 2, 1, 120, 0)],
        [
            new PredictionRow(
                "polymarket", "0x01", "Bitcoin Up or Down", "open", At + 60_000, "76315.99", null,
                new OutcomeRow("11", "YES", "0.46", "120.5", "0.47", "80", "proven", null, 120),
                new OutcomeRow("12", "NO", "0.52", "64", null, null, "unproven", "the book is not proven", 900),
                null, "0.98"),
        ],
        [new AlertRow("polymarket", "0x02", "UNKNOWN_MARKET_VERSION", "version 7")]);

    private static OpportunitiesAnswer Opportunities => new(
        At, 12, 2, 10, [new ReasonRow("FEES", 9), new ReasonRow("GONE", 1)],
        [
            new OpportunityRow(
                At - 500, "cross_outcome_arbitrage", "polymarket", "0x01",
                [new LegRow("11", "buy", "0.45", "20"), new LegRow("12", "buy", "0.5", "20")], "0.05", "0.0152", true,
                "DONE"),
        ]);

    private static PortfolioAnswer Portfolio => new(
        At, "paper", false,
        [new BlockRow("EMERGENCY_STOP", "stop: new_exposure by cli", 1_795_247_990_000, "strikeline resume")],
        new StopRow(true, 1_795_247_990_001, "new_exposure", 1_795_247_990_000, "cli", "strikeline stop"),
        [new LimitRow("daily_loss", "0.75", "100", "USD")], "1.25", "-0.5", 1, "0.31", "12.5",
        [
            new PositionRow(
                "polymarket", "0x01", "Bitcoin Up or Down", "11", "YES", "20", "5", "0.451", "0.46", "9.2",
                "0.18", "0", "0", "0.4", "0.07"),
        ],
        [
            new PlanRow(
                "7", At - 900, "cross_outcome_arbitrage", "polymarket", "0x01", "settling", "9.5", null,
                [new PlanLegRow("polymarket", "0x01", "11", "buy", "0.45", "20", "20", "0.4475", "done")]),
        ]);

    private static FeedsAnswer Feeds => new(At, "simulated",
    [
        new FeedRow
        {
            Venue = "kraken", Symbol = "BTC/USD", State = "stale", Reason = "STALE no change for 4.2 s",
            NextStep = "resync running", AgeMs = 4_200, Bid = "76300.1", BidQuantity = "0.52", Ask = "76300.2",
            AskQuantity = "1.1", Spread = "0.1", SpreadBps = 0.0131, LastPrice = "76300.1", Messages = 123,
            MessagesPerSecond = 12.5, Trades = 9, Gaps = 1, Reconnects = 0, Proven = false,
        },
    ]);

    private static AggregatedSnapshot Prices => new(
        [
            new AggregatedMarket(
                StrikeBench.Btc, 7_631_599_000_000, 3, 698_400, new ConfidenceInputs(750_000, 970_000, 960_000),
                20 * Stamps.NanosPerMilli,
                [
                    new VenuePrice(
                        Venue.Binance, StrikeBench.Btc, 7_631_599_000_000, 7_631_599_000_000, 12, true, PriceReason.None),
                    new VenuePrice(
                        Venue.Kraken, new Symbol("BTC", "USD"), 7_630_150_000_000, null, 4_200, false, PriceReason.Stale),
                ],
                PriceReason.None,
                At * Stamps.NanosPerMilli),
            new AggregatedMarket(
                new Symbol("ETH", "USDT"), null, 1, 0, default, null, [], PriceReason.NoQuorum, At * Stamps.NanosPerMilli),
        ],
        At * Stamps.NanosPerMilli);

    private static BooksAnswer Books => new("BTC", At,
    [
        new BookRow(
            "kraken", "BTC/USD", "live", true, null, 3, [["76300.1", "0.52"], ["76299.9", "1"]], [["76300.2", "0.1"]],
            [new TradeRow(1_795_247_999_990, "76300.1", "0.0004", "buy")]),
    ]);

    private static HistoryAnswer History => new("BTC/USDT", At,
    [
        new PricePoint(At - 3_000, 76315.5), new PricePoint(At - 2_000, null), new PricePoint(At - 1_000, 76315.99),
    ]);

    private static JsonNode Snapshot() => Sent(OpenStream(out _), 0);

    // The price goes up by one strike and a little: the lowest strike leaves, a new one comes, the others are renewed.
    private static JsonNode Update()
    {
        var stream = OpenStream(out var bench);
        stream.Subscriptions.Add(new Subscription(null!, stream));
        stream.Offer(bench.At(76_420m, afterMs: 500).Current);
        using var writer = new Utf8JsonWriter(Stream.Null);
        stream.Step(writer, (StrikeBench.Start / Stamps.NanosPerMilli) + 500);
        return Sent(stream, 1);
    }

    private static LadderStream OpenStream(out StrikeBench bench)
    {
        bench = new StrikeBench(OneWindow).At(76_315.99m);
        return new LadderStream(bench.Current, "01JD8", StrikeBench.Start / Stamps.NanosPerMilli, new());
    }

    private static JsonNode Sent(LadderStream stream, long after)
    {
        using var writer = new Utf8JsonWriter(Stream.Null);
        var frame = stream.FrameAfter(after, writer).Wire;
        return JsonNode.Parse(frame[frame.IndexOf((byte)'{')..])!;
    }

    private static JsonObject Enveloped(string channel, JsonNode data, long at = At) => new()
    {
        ["channel"] = channel, ["from"] = 7, ["sequence"] = 7, ["at"] = at, ["data"] = data,
    };

    private static JsonNode Json<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(answer, type)!;

    private static JsonNode Written(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            write(writer);
        }

        return JsonNode.Parse(bytes.ToArray())!;
    }
}
