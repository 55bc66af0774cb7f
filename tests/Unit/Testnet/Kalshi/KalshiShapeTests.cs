using System.Text.Json;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Replies have the fields of the recorded real ones, by name and kind of value.</summary>
/// <remarks>The recordings are of January and February 2026, so the fields of then are switched on.</remarks>
public sealed class KalshiShapeTests : IDisposable
{
    // Of recordings of other kinds of markets than ours.
    private static readonly string[] NotOurs = ["custom_strike", "mve_collection_ticker", "mve_selected_legs"];

    private readonly KalshiRig _rig = new KalshiRig(legacy: true).Seconds(5);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_market() => AssertLike("rest-market-single-1.json", _rig.Get($"/markets/{_rig.Window.Ticker}"));

    [Fact]
    public void An_event() => AssertLike("rest-event-single-1.json", _rig.Get($"/events/{_rig.Window.Event.Ticker}"));

    [Fact]
    public void What_is_beside_an_event() => AssertLike(
        "rest-event-metadata-1.json", _rig.Get($"/events/{_rig.Window.Event.Ticker}/metadata"));

    [Fact]
    public void A_series() => AssertLike("rest-series-single-1.json", _rig.Get("/series/KXBTC15M"));

    [Fact]
    public void The_status_of_the_exchange() => AssertLike("rest-exchange-status-1.json", _rig.Get("/exchange/status"));

    [Fact]
    public void An_empty_book()
    {
        var market = _rig.Booth.Catalog.Markets[^1];
        _rig.Booth.Exchange.CancelAll(market, _ => true, _rig.NowNanos);
        AssertLike("rest-orderbook-1.json", _rig.Get($"/markets/{market.Ticker}/orderbook"));
    }

    [Fact]
    public void An_order()
    {
        // The recordings are of the old way to order; the order that they show is what reading one shows.
        var id = _rig.Place(_rig.Order(_rig.Window, "bid", "0.01", "2.00")).Body.GetProperty("order_id").GetString();
        AssertLike("rest-create-order-1.json", _rig.Get($"/portfolio/orders/{id}"));
        var cancelled = _rig.Ask("DELETE", $"/portfolio/events/orders/{id}").Body;
        Assert.Equal(JsonValueKind.String, cancelled.GetProperty("reduced_by").ValueKind);
        var recorded = Recorded("rest-cancel-order-1.json").GetProperty("order");
        AssertLike(recorded, _rig.Get($"/portfolio/orders/{id}").GetProperty("order"), "cancel");
    }

    [Theory]
    [InlineData("ws-ticker-1.jsonl", "ticker")]
    [InlineData("ws-trade-1.jsonl", "trade")]
    public void Frames_of_the_stream(string file, string channel)
    {
        var client = _rig.Connect().Subscribe($"\"{channel}\"");
        _rig.Seconds(10);
        var frame = client.Read(channel)[0];
        foreach (var line in File.ReadLines(RecordedData.File("kalshi/" + file)))
        {
            AssertLike(JsonDocument.Parse(line).RootElement, frame, file);
        }
    }

    [Fact]
    public void Deltas_and_snapshots()
    {
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", _rig.Window.Ticker);
        _rig.Seconds(5);
        var frames = client.Read();
        AssertLike(
            Recorded("ws-orderbook-delta-1.json"),
            frames.First(frame => frame.GetProperty("type").GetString() == "orderbook_delta"), "delta");

        // The example is of before the names with _fp.
        var snapshot = frames.First(frame => frame.GetProperty("type").GetString() == "orderbook_snapshot");
        var example = Recorded("ws-orderbook-snapshot-1.json");
        Assert.Equal(
            example.EnumerateObject().Select(field => field.Name).Order(),
            snapshot.EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal(JsonValueKind.Array, snapshot.GetProperty("msg").GetProperty("yes_dollars_fp").ValueKind);
    }

    [Fact]
    public void The_fields_of_then_are_gone_today()
    {
        using var today = new KalshiRig().Seconds(2);
        var market = today.Get($"/markets/{today.Window.Ticker}").GetProperty("market");
        Assert.False(market.TryGetProperty("yes_bid", out _));
        Assert.False(market.TryGetProperty("volume", out _));
        Assert.False(today.Get($"/markets/{today.Window.Ticker}/orderbook").TryGetProperty("orderbook", out _));
    }

    private static JsonElement Recorded(string file)
    {
        var root = JsonDocument.Parse(File.ReadAllText(RecordedData.File("kalshi/" + file))).RootElement;
        return root.TryGetProperty("response", out var response) ? response : root;
    }

    private static void AssertLike(string file, JsonElement answer) => AssertLike(Recorded(file), answer, file);

    private static void AssertLike(JsonElement recorded, JsonElement ours, string where)
    {
        if (recorded.ValueKind == JsonValueKind.Object)
        {
            Assert.True(ours.ValueKind == JsonValueKind.Object, $"{where} is {ours.ValueKind}");
            foreach (var field in recorded.EnumerateObject().Where(field => !NotOurs.Contains(field.Name)))
            {
                Assert.True(ours.TryGetProperty(field.Name, out var value), $"{where}.{field.Name} is missing");
                AssertLike(field.Value, value, $"{where}.{field.Name}");
            }
        }
        else if (recorded.ValueKind == JsonValueKind.Array)
        {
            Assert.True(ours.ValueKind == JsonValueKind.Array, $"{where} is {ours.ValueKind}");
            if (recorded.GetArrayLength() > 0)
            {
                Assert.True(ours.GetArrayLength() > 0, $"{where} is empty");
                AssertLike(recorded[0], ours[0], where + "[0]");
            }
        }
        else
        {
            Assert.True(Kind(recorded) == Kind(ours), $"{where} is {ours.ValueKind}, was {recorded.ValueKind}");
        }

        static JsonValueKind Kind(JsonElement value) =>
            value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;
    }
}
