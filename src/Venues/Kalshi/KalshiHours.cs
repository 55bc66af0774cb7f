using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>The venue's maintenance: Thursdays from 03:00 to 05:00 in New York, when orders can only be
/// cancelled.</summary>
/// <remarks>Any thread. The rule of United States daylight time is computed here, as a machine need not know time
/// zones.</remarks>
internal static class KalshiHours
{
    private const int FirstHour = 3;
    private const int EndHour = 5;
    private const int WinterHours = 5;

    public static bool IsMaintenance(long unixNanos)
    {
        var utc = DateTimeOffset.FromUnixTimeMilliseconds(Stamps.ToMillis(unixNanos)).UtcDateTime;
        var local = utc.AddHours(-WinterHours + (IsSummer(utc) ? 1 : 0));
        return local.DayOfWeek == DayOfWeek.Thursday && local.Hour is >= FirstHour and < EndHour;
    }

    // From 07:00 UTC on the second Sunday of March to 06:00 UTC on the first Sunday of November.
    private static bool IsSummer(DateTime utc) =>
        utc >= Sunday(utc.Year, 3, 8).AddHours(7) && utc < Sunday(utc.Year, 11, 1).AddHours(6);

    private static DateTime Sunday(int year, int month, int notBefore)
    {
        var day = new DateTime(year, month, notBefore, 0, 0, 0, DateTimeKind.Utc);
        return day.AddDays((7 - (int)day.DayOfWeek) % 7);
    }
}
