using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Kalshi's booth in virtual time on prices that a test sets, with one member who signs by the BCL's
/// RSA.</summary>
internal sealed class KalshiRig : IDisposable
{
    public const string KeyId = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c";
    public const string Root = "/trade-api/v2";

    // A key takes a while to make; tests share two.
    private static readonly Lazy<RSA> First = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> Second = new(() => RSA.Create(2048));

    private long _step;
    private int _lastName;

    public KalshiRig(
        long startSeconds = 1_760_000_000, bool fiveMinutes = false, bool legacy = false, long balance = 1_000_000,
        double rate = 1, long seed = 1)
    {
        NowNanos = startSeconds * Stamps.NanosPerSecond;
        Booth = new KalshiBooth(
            new KalshiOptions
            {
                FiveMinutes = fiveMinutes,
                LegacyFields = legacy,
                Keys = [new KalshiAccess(KeyId, Key.ExportSubjectPublicKeyInfoPem(), balance)],
            },
            asset => asset == "BTC" ? Bitcoin : asset == "ETH" ? 3_000 : null, seed, rate, NowNanos);
    }

    public static RSA Key => First.Value;

    public static RSA OtherKey => Second.Value;

    public KalshiBooth Booth { get; }

    public double? Bitcoin { get; set; } = 67_000;

    public long NowNanos { get; private set; }

    public KalshiMember Member => Booth.Exchange.Members.Single(member => !member.IsSimulated);

    /// <summary>The open window of fifteen minutes on bitcoin.</summary>
    public KalshiMarket Window => Booth.Catalog.Markets.First(
        market => market.Series.Ticker == "KXBTC15M" && market.Status == KalshiStatus.Active);

    public KalshiRig Steps(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            NowNanos += Stamps.NanosPerSecond / 100;
            Booth.Step(++_step, NowNanos);
        }

        return this;
    }

    public KalshiRig Seconds(int seconds) => Steps(seconds * 100);

    public static string Sign(RSA key, string text) => Convert.ToBase64String(
        key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    /// <summary>A request with the headers that it is given.</summary>
    public KalshiRequest Request(
        string method, string target, string body = "", Dictionary<string, string>? headers = null)
    {
        var (path, query) = target.Split('?') is [var before, var behind] ? (before, behind) : (target, "");
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToArray();
        return new KalshiRequest(
            method, Root + path, "127.0.0.1",
            name => [.. pairs.Where(pair => pair[0] == name).Select(pair => Uri.UnescapeDataString(pair[1]))],
            name => headers?.GetValueOrDefault(name), Encoding.UTF8.GetBytes(body));
    }

    public Dictionary<string, string> Signed(string method, string path, RSA? key = null, long? atMillis = null)
    {
        var time = (atMillis ?? Stamps.ToMillis(NowNanos)).ToString();
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KALSHI-ACCESS-KEY"] = KeyId,
            ["KALSHI-ACCESS-TIMESTAMP"] = time,
            ["KALSHI-ACCESS-SIGNATURE"] = Sign(key ?? Key, time + method + Root + path),
        };
    }

    /// <summary>Asks as the member, with full buckets.</summary>
    public (int Status, JsonElement Body) Ask(string method, string target, string body = "")
    {
        var answer = Booth.Answer(
            Request(method, target, body, Signed(method, target.Split('?')[0])), NowNanos);
        return (answer.Status, JsonDocument.Parse(answer.Body).RootElement);
    }

    public JsonElement Get(string target)
    {
        var (status, body) = Ask("GET", target);
        Assert.True(status == 200, $"{target}: {status} {body}");
        return body;
    }

    public string Order(
        KalshiMarket market, string side, string price, string count, string time = "good_till_canceled",
        string more = "", string? name = null) =>
        $$"""
        {"ticker":"{{market.Ticker}}","side":"{{side}}","price":"{{price}}","count":"{{count}}",
        "time_in_force":"{{time}}","self_trade_prevention_type":"taker_at_cross",
        "client_order_id":"{{name ?? $"mine-{++_lastName}"}}"{{more}}}
        """;

    public (int Status, JsonElement Body) Place(string body) => Ask("POST", "/portfolio/events/orders", body);

    public static string Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString()!;

    public KalshiClient Connect() => new(this, Booth.Connect(Member));

    public void Fault(string body)
    {
        var answer = Booth.SetFault(Encoding.UTF8.GetBytes(body));
        Assert.True(answer.Status == 201, Encoding.UTF8.GetString(answer.Body));
    }

    public void Dispose() => Booth.Dispose();
}

/// <summary>A WebSocket client without a socket.</summary>
internal sealed class KalshiClient(KalshiRig rig, ClientLine line)
{
    public ClientLine Line { get; } = line;

    public KalshiClient Say(string text)
    {
        rig.Booth.Stream.Receive(Line, Encoding.UTF8.GetBytes(text), rig.NowNanos);
        return this;
    }

    public KalshiClient Subscribe(string channels, params string[] tickers)
    {
        var markets = tickers.Length == 0 ? ""
            : $",\"market_tickers\":[{string.Join(',', tickers.Select(ticker => $"\"{ticker}\""))}]";
        return Say("{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[" + channels + "]" + markets + "}}");
    }

    public List<string> Texts()
    {
        var texts = new List<string>();
        while (Line.Outgoing.TryRead(out var frame))
        {
            Line.Drained(frame);
            texts.Add(Encoding.UTF8.GetString(frame.Bytes));
        }

        return texts;
    }

    public List<JsonElement> Read() => [.. Texts().Select(text => JsonDocument.Parse(text).RootElement)];

    public List<JsonElement> Read(string type) =>
        [.. Read().Where(message => message.GetProperty("type").GetString() == type)];
}
