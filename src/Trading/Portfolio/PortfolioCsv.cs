using System.Globalization;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Entries of the portfolio as rows of CSV (RFC 4180).</summary>
/// <remarks>Any thread, no state.</remarks>
public static class PortfolioCsv
{
    /// <summary>The first row.</summary>
    public const string Header = "at,venue,market,token,kind,price,size,fee,finality,strategy,plan,client_id,id";

    /// <summary>An entry's row: the time in UTC with milliseconds, prices and sizes and fees as decimal text.</summary>
    public static string Row(PortfolioEntry entry) => string.Join(
        ',',
        DateTimeOffset.FromUnixTimeMilliseconds(Stamps.ToMillis(entry.AtNanos))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        entry.Token.Venue.Name(), Text(entry.MarketId), Text(entry.Token.TokenId), Name(entry.Kind.ToString()),
        Micros.ToText(entry.PricePpm), Micros.ToText(entry.SizeMicro), Micros.ToText(entry.FeeMicros),
        Name(entry.Finality.ToString()), Text(entry.Strategy),
        entry.PlanId.ToString(CultureInfo.InvariantCulture), Text(entry.ClientId), Text(entry.Id));

    private static string Name(string name) => name.ToLowerInvariant();

    // A venue's text that begins like a formula must not be one where the file is opened in a spreadsheet.
    private static string Text(string text)
    {
        var safe = text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }
}
