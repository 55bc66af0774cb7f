using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>One pair in the answer of <c>AssetPairs</c>.</summary>
internal static class KrakenListing
{
    private static readonly (int Volume, decimal Taker, decimal Maker)[] Fees =
    [
        (0, 0.40m, 0.25m), (10_000, 0.35m, 0.20m), (50_000, 0.24m, 0.14m), (100_000, 0.22m, 0.12m),
        (250_000, 0.20m, 0.08m), (500_000, 0.18m, 0.06m), (1_000_000, 0.16m, 0.04m), (10_000_000, 0.08m, 0m),
    ];

    public static void Write(Utf8JsonWriter json, PairState pair)
    {
        var symbol = pair.Pair.Symbol;
        json.WriteStartObject(KrakenNames.Key(pair));
        json.WriteString("altname", KrakenNames.Altname(pair));
        json.WriteString("wsname", KrakenNames.Wsname(pair));
        json.WriteString("aclass_base", "currency");
        json.WriteString("base", KrakenNames.Long(symbol.Base));
        json.WriteString("aclass_quote", "currency");
        json.WriteString("quote", KrakenNames.Long(symbol.Quote));
        json.WriteString("lot", "unit");
        json.WriteNumber("cost_decimals", 5);
        json.WriteNumber("pair_decimals", pair.PriceDecimals);
        json.WriteNumber("lot_decimals", pair.QuantityDecimals);
        json.WriteNumber("lot_multiplier", 1);
        json.WriteStartArray("leverage_buy");
        json.WriteEndArray();
        json.WriteStartArray("leverage_sell");
        json.WriteEndArray();
        foreach (var maker in (ReadOnlySpan<bool>)[false, true])
        {
            json.WriteStartArray(maker ? "fees_maker" : "fees");
            foreach (var fee in Fees)
            {
                json.WriteStartArray();
                json.WriteNumberValue(fee.Volume);
                json.WriteNumberValue(maker ? fee.Maker : fee.Taker);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteString("fee_volume_currency", "ZUSD");
        json.WriteNumber("margin_call", 80);
        json.WriteNumber("margin_stop", 40);
        json.WriteString("ordermin", DecimalText.ToShortText(KrakenNames.SmallestOrder(pair), pair.QuantityDecimals));
        json.WriteString("costmin", "0.5");
        json.WriteString("tick_size", DecimalText.ToText(1, pair.PriceDecimals));
        json.WriteString("status", "online");
        json.WriteEndObject();
    }
}
