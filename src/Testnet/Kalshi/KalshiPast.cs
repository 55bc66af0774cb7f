using System.Globalization;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Markets that were over before this testnet began, such as those that its last run left behind.</summary>
/// <remarks>Nobody knows their prices any more, so they are void: YES and NO pay half a dollar each. Nothing of them is
/// kept: they are made of their tickers.</remarks>
internal static class KalshiPast
{
    private static readonly string[] Forms = ["yyMMMddHHmm", "yyMMMddHH"];

    /// <summary>The void market of a ticker; null where it is none of the series', or not over yet.</summary>
    public static KalshiMarket? Of(string ticker, IReadOnlyList<KalshiSeries> all, long nowNanos)
    {
        var parts = ticker.Split('-');
        if (parts.Length != 3 || all.FirstOrDefault(one => one.Ticker == parts[0] && one.Minutes > 0) is not { } series
            || !DateTime.TryParseExact(
                parts[1], Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var close))
        {
            return null;
        }

        var closeNanos = UtcOf(close);
        return closeNanos > nowNanos
            ? null
            : new KalshiMarket(0, ticker, ticker, new KalshiEvent(0, series, $"{parts[0]}-{parts[1]}", "", closeNanos))
            {
                CreatedNanos = closeNanos,
                OpenNanos = closeNanos - (series.Minutes * 60 * Stamps.NanosPerSecond),
                CloseNanos = closeNanos,
                UpdatedNanos = closeNanos,
                SettledNanos = closeNanos,
                Status = KalshiStatus.Finalized,
                Result = "scalar",
                SettlementPrice = KalshiUnits.Dollar / 2,
                AtStrikeIsYes = !series.IsLadder,
            };
    }

    // The hour that comes twice in autumn is taken as its second.
    private static long UtcOf(DateTime eastern)
    {
        var nanos = (eastern - DateTime.UnixEpoch).Nanos();
        var hour = 3_600 * Stamps.NanosPerSecond;
        return EasternTime.Of(nanos + (5 * hour)) == eastern ? nanos + (5 * hour) : nanos + (4 * hour);
    }
}
