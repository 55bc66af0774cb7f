using System.Globalization;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Opportunities as JSON and as rows of CSV. Amounts are decimal text, times Unix milliseconds.</summary>
public static class OpportunityText
{
    /// <summary>The first line of a CSV file.</summary>
    public const string CsvHeader =
        "at,strategy,venue,market,legs,edge,edge_after_fees,profit,taken,reason,detail";

    private static readonly char[] Quoted = [',', '"', '\n', '\r'];

    /// <summary>Writes a list.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<Opportunity> opportunities)
    {
        writer.WriteStartArray();
        foreach (var opportunity in opportunities)
        {
            Write(writer, opportunity);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes one opportunity.</summary>
    public static void Write(Utf8JsonWriter writer, Opportunity opportunity)
    {
        var signal = opportunity.Signal;
        writer.WriteStartObject();
        writer.WriteNumber("at", Stamps.ToMillis(opportunity.AtNanos));
        writer.WriteString("strategy", signal.Strategy);
        writer.WriteString("venue", SignalText.Venue(signal));
        writer.WriteString("market", SignalText.Market(signal));
        writer.WriteStartArray("legs");
        foreach (var leg in signal.Legs)
        {
            writer.WriteStartObject();
            writer.WriteString("token_id", leg.Token.TokenId);
            writer.WriteString("side", Name(leg.Side));
            writer.WriteString("price", Micros.ToText(leg.PricePpm));
            writer.WriteString("size", Micros.ToText(leg.SizeMicro));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("edge", Micros.ToText(signal.EdgePpm));
        writer.WriteString("edge_after_fees", Micros.ToText(signal.EdgeAfterFeesPpm));
        writer.WriteString("profit", Micros.ToText(signal.ProfitMicros));
        writer.WriteBoolean("taken", opportunity.Taken);
        writer.WriteString("reason", opportunity.Reason);
        writer.WriteString("detail", signal.Detail);
        writer.WriteEndObject();
    }

    /// <summary>One row of CSV without its line end; the legs stand in one cell, separated by spaces.</summary>
    public static string CsvRow(Opportunity opportunity)
    {
        var signal = opportunity.Signal;
        var legs = string.Join(' ', signal.Legs.Select(leg =>
            $"{Name(leg.Side)}:{leg.Token.TokenId}@{Micros.ToText(leg.PricePpm)}x{Micros.ToText(leg.SizeMicro)}"));
        string[] cells =
        [
            Stamps.ToMillis(opportunity.AtNanos).ToString(CultureInfo.InvariantCulture), signal.Strategy,
            SignalText.Venue(signal), SignalText.Market(signal), legs, Micros.ToText(signal.EdgePpm),
            Micros.ToText(signal.EdgeAfterFeesPpm), Micros.ToText(signal.ProfitMicros),
            opportunity.Taken ? "true" : "false", opportunity.Reason, signal.Detail,
        ];
        return string.Join(',', cells.Select(Cell));
    }

    private static string Name(Side side) => side == Side.Buy ? "buy" : "sell";

    // A venue's text that a spreadsheet would take for a formula is kept a text.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '@' or '\t' ? "'" + text : text;
        return safe.IndexOfAny(Quoted) < 0 ? safe : '"' + safe.Replace("\"", "\"\"") + '"';
    }
}
