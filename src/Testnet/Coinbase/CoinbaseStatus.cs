using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Coinbase;

/// <summary>The <c>status</c> channel's event.</summary>
internal static class CoinbaseStatus
{
    public static void Write(Utf8JsonWriter json, PairState pair)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", "snapshot");
        json.WriteStartArray("products");
        json.WriteStartObject();
        json.WriteString("product_type", "SPOT");
        json.WriteString("id", CoinbaseJson.Product(pair));
        json.WriteString("base_currency", pair.Pair.Symbol.Base);
        json.WriteString("quote_currency", pair.Pair.Symbol.Quote);
        json.WriteString("base_increment", DecimalText.ToText(1, pair.QuantityDecimals));
        json.WriteString("quote_increment", DecimalText.ToText(1, pair.PriceDecimals));
        json.WriteString("display_name", pair.Pair.Symbol.ToString());
        json.WriteString("status", "online");
        json.WriteString("status_message", "");
        json.WriteString("min_market_funds", "1");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
