using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The older price feed: no sequence, no pong, and its own traps.</summary>
/// <remarks>
/// As it was measured in September 2026 (docs/venues/polymarket.md): a snapshot first, then an update a second with a
/// connection's id; a space inside a filter gives the snapshot and nothing more; one unknown topic silences its whole
/// frame; a snapshot of Chainlink's spot price carries Binance's topic. Under the floor's lock.
/// </remarks>
internal sealed class RtdsFeed(PriceOracle oracle, PolymarketFaults faults) : LineChannel(faults)
{
    private const int SnapshotPoints = 58;

    private static readonly string[] Topics =
        ["crypto_prices", "crypto_prices_chainlink", "crypto_prices_twap_thirty", "crypto_prices_twap_sixty"];

    private readonly JsonFrame _json = new();

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        if (message.Span.SequenceEqual("PING"u8) || message.Length == 0)
        {
            return;
        }

        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            var action = root.GetProperty("action").GetString();
            var asked = root.GetProperty("subscriptions").EnumerateArray().Select(one => new RtdsSubscription(
                one.GetProperty("topic").GetString() ?? "",
                one.TryGetProperty("filters", out var filters) ? filters.GetString() ?? "" : "")).ToList();
            var session = (List<RtdsSubscription>)line.Session!;
            if (asked.Find(one => !Topics.Contains(one.Topic)) is { } unknown)
            {
                Reply(
                    line,
                    "{\"body\":{\"message\":\"leger GetTopics error: " + JsonEncodedText.Encode(unknown.Topic)
                    + " not found\"},\"statusCode\":401}",
                    nowNanos);
            }
            else if (action == "unsubscribe")
            {
                session.RemoveAll(asked.Contains);
            }
            else if (action == "subscribe")
            {
                foreach (var one in asked)
                {
                    session.Add(one);
                    Snapshot(line, one, nowNanos);
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            Reply(line, "{\"body\":{\"message\":\"bad request\"},\"statusCode\":400}", nowNanos);
        }
    }

    /// <summary>There is a new sample.</summary>
    public void Second(long nowNanos)
    {
        foreach (var line in Lines)
        {
            foreach (var one in (List<RtdsSubscription>)line.Session!)
            {
                foreach (var asset in Assets(one).Where(_ => !one.IsTrapped))
                {
                    if (oracle.Price(asset) != 0
                        && !Faults.Stands(PolymarketFaultKind.Freeze, null, nowNanos))
                    {
                        Update(line, one, asset, nowNanos);
                    }
                }
            }
        }
    }

    protected override void Opened(ClientLine line, long nowNanos)
    {
        line.Session = new List<RtdsSubscription>();
        line.SendAt([], nowNanos);
    }

    private static IEnumerable<string> Assets(RtdsSubscription one) => PriceOracle.Assets.Where(asset =>
        one.Symbol.Length == 0 || one.Symbol.Equals(SymbolOf(one.Topic, asset), StringComparison.OrdinalIgnoreCase));

    private static string SymbolOf(string topic, string asset) =>
        asset.ToLowerInvariant() + (topic == "crypto_prices" ? "usdt" : "/usd");

    private static int SecondsOf(string topic) => topic switch
    {
        "crypto_prices_twap_thirty" => 30,
        "crypto_prices_twap_sixty" => 60,
        _ => 1,
    };

    private void Update(ClientLine line, RtdsSubscription one, string asset, long nowNanos)
    {
        var price = oracle.Mean(asset, SecondsOf(one.Topic));
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteString("connection_id", $"testnet-{line.Id:x8}");
        json.WriteStartObject("payload");
        json.WriteString("symbol", SymbolOf(one.Topic, asset));
        json.WriteNumber("timestamp", Stamps.ToMillis(nowNanos));
        Value(json, price, one.Topic != "crypto_prices");
        if (SecondsOf(one.Topic) > 1)
        {
            json.WriteNumber("window_s", SecondsOf(one.Topic));
        }

        json.WriteEndObject();
        json.WriteNumber("timestamp", Stamps.ToMillis(nowNanos));
        json.WriteString("topic", one.Topic);
        json.WriteString("type", "update");
        json.WriteEndObject();
        Send(line, _json.End(), nowNanos);
    }

    private void Snapshot(ClientLine line, RtdsSubscription one, long nowNanos)
    {
        foreach (var asset in Assets(one))
        {
            var points = oracle.Points(asset);
            var json = _json.Begin();
            json.WriteStartObject();
            json.WriteStartObject("payload");
            json.WriteStartArray("data");
            for (var i = Math.Max(0, points.Count - SnapshotPoints); i < points.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("timestamp", Stamps.ToMillis(points[i].AtNanos));
                ClobJson.Plain(json, "value", DecimalText.ToShortText(
                    oracle.MeanAt(asset, i, SecondsOf(one.Topic)), PriceOracle.Decimals));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("symbol", SymbolOf(one.Topic, asset));
            json.WriteEndObject();
            json.WriteNumber("timestamp", Stamps.ToMillis(nowNanos));
            json.WriteString("topic", one.Topic == "crypto_prices_chainlink" ? "crypto_prices" : one.Topic);
            json.WriteString("type", "subscribe");
            json.WriteEndObject();
            Send(line, _json.End(), nowNanos);
        }
    }

    // The exact value is in 10^-18 on Chainlink's topics and a plain decimal on Binance's.
    private static void Value(Utf8JsonWriter json, long price, bool isScaled)
    {
        var text = DecimalText.ToShortText(price, PriceOracle.Decimals);
        ClobJson.Plain(json, "value", text);
        json.WriteString("full_accuracy_value", isScaled ? price + "0000000000" : text);
    }

    private sealed record RtdsSubscription(string Topic, string Filters)
    {
        /// <summary>True where a space stands in the filter: it will never be updated.</summary>
        public bool IsTrapped => Filters.Contains(' ', StringComparison.Ordinal);

        public string Symbol { get; } = SymbolIn(Filters);

        private static string SymbolIn(string filters)
        {
            if (filters.Length == 0)
            {
                return "";
            }

            try
            {
                using var parsed = JsonDocument.Parse(filters);
                return parsed.RootElement.GetProperty("symbol").GetString() ?? "";
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // The documented list form gives nothing.
                return "none";
            }
        }
    }
}
