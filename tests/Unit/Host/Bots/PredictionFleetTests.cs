using System.Text.Json;
using Strikeline.Host.Bots;
using Strikeline.Host.Configuration;
using Strikeline.Testnet;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Host.Bots;

/// <summary>On the testnet no address of a real venue is left in the settings.</summary>
public sealed class PredictionFleetTests
{
    private const string KeyFile = "data/testnet-kalshi.pem";

    private static readonly TestnetEndpoints s_none = new(
        "http://127.0.0.1:1", Of(2), Of(3), Of(4), Of(5));

    private static readonly TestnetEndpoints s_all = s_none with
    {
        Kalshi = Of(6), KalshiKeyId = "demo",
        Polymarket = new PolymarketEndpoints(
            "http://127.0.0.1:11", "ws://127.0.0.1:12/ws", "http://127.0.0.1:13", "ws://127.0.0.1:14",
            "ws://127.0.0.1:15/ws", ["event-one", "event-two"]),
    };

    [Fact]
    public void Every_address_is_that_of_the_testnet()
    {
        var settings = new PredictionsSettings();
        var redirected = Redirect(settings, s_all);
        Assert.Equal(
            settings.Polymarket with
            {
                ClobUrl = "http://127.0.0.1:11", MarketWsUrl = "ws://127.0.0.1:12/ws/market",
                GammaUrl = "http://127.0.0.1:13", RtdsWsUrl = "ws://127.0.0.1:14", PricesWsUrl = "ws://127.0.0.1:15/ws",
                Events = redirected.Polymarket.Events,
            },
            redirected.Polymarket);
        Assert.Equal(["event-one", "event-two"], redirected.Polymarket.Events);
        Assert.Equal(
            settings.Kalshi with
            {
                RestUrl = "http://127.0.0.1:6/trade-api/v2", WsUrl = "ws://127.0.0.1:6/trade-api/ws/v2",
                KeyId = "demo", KeyFile = KeyFile,
            },
            redirected.Kalshi);

        // Also of a venue's address that is added one day.
        var text = JsonSerializer.Serialize(redirected);
        Assert.DoesNotContain("polymarket.com", text);
        Assert.DoesNotContain("kalshi.com", text);
    }

    [Fact]
    public void A_real_key_is_not_shown_to_the_testnet()
    {
        var settings = new PredictionsSettings();
        settings = settings with { Kalshi = settings.Kalshi with { KeyId = "real", KeyFile = "/real.pem" } };
        Assert.Equal("demo", Redirect(settings, s_all).Kalshi.KeyId);
        Assert.Equal(KeyFile, Redirect(settings, s_all).Kalshi.KeyFile);
        Assert.Equal("", Redirect(settings, s_all with { KalshiKeyId = null }).Kalshi.KeyId);
    }

    [Fact]
    public void A_venue_that_the_testnet_has_not_is_off_and_one_that_is_off_stays_so()
    {
        var settings = new PredictionsSettings();
        var none = Redirect(settings, s_none);
        Assert.False(none.Polymarket.Enabled || none.Kalshi.Enabled);
        var off = settings with
        {
            Polymarket = settings.Polymarket with { Enabled = false },
            Kalshi = settings.Kalshi with { Enabled = false },
        };
        var still = Redirect(off, s_all);
        Assert.False(still.Polymarket.Enabled || still.Kalshi.Enabled);
        Assert.True(Redirect(settings, s_all with { Kalshi = null }).Polymarket.Enabled);
        Assert.False(Redirect(settings, s_all with { Kalshi = null }).Kalshi.Enabled);
    }

    private static VenueEndpoint Of(int port) => new($"ws://127.0.0.1:{port}", $"http://127.0.0.1:{port}");

    private static PredictionsSettings Redirect(PredictionsSettings settings, TestnetEndpoints endpoints) =>
        PredictionFleet.Redirect(settings, JsonDocument.Parse(endpoints.ToJson()).RootElement, KeyFile);
}
