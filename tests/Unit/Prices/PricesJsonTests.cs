using System.Text;
using System.Text.Json;
using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

public sealed class PricesJsonTests
{
    [Fact]
    public void A_snapshot_has_the_published_shape()
    {
        var bench = new CompositeBench(CompositeBench.Options with
        {
            Series = [new CompositeSeries(CompositeBench.Btc, [.. CompositeBench.Providers.Take(3)])],
        });
        bench.Set(Venue.Kraken, CompositeBench.UsdtUsd, 0.5m);
        bench.Set(Venue.Binance, CompositeBench.Btc, 76315.98m);
        bench.Wait(20);
        bench.Set(Venue.Kraken, CompositeBench.BtcUsd, 38158m);
        Assert.Equal(
            """
            {"markets":[{"symbol":"BTC/USDT","price":76315.99,"provider_count":2,"confidence":0.6644,"age_ms":20,
            "reason":null,"inputs":{"coverage":0.6667,"agreement":0.9999,"freshness":0.9967},"venues":[
            {"venue":"binance","symbol":"BTC/USDT","mid":"76315.98","converted":"76315.98","age_ms":20,
            "used":true,"reason":null},
            {"venue":"coinbase","symbol":"BTC/USD","mid":null,"converted":null,"age_ms":null,"used":false,
            "reason":"WAITING nothing received yet"},
            {"venue":"kraken","symbol":"BTC/USD","mid":"38158","converted":"76316","age_ms":0,
            "used":true,"reason":null}]}],
            "at":1700000000020}
            """.ReplaceLineEndings(""),
            Write(bench.Composite.Snapshot(bench.Now)));
    }

    [Fact]
    public void Without_a_price_the_price_is_null_and_the_reason_says_why()
    {
        using var json = JsonDocument.Parse(Write(new CompositeBench().Composite.Snapshot(CompositeBench.Start)));
        var market = json.RootElement.GetProperty("markets")[0];
        Assert.Equal(JsonValueKind.Null, market.GetProperty("price").ValueKind);
        Assert.Equal(JsonValueKind.Null, market.GetProperty("age_ms").ValueKind);
        Assert.Equal(0, market.GetProperty("confidence").GetDouble());
        Assert.StartsWith("WAITING ", market.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_has_a_code_and_words()
    {
        Assert.Null(PriceReason.None.Text());
        foreach (var reason in Enum.GetValues<PriceReason>().Where(reason => reason != PriceReason.None))
        {
            Assert.Matches("^[A-Z_]+ [a-z]", reason.Text()!);
        }
    }

    private static string Write(AggregatedSnapshot snapshot)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            PricesJson.Write(writer, snapshot);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
