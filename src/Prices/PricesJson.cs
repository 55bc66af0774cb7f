using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>The JSON of composite prices, as served at <c>/api/v1/prices</c>.</summary>
public static class PricesJson
{
    // Confidences are shown with four decimals.
    private const int Decimals = 4;
    private const int PpmPerUnit = 100;

    /// <summary>Writes <c>{"markets":[…],"at":ms}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, AggregatedSnapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("markets");
        foreach (var market in snapshot.Markets)
        {
            Write(writer, market);
        }

        writer.WriteEndArray();
        writer.WriteNumber("at", Stamps.ToMillis(snapshot.AtNanos));
        writer.WriteEndObject();
    }

    /// <summary>Writes one market as an object.</summary>
    public static void Write(Utf8JsonWriter writer, AggregatedMarket market)
    {
        writer.WriteStartObject();
        writer.WriteString("symbol", market.Symbol.ToString());
        writer.WriteNumber("price", market.PriceE8, 8);
        writer.WriteNumber("provider_count", market.ProviderCount);
        WritePpm(writer, "confidence", market.ConfidencePpm);
        WriteMillis(writer, "age_ms", market.AgeNanos is { } age ? Stamps.ToMillis(age) : null);
        writer.WriteString("reason", market.Reason.Text());
        writer.WriteStartObject("inputs");
        WritePpm(writer, "coverage", market.Inputs.CoveragePpm);
        WritePpm(writer, "agreement", market.Inputs.AgreementPpm);
        WritePpm(writer, "freshness", market.Inputs.FreshnessPpm);
        writer.WriteEndObject();
        writer.WriteStartArray("venues");
        foreach (var venue in market.Venues)
        {
            Write(writer, venue);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, in VenuePrice venue)
    {
        writer.WriteStartObject();
        writer.WriteString("venue", venue.Venue.Name());
        writer.WriteString("symbol", venue.Symbol.ToString());
        writer.WriteText("mid", venue.MidE8, 8);
        writer.WriteText("converted", venue.ConvertedE8, 8);
        WriteMillis(writer, "age_ms", venue.AgeMs);
        writer.WriteBoolean("used", venue.Used);
        writer.WriteString("reason", venue.Reason.Text());
        writer.WriteEndObject();
    }

    private static void WritePpm(Utf8JsonWriter writer, string name, int ppm) =>
        writer.WriteNumber(name, (ppm + (PpmPerUnit / 2)) / PpmPerUnit, Decimals);

    private static void WriteMillis(Utf8JsonWriter writer, string name, long? millis) =>
        writer.WriteNumber(name, millis, 0);
}
