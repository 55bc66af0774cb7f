using System.Text;

namespace Strikeline.Observability;

/// <summary>The tags of one series, and their text as labels.</summary>
internal sealed class LabelSet
{
    private readonly KeyValuePair<string, object?>[] _tags;

    private LabelSet(KeyValuePair<string, object?>[] tags, int hash)
    {
        _tags = tags;
        Hash = hash;
        Text = Encoding.UTF8.GetBytes(Render(tags));
    }

    /// <summary>Where measurements go whose tags are too many.</summary>
    public static LabelSet Overflow { get; } = new([new KeyValuePair<string, object?>("overflow", "true")], 0);

    /// <summary>The hash of the tags.</summary>
    public int Hash { get; }

    /// <summary>The labels without braces, such as <c>venue="kraken",event_type="book"</c>, in UTF-8.</summary>
    public byte[] Text { get; }

    /// <summary>A set of its own from tags that a measurement carries.</summary>
    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(tags.ToArray(), HashOf(tags));

    /// <summary>The hash of tags; allocates nothing.</summary>
    public static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = 17;
        foreach (var tag in tags)
        {
            hash = unchecked((((hash * 31) + tag.Key.GetHashCode(StringComparison.Ordinal)) * 31)
                + (tag.Value?.GetHashCode() ?? 0));
        }

        return hash;
    }

    /// <summary>Whether the tags are these, in this order; allocates nothing.</summary>
    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
        {
            return false;
        }

        for (var i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(tags[i].Key, _tags[i].Key, StringComparison.Ordinal)
                || !Equals(tags[i].Value, _tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static string Render(KeyValuePair<string, object?>[] tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(MetricName.Label(name)).Append("=\"");
            Escape(text, value?.ToString() ?? "");
            text.Append('"');
        }

        return text.ToString();
    }

    // Text format 0.0.4: backslash, double quote and line feed are escaped in label values.
    private static void Escape(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            text.Append(letter switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '\n' => "\\n",
                _ => letter.ToString(),
            });
        }
    }
}
