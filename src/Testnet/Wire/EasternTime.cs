namespace Strikeline.Testnet;

/// <summary>The time of New York, in which prediction venues name their events.</summary>
/// <remarks>By the rule that holds since 2007, so that no machine's time zone files decide a name.</remarks>
internal static class EasternTime
{
    private static readonly string[] Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    public static DateTime Of(long unixNanos)
    {
        var utc = JsonForms.At(unixNanos);
        return utc.AddHours(IsSummer(utc) ? -4 : -5);
    }

    /// <summary>Year, month and day as in tickers: <c>26SEP13</c>.</summary>
    public static string Day(DateTime at) => $"{at.Year % 100:00}{Months[at.Month - 1]}{at.Day:00}";

    // From 2:00 on the second Sunday of March to 2:00 on the first Sunday of November, in local time.
    private static bool IsSummer(DateTime utc) =>
        utc >= Sunday(utc.Year, 3, 8).AddHours(7) && utc < Sunday(utc.Year, 11, 1).AddHours(6);

    private static DateTime Sunday(int year, int month, int from)
    {
        var day = new DateTime(year, month, from, 0, 0, 0, DateTimeKind.Utc);
        return day.AddDays((7 - (int)day.DayOfWeek) % 7);
    }
}
