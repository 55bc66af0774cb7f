using System.Text;

namespace Strikeline.Observability;

/// <summary>Makes names that the Prometheus text allows.</summary>
internal static class MetricName
{
    private const string Total = "_total";

    /// <summary>The name of a metric: other characters become underscores, a counter ends in <c>_total</c>.</summary>
    public static string Of(string instrument, MetricKind kind)
    {
        var name = Clean(instrument, colon: true);
        return kind == MetricKind.Counter && !name.EndsWith(Total, StringComparison.Ordinal) ? name + Total : name;
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string tag) => Clean(tag, colon: false);

    private static string Clean(string text, bool colon)
    {
        var name = new StringBuilder(text.Length + 1);
        foreach (var letter in text)
        {
            var allowed = char.IsAsciiLetterOrDigit(letter) || letter == '_' || (colon && letter == ':');
            name.Append(allowed ? letter : '_');
        }

        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name.ToString();
    }
}
