using System.Globalization;

namespace Strikeline.Host.Cli;

/// <summary>Reads durations as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>.</summary>
internal static class Duration
{
    /// <exception cref="UserError">The text is no duration.</exception>
    public static TimeSpan? Parse(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? "ms" : text.Length > 0 ? text[^1..] : string.Empty;
        var factor = unit switch { "ms" => 1d, "s" => 1_000d, "m" => 60_000d, "h" => 3_600_000d, _ => 0 };
        if (factor > 0
            && double.TryParse(
                text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n)
            && n * factor is > 0 and <= 3.6e9)
        {
            return TimeSpan.FromMilliseconds(n * factor);
        }

        throw new UserError($"{option}: found \"{text}\"; a duration such as 500ms, 30s, 5m or 2h is allowed");
    }
}
