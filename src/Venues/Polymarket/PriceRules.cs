using System.Globalization;
using System.Text.RegularExpressions;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Finds out from a market's own rules what price it settles on. The venue has changed that more than once (Chainlink's
/// spot stream until August 6, 2026, averages of 30 and 60 seconds from then, 60 from August 14), so it is read and
/// never
/// assumed; what is not recognised whole is no price question.
/// </summary>
internal static partial class PriceRules
{
    private const long MaxDollars = 90_000_000_000;

    private static readonly (string Word, string Asset)[] Names =
    [
        ("bitcoin", "BTC"), ("ethereum", "ETH"), ("solana", "SOL"), ("xrp", "XRP"), ("dogecoin", "DOGE"),
        ("bnb", "BNB"), ("hyperliquid", "HYPE"),
    ];

    /// <summary>The question; null where the market is not about a price, or its rules are not understood.</summary>
    public static PriceQuestion? Of(MarketDraft draft)
    {
        var rules = draft.Rules;
        var oracle = OracleOf(rules);
        if (oracle is null || AssetOf(draft, rules) is not { } asset || StatisticOf(oracle, rules) is not { } statistic)
        {
            return null;
        }

        var upDown = Slug().Match(draft.Slug);
        if (upDown.Success)
        {
            var seconds = long.Parse(upDown.Groups["start"].ValueSpan, CultureInfo.InvariantCulture);
            var start = seconds * Stamps.NanosPerSecond;
            var length = LengthOf(upDown.Groups["window"].Value);
            var fits = (draft.StartNanos == 0 || draft.StartNanos == start)
                && (draft.EndNanos == 0 || draft.EndNanos == start + length);
            return fits && IsStartToEnd(rules, out var tie)
                ? new PriceQuestion(asset, oracle, statistic, null, true, tie, start, start + length)
                : null;
        }

        if (IsUpOrDown(draft) && IsStartToEnd(rules, out var tieIsUp))
        {
            return draft is { StartNanos: > 0, EndNanos: > 0 }
                ? new PriceQuestion(asset, oracle, statistic, null, true, tieIsUp, draft.StartNanos, draft.EndNanos)
                : null;
        }

        return Strike(draft, asset, oracle, statistic);
    }

    private static bool IsUpOrDown(MarketDraft draft) =>
        draft.Outcomes.Contains("Up") && draft.Outcomes.Contains("Down");

    private static string? OracleOf(string rules)
    {
        var chainlink = Has(rules, "chainlink") || Has(rules, "data.chain.link");
        var binance = Has(rules, "candle") && Has(rules, "binance");
        return chainlink == binance ? null : chainlink ? "chainlink" : "binance";
    }

    private static string? StatisticOf(string oracle, string rules)
    {
        if (oracle == "binance")
        {
            return "candle";
        }

        if (!Has(rules, "twap") && !Has(rules, "time-weighted") && !Has(rules, "time weighted"))
        {
            return "last";
        }

        var sixty = Sixty().IsMatch(rules);
        var thirty = Thirty().IsMatch(rules);
        return sixty == thirty ? null : sixty ? "twap60" : "twap30";
    }

    // Up where the end is at or above the start; "greater than" alone leaves the tie to the other side.
    private static bool IsStartToEnd(string rules, out bool tieIsYes)
    {
        tieIsYes = Has(rules, "greater than or equal to") || Has(rules, "at or above")
            || Has(rules, "equal to or greater");
        return tieIsYes || Has(rules, "greater than") || Has(rules, "higher than") || Has(rules, "above");
    }

    private static PriceQuestion? Strike(MarketDraft draft, string asset, string oracle, string statistic)
    {
        if (draft.EndNanos == 0 || !draft.Outcomes.Contains("Yes") || !draft.Outcomes.Contains("No"))
        {
            return null;
        }

        var above = Above().Match(draft.Question);
        if (!above.Success)
        {
            // Ranges ("between"), touches ("hit", "reach") and falls are other questions.
            return null;
        }

        var text = above.Groups["number"].Value.Replace(",", string.Empty, StringComparison.Ordinal);
        var factor = above.Groups["unit"].Value.ToUpperInvariant() switch { "K" => 1_000, "M" => 1_000_000, _ => 1 };
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * factor > MaxDollars)
        {
            return null;
        }

        var strike = (long)(number * factor * 100_000_000m);
        var tie = Has(draft.Rules, "or equal to") || Has(draft.Rules, "at or above");
        return new PriceQuestion(asset, oracle, statistic, strike, false, tie, 0, draft.EndNanos);
    }

    private static string? AssetOf(MarketDraft draft, string rules)
    {
        var pair = Pair().Match(rules);
        if (pair.Success)
        {
            return pair.Groups["asset"].Value.ToUpperInvariant();
        }

        foreach (var (word, asset) in Names)
        {
            if (Has(draft.Question, word))
            {
                return asset;
            }
        }

        return null;
    }

    private static long LengthOf(string window) => window switch
    {
        "5m" => 300 * Stamps.NanosPerSecond,
        "15m" => 900 * Stamps.NanosPerSecond,
        "1h" => 3_600 * Stamps.NanosPerSecond,
        _ => 14_400 * Stamps.NanosPerSecond,
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        "^(?<asset>[a-z]{2,6})-updown-(?<window>5m|15m|1h|4h)-(?<start>[0-9]{9,11})$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Slug();

    [GeneratedRegex(
        @"\b(60|sixty)[- ]?(s\b|sec|second)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Sixty();

    [GeneratedRegex(
        @"\b(30|thirty)[- ]?(s\b|sec|second)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Thirty();

    [GeneratedRegex(
        @"\b(?<asset>[A-Za-z]{2,6})[/-]USDT?\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(
        @"\babove \$?(?<number>[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?)(?<unit>[kKmM])?(?![0-9,.]*[0-9])",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex Above();
}
