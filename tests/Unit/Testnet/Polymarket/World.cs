using System.Text;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>A floor with Polymarket's booth on it, in virtual time.</summary>
internal sealed class World
{
    public World(PolymarketOptions? options = null, long seed = 5, double rate = 0.05)
    {
        Floor = FloorClient.NewFloor(seed, rate, 50);
        Booth = new PolymarketBooth(options ?? Quiet, Floor, TimeProvider.System, seed);
        Floor.Guests.Add(Booth);
        Booth.Listens(1, 2, 3);
    }

    /// <summary>Nobody but the test trades.</summary>
    public static PolymarketOptions Quiet => new() { Crowd = false };

    public MarketFloor Floor { get; }

    public PolymarketBooth Booth { get; }

    public long Now => Floor.NowNanos;

    public long Seconds => Now / Stamps.NanosPerSecond;

    /// <summary>A market without fee, hold and crowd's price: neg-risk, mirrored.</summary>
    public OutcomeMarket Free => Booth.Catalog.Open.First(market => market.Event.Kind == EventKind.NegRisk);

    /// <summary>The first outcome of the plain market: with a fee, without hold.</summary>
    public OutcomeMarket Plain => Booth.Catalog.Open.First(market => market.Event.Kind == EventKind.Plain && market.Version == "v1");

    /// <summary>The running five-minute window of an asset.</summary>
    public OutcomeMarket Window(string asset = "BTC") => Booth.Catalog.Open.Last(market =>
        market.Event.SeriesSlug == asset.ToLowerInvariant() + "-up-or-down-5m" && market.Event.StartNanos <= Now);

    public World Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Floor.StepOnce();
        }

        return this;
    }

    public World RunUntil(long nanos)
    {
        while (Now < nanos)
        {
            Floor.StepOnce();
        }

        return this;
    }

    public (int Status, JsonElement Body) Get(string path, string query = "") =>
        Ask("GET", path, query, "", new Dictionary<string, string>());

    public (int Status, JsonElement Body) Gamma(string path, string query = "")
    {
        var answer = Booth.Answer(Request("GET", path, query, "", new Dictionary<string, string>()), isGamma: true);
        return (answer.Answer.Status, Parse(answer));
    }

    public (int Status, JsonElement Body) Ask(
        string method, string path, string query, string body, Dictionary<string, string> headers)
    {
        var answer = AskWhole(method, path, query, body, headers);
        Assert.False(answer.IsLost, "the answer was lost");
        return (answer.Answer.Status, Parse(answer));
    }

    public ClobAnswer AskWhole(
        string method, string path, string query, string body, Dictionary<string, string> headers) =>
        Booth.Answer(Request(method, path, query, body, headers), isGamma: false);

    public int Fault(string json)
    {
        var answer = Booth.SetFault(Encoding.UTF8.GetBytes(json));
        return answer.Status;
    }

    /// <summary>What must hold after everything: money and tokens are neither made nor lost.</summary>
    public void Audit()
    {
        var exchange = Booth.Exchange;
        Assert.Null(exchange.Core.Pipeline.Audit());
        var money = exchange.Wallets.Sum(wallet => wallet.Micros + wallet.PendingMicros)
            + Booth.Catalog.Markets.Sum(market => market.CollateralMicros) + exchange.FeeMicros;
        Assert.Equal(exchange.GivenMicros, money);
        foreach (var market in Booth.Catalog.Markets)
        {
            for (var token = 0; token < 2; token++)
            {
                var lots = exchange.Wallets.Sum(wallet => wallet.Holdings.TryGetValue(market.Tokens[token], out var holding)
                    ? holding.Lots + holding.Pending : 0);
                Assert.Equal(market.CollateralMicros, lots * OutcomeUnits.MicrosPerLot);
            }
        }

        foreach (var wallet in exchange.Wallets.Where(wallet => !wallet.IsCrowd))
        {
            Assert.True(wallet.Micros >= 0 && wallet.PendingMicros >= 0, "a wallet owes money");
            Assert.All(wallet.Holdings.Values, holding => Assert.True(holding.Lots >= 0 && holding.Pending >= 0));
        }
    }

    private ClobRequest Request(
        string method, string path, string query, string body, Dictionary<string, string> headers)
    {
        var fields = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        return new ClobRequest(
            method, path, new RestQuery(name => fields.GetValueOrDefault(name)), name => headers.GetValueOrDefault(name),
            Encoding.UTF8.GetBytes(body), Now);
    }

    private static JsonElement Parse(ClobAnswer answer) => JsonDocument.Parse(answer.Answer.Body).RootElement;
}
