using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The newer price feed: authenticated, numbered, with a snapshot for each subscription.</summary>
/// <remarks>docs.polymarket.com, "PolyBolt WebSocket" and "Migrate from RTDS to PolyBolt" (September 2026). Under the
/// floor's lock.</remarks>
internal sealed class PolyBoltFeed(
    PriceOracle oracle, OutcomeCatalog catalog, ApiKeys keys, PolymarketFaults faults) : LineChannel(faults)
{
    private const int CloseAuth = 4001;
    private const int ClosePolicy = 4008;
    private const int TwapSeconds = 60;
    private const string Spot = "price.crypto";
    private const string Twap = "price.crypto.twap";
    private const string Equity = "price.equity";
    private const string Tokens = "price.polymarket";

    private readonly JsonFrame _json = new();

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        var session = (BoltSession)line.Session!;
        try
        {
            using var parsed = RequestJson.Parse(message);
            var root = parsed.RootElement;
            var rid = root.TryGetProperty("rid", out var given) ? given.GetString() : null;
            switch (root.TryGetProperty("op", out var op) ? op.GetString() : null)
            {
                case "ping":
                    Acknowledge(line, "pong", rid, null, null, nowNanos);
                    break;
                case "auth":
                    Authenticate(line, session, root, rid, nowNanos);
                    break;
                case "subscribe" or "unsubscribe" when !session.Allow(nowNanos):
                    line.Close(ClosePolicy, "rate_limited", nowNanos);
                    break;
                case "subscribe":
                    Asked(root).ForEach(one => Subscribe(line, session, one, rid, nowNanos));
                    break;
                case "unsubscribe":
                    foreach (var one in Asked(root))
                    {
                        session.Subscriptions.Remove(one);
                        Acknowledge(line, "unsubscribed", rid, one.Channel, null, nowNanos);
                    }

                    break;
                default:
                    Acknowledge(line, "error", rid, null, "bad_op", nowNanos);
                    break;
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            Acknowledge(line, "error", null, null, "bad_op", nowNanos);
        }
    }

    /// <summary>There is a new sample.</summary>
    public void Second(long nowNanos)
    {
        if (Faults.Stands(PolymarketFaultKind.Freeze, null, nowNanos))
        {
            return;
        }

        foreach (var line in Lines)
        {
            var session = (BoltSession)line.Session!;
            foreach (var one in session.Subscriptions.Where(one => one.Asset.Length > 0))
            {
                if (oracle.Price(one.Asset) != 0)
                {
                    Data(line, session, one, isSnapshot: false, nowNanos);
                }
            }

            foreach (var one in session.Subscriptions.Where(one => one.Channel == Tokens).ToArray())
            {
                Best(line, session, one, nowNanos);
            }
        }
    }

    protected override void Opened(ClientLine line, long nowNanos) => line.Session = new BoltSession();

    private void Authenticate(ClientLine line, BoltSession session, JsonElement root, string? rid, long nowNanos)
    {
        if (++session.Auths > ClobLimits.PolyBoltAuths)
        {
            Acknowledge(line, "error", rid, null, "auth_attempts", nowNanos);
            line.Close(CloseAuth, "auth_attempts", nowNanos);
            return;
        }

        string? Field(string name) => root.TryGetProperty("auth", out var auth)
            && auth.ValueKind == JsonValueKind.Object && auth.TryGetProperty(name, out var value)
                ? value.GetString() : null;

        session.IsAuthenticated = keys.Match(Field("apiKey"), Field("secret"), Field("passphrase")) is not null;
        Acknowledge(
            line, session.IsAuthenticated ? "authed" : "error", rid, null,
            session.IsAuthenticated ? null : "auth_invalid", nowNanos);
    }

    private void Subscribe(ClientLine line, BoltSession session, BoltSubscription one, string? rid, long nowNanos)
    {
        var problem = one.Channel is not (Spot or Twap or Equity or Tokens) ? "bad_channel"
            : one.Channel != Tokens && !session.IsAuthenticated ? "auth_required"
            : one.Channel == Tokens ? catalog.ByToken(one.Filter) is null ? "bad_filter" : null
            : one.Filter.Length == 0 || (one.Channel == Twap && one.Seconds != TwapSeconds) ? "bad_filter"
            : null;
        if (problem is not null)
        {
            Acknowledge(line, "error", rid, one.Channel, problem, nowNanos);
            return;
        }

        if (session.Subscriptions.Contains(one))
        {
            Acknowledge(line, "subscribed", rid, one.Channel, null, nowNanos);
            return;
        }

        if (session.Subscriptions.Count >= ClobLimits.PolyBoltSubscriptions)
        {
            Acknowledge(line, "error", rid, one.Channel, "sub_limit", nowNanos);
            line.Close(ClosePolicy, "sub_limit", nowNanos);
            return;
        }

        session.Subscriptions.Add(one);
        Acknowledge(line, "subscribed", rid, one.Channel, null, nowNanos);
        if (one.Channel == Tokens)
        {
            Best(line, session, one, nowNanos, isSnapshot: true);
        }
        else
        {
            Data(line, session, one, isSnapshot: true, nowNanos);
        }
    }

    private void Data(ClientLine line, BoltSession session, BoltSubscription one, bool isSnapshot, long nowNanos)
    {
        if (!isSnapshot && Faults.Stands(PolymarketFaultKind.Gap, null, nowNanos))
        {
            session.Lose(one.Channel);
            return;
        }

        var seconds = one.Channel == Twap ? TwapSeconds : 1;
        var json = Begin(session, one.Channel, isSnapshot, nowNanos);
        json.WriteString("symbol", one.Filter);
        if (isSnapshot)
        {
            json.WriteStartArray("data");
            var points = one.Asset.Length == 0 ? [] : oracle.Points(one.Asset);
            for (var i = 0; i < points.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("timestamp", Stamps.ToMillis(points[i].AtNanos));
                Value(json, oracle.MeanAt(one.Asset, i, seconds));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNumber("timestamp", Stamps.ToMillis(nowNanos));
            Value(json, oracle.Mean(one.Asset, seconds));
        }

        if (one.Channel == Twap)
        {
            json.WriteNumber("window_seconds", TwapSeconds);
        }

        End(line, json, nowNanos);
    }

    private void Best(
        ClientLine line, BoltSession session, BoltSubscription one, long nowNanos, bool isSnapshot = false)
    {
        if (catalog.ByToken(one.Filter) is not { } market)
        {
            return;
        }

        var best = market.Best(market.TokenTexts[0] == one.Filter ? 0 : 1);
        if (!isSnapshot && session.Best.GetValueOrDefault(one.Filter) == best)
        {
            return;
        }

        session.Best[one.Filter] = best;
        var json = Begin(session, one.Channel, isSnapshot, nowNanos);
        json.WriteString("market", market.ConditionId);
        json.WriteString("asset_id", one.Filter);
        json.WriteString("best_bid", best.Bid == 0 ? "" : OutcomeUnits.Price(best.Bid));
        json.WriteString("best_ask", best.Ask == 0 ? "" : OutcomeUnits.Price(best.Ask));
        json.WriteString("hash", market.ConditionId[2..42]);
        json.WriteNumber("timestamp", Stamps.ToMillis(nowNanos));
        End(line, json, nowNanos);
    }

    private Utf8JsonWriter Begin(BoltSession session, string channel, bool isSnapshot, long nowNanos)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteString("channel", channel);
        json.WriteNumber("seq", session.Next(channel));
        json.WriteNumber("ts", Stamps.ToMillis(nowNanos));
        if (isSnapshot)
        {
            json.WriteBoolean("snapshot", true);
        }
        else if (session.TakeDropped(channel) is > 0 and var dropped)
        {
            json.WriteNumber("dropped", dropped);
        }

        json.WriteStartObject("payload");
        return json;
    }

    private void End(ClientLine line, Utf8JsonWriter json, long nowNanos)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        Send(line, _json.End(), nowNanos);
    }

    private static void Value(Utf8JsonWriter json, long price)
    {
        var text = DecimalText.ToShortText(price, PriceOracle.Decimals);
        ClobJson.Plain(json, "value", text);
        json.WriteString("full_accuracy_value", text);
    }

    private void Acknowledge(
        ClientLine line, string op, string? rid, string? channel, string? code, long nowNanos)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteString("op", op);
        if (rid is not null)
        {
            json.WriteString("rid", rid);
        }

        if (channel is not null)
        {
            json.WriteString("channel", channel);
        }

        if (code is not null)
        {
            json.WriteString("code", code);
        }

        json.WriteEndObject();
        Send(line, _json.End(), nowNanos);
    }

    private static List<BoltSubscription> Asked(JsonElement root) =>
        root.TryGetProperty("subscriptions", out var list)
            ? [.. list.EnumerateArray().Select(BoltSubscription.Read)]
            : [BoltSubscription.Read(root)];

    private sealed record BoltSubscription(string Channel, string Filter, int Seconds)
    {
        /// <summary>The asset behind a symbol such as <c>btcusd</c>; empty where this testnet has none.</summary>
        public string Asset { get; } = Channel is not (Spot or Twap) ? ""
            : PriceOracle.Assets.FirstOrDefault(asset => Filter == asset.ToLowerInvariant() + "usd") ?? "";

        public static BoltSubscription Read(JsonElement one)
        {
            var channel = one.GetProperty("channel").GetString() ?? "";
            var filter = one.TryGetProperty("filter", out var given) && given.ValueKind == JsonValueKind.Object
                ? given : default;
            if (filter.ValueKind != JsonValueKind.Object)
            {
                return new BoltSubscription(channel, "", 0);
            }

            var name = filter.TryGetProperty(channel == Tokens ? "asset_id" : "symbol", out var text)
                ? text.GetString() ?? "" : "";
            return new BoltSubscription(
                channel, name, filter.TryGetProperty("window_seconds", out var seconds) ? seconds.GetInt32() : 0);
        }
    }

    private sealed class BoltSession
    {
        private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _dropped = new(StringComparer.Ordinal);
        private long _windowNanos;
        private int _inWindow;

        public bool IsAuthenticated { get; set; }

        public int Auths { get; set; }

        public HashSet<BoltSubscription> Subscriptions { get; } = [];

        public Dictionary<string, (int Bid, int Ask)> Best { get; } = new(StringComparer.Ordinal);

        public long Next(string channel) => _sequences[channel] = _sequences.GetValueOrDefault(channel) + 1;

        // A frame that is dropped has no number; the next one says how many there were.
        public void Lose(string channel) => _dropped[channel] = _dropped.GetValueOrDefault(channel) + 1;

        public int TakeDropped(string channel)
        {
            _dropped.Remove(channel, out var dropped);
            return dropped;
        }

        public bool Allow(long nowNanos)
        {
            if (nowNanos - _windowNanos >= Stamps.NanosPerSecond)
            {
                (_windowNanos, _inWindow) = (nowNanos, 0);
            }

            return ++_inWindow <= ClobLimits.PolyBoltFramesPerSecond;
        }
    }
}
