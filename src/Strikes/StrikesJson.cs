using System.Collections.Immutable;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Strikes;

/// <summary>The JSON of signed strike markets, as served at <c>/api/v1/markets/{symbol}</c> and held in the hot
/// cache.</summary>
public static class StrikesJson
{
    private const int PpmDecimals = 6;

    /// <summary>Writes <c>{"symbol":…,"at":ms,"spot":…,"reason":…,"markets":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, StrikeSnapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteString("symbol", snapshot.Symbol.ToString());
        writer.WriteNumber("at", Stamps.ToMillis(snapshot.AtNanos));
        writer.WriteNumber("spot", snapshot.SpotE8, StrikesLimits.PriceDecimals);
        writer.WriteString("reason", snapshot.Reason.Text());
        writer.WritePropertyName("markets");
        WriteMarkets(writer, snapshot.Markets);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>[{"market":…,"signature":…,"signer":…,"payload":…},…]</c>.</summary>
    public static void WriteMarkets(Utf8JsonWriter writer, ImmutableArray<SignedLiveMarket> markets)
    {
        writer.WriteStartArray();
        foreach (var market in markets)
        {
            Write(writer, market);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes <c>{"market":{…},"signature":base58,"signer":base58,"payload":base64}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, SignedLiveMarket signed)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("market");
        Write(writer, signed.Market);
        writer.WriteString("signature", Base58.Encode(signed.Signature.Span));
        writer.WriteString("signer", Base58.Encode(signed.Signer.Span));
        writer.WriteBase64String("payload", signed.Payload.Span);
        writer.WriteEndObject();
    }

    /// <summary>Writes the market alone as an object.</summary>
    public static void Write(Utf8JsonWriter writer, LiveMarket market)
    {
        writer.WriteStartObject();
        writer.WriteString("quote_id", market.QuoteId);
        writer.WriteString("symbol", market.Symbol.ToString());
        writer.WriteNumber("strike", market.StrikeE8, StrikesLimits.PriceDecimals);
        writer.WriteNumber("up_price", market.UpPricePpm, PpmDecimals);
        writer.WriteNumber("down_price", market.DownPricePpm, PpmDecimals);
        writer.WriteNumber("up_probability", market.UpProbabilityPpm, PpmDecimals);
        writer.WriteNumber("expiry_ts", market.ExpiryMs);
        writer.WriteNumber("generated_at", market.GeneratedAtMs);
        writer.WriteNumber("valid_until", market.ValidUntilMs);
        writer.WriteText("max_quantity", market.MaxQuantityAtoms, StrikesLimits.CollateralDecimals);
        writer.WriteString("nonce", market.Nonce.ToString());
        writer.WriteString("collateral", market.Collateral);
        writer.WriteString("environment", market.Environment);
        writer.WriteString("rule_id", market.RuleId);
        writer.WriteString("key_id", market.KeyId);
        writer.WriteEndObject();
    }
}
