using System.Globalization;
using System.Text;
using Strikeline.Kernel;
using Strikeline.Storage;

namespace Strikeline.Host.Configuration;

/// <summary>Turns a written value into a checked one, by the kind of its key.</summary>
internal static class ValueRules
{
    private const int MaxListItems = 256;
    private const int MaxTextLength = 4096;
    private const int MaxWordLength = 200;

    // The environment's field in the signed bytes of a quote is this long.
    private const int MaxNameLength = 16;
    private static readonly char[] ListSeparators = [',', ';'];

    /// <summary>What a key allows, in words.</summary>
    public static string Allowed(KeyAttribute meta) => meta.Kind switch
    {
        KeyKind.Text => "text",
        KeyKind.Choice => "one of " + string.Join(", ", meta.Choices),
        KeyKind.Flag => "true or false",
        KeyKind.Name => $"a name of 1 to {MaxNameLength} letters, digits and hyphens",
        KeyKind.Whole when meta.Step > 1 =>
            $"a whole number from {Number(meta.Min)} to {Number(meta.Max)} in steps of {meta.Step}",
        KeyKind.Whole => $"a whole number from {Number(meta.Min)} to {Number(meta.Max)}",
        KeyKind.Fraction => $"a number from {Number(meta.Min)} to {Number(meta.Max)}",
        KeyKind.Amount => $"an amount above zero with at most {meta.Decimals} decimals",
        KeyKind.Path => "a path",
        KeyKind.HttpUrl => "an address that begins with http:// or https://",
        KeyKind.SocketUrl => "an address that begins with ws:// or wss://",
        KeyKind.LoopbackUrls => "loopback addresses such as http://127.0.0.1:8080",
        KeyKind.RedisUrl => RedisAddress.Form + ", or nothing,",
        KeyKind.PostgresUrl => PostgresAddress.Form + ", or nothing,",
        KeyKind.Symbol => "a pair such as BTC/USDT",
        KeyKind.Words => "a list of names of letters, digits, dots, hyphens and underscores, each once",
        KeyKind.Symbols => "a list of pairs such as BTC/USDT, each once",
        _ => "a list of objects",
    };

    /// <summary>A value from the environment or the command line, in the form that the key's kind expects.</summary>
    public static ConfigNode FromText(KeyAttribute meta, string text)
    {
        switch (meta.Kind)
        {
            case KeyKind.Flag when text is "1" or "0":
                return new ConfigNode(NodeForm.Flag, text == "1" ? "true" : "false", 0);
            case KeyKind.Flag when bool.TryParse(text, out var flag):
                return new ConfigNode(NodeForm.Flag, flag ? "true" : "false", 0);
            case KeyKind.Whole or KeyKind.Fraction when double.TryParse(text, CultureInfo.InvariantCulture, out _):
                return new ConfigNode(NodeForm.Number, text, 0);
            case KeyKind.Symbols or KeyKind.Words:
                return List(text);
            default:
                return new ConfigNode(NodeForm.Text, text, 0);
        }
    }

    /// <summary>Reads a value.</summary>
    /// <returns>Null and the value, or what was found and what is allowed.</returns>
    public static string? Read(KeyAttribute meta, ConfigNode node, out object value)
    {
        value = "";
        return meta.Kind switch
        {
            KeyKind.Flag => ReadFlag(meta, node, ref value),
            KeyKind.Whole => ReadWhole(meta, node, ref value),
            KeyKind.Fraction => ReadFraction(meta, node, ref value),
            KeyKind.Amount => ReadAmount(meta, node, ref value),
            KeyKind.LoopbackUrls => ReadLoopback(meta, node, ref value),
            KeyKind.Symbols => ReadSymbols(meta, node, ref value),
            KeyKind.Words => ReadWords(meta, node, ref value),
            _ => ReadText(meta, node, ref value),
        };
    }

    private static string Wrong(KeyAttribute meta, ConfigNode node) =>
        $"found {(meta.Secret ? "***" : node.Words)}; {Allowed(meta)} is allowed";

    private static string Number(double number) => number.ToString("0.######");

    private static ConfigNode List(string text)
    {
        var list = new ConfigNode(NodeForm.List, "", 0);
        const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var part in text.Split(ListSeparators, Tidy))
        {
            list.Items.Add(new ConfigNode(NodeForm.Text, part, 0));
        }

        return list;
    }

    private static string? ReadFlag(KeyAttribute meta, ConfigNode node, ref object value)
    {
        value = node.Text == "true";
        return node.Form == NodeForm.Flag ? null : Wrong(meta, node);
    }

    private static string? ReadWhole(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form != NodeForm.Number
            || !int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < meta.Min || number > meta.Max || number % meta.Step != 0)
        {
            return Wrong(meta, node);
        }

        value = number;
        return null;
    }

    private static string? ReadFraction(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form != NodeForm.Number
            || !double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !(number >= meta.Min && number <= meta.Max))
        {
            return Wrong(meta, node);
        }

        value = number;
        return null;
    }

    private static string? ReadAmount(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form is not (NodeForm.Number or NodeForm.Text)
            || !DecimalText.TryParse(Encoding.UTF8.GetBytes(node.Text), meta.Decimals, out var units) || units <= 0)
        {
            return Wrong(meta, node);
        }

        value = DecimalText.ToShortText(units, meta.Decimals);
        return null;
    }

    private static string? ReadText(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form != NodeForm.Text || node.Text.Length > MaxTextLength || node.Text.Any(char.IsControl))
        {
            return Wrong(meta, node);
        }

        value = node.Text;
        switch (meta.Kind)
        {
            case KeyKind.Choice:
                value = node.Text.ToLowerInvariant();
                return meta.Choices.Contains(value) ? null : Wrong(meta, node);
            case KeyKind.Name:
                var plain = node.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
                return plain && node.Text.Length is > 0 and <= MaxNameLength ? null : Wrong(meta, node);
            case KeyKind.Symbol:
                var known = Symbol.TryParse(node.Text, out var symbol);
                value = symbol?.ToString() ?? "";
                return known ? null : Wrong(meta, node);
            case KeyKind.HttpUrl:
                value = node.Text.TrimEnd('/');
                return IsPlainUrl(node.Text, "http", "https") ? null : Wrong(meta, node);
            case KeyKind.SocketUrl:
                value = node.Text.TrimEnd('/');
                return IsPlainUrl(node.Text, "ws", "wss") ? null : Wrong(meta, node);
            case KeyKind.RedisUrl:
                string? problem = null;
                return node.Text.Length == 0 || RedisAddress.Parse(node.Text, out problem) is not null
                    ? null
                    : $"{problem}; {Allowed(meta)} is allowed";
            case KeyKind.PostgresUrl:
                string? fault = null;
                return node.Text.Length == 0 || PostgresAddress.Parse(node.Text, out fault) is not null
                    ? null
                    : $"{fault}; {Allowed(meta)} is allowed";
            default:
                // An empty path means the folder under data_dir, where the key has one.
                return node.Text.Length > 0 || meta.Under.Length > 0 || meta.MayBeEmpty ? null : Wrong(meta, node);
        }
    }

    private static string? ReadSymbols(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form != NodeForm.List || node.Items.Count > MaxListItems)
        {
            return Wrong(meta, node);
        }

        var symbols = new List<string>();
        foreach (var item in node.Items)
        {
            if (item.Form != NodeForm.Text || !Symbol.TryParse(item.Text, out var symbol)
                || symbols.Contains(symbol.ToString()))
            {
                return Wrong(meta, item);
            }

            symbols.Add(symbol.ToString());
        }

        value = symbols;
        return null;
    }

    private static string? ReadWords(KeyAttribute meta, ConfigNode node, ref object value)
    {
        if (node.Form != NodeForm.List || node.Items.Count > MaxListItems)
        {
            return Wrong(meta, node);
        }

        var words = new List<string>();
        foreach (var item in node.Items)
        {
            if (item.Form != NodeForm.Text || item.Text.Length is 0 or > MaxWordLength
                || !item.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
                || words.Contains(item.Text))
            {
                return Wrong(meta, item);
            }

            words.Add(item.Text);
        }

        value = words;
        return null;
    }

    private static string? ReadLoopback(KeyAttribute meta, ConfigNode node, ref object value)
    {
        var list = node.Form == NodeForm.Text ? List(node.Text) : node;
        if (list.Form != NodeForm.List || list.Items.Count is 0 or > MaxListItems)
        {
            return Wrong(meta, node);
        }

        var addresses = new List<string>();
        foreach (var item in list.Items)
        {
            if (item.Form != NodeForm.Text || !Uri.TryCreate(item.Text, UriKind.Absolute, out var uri)
                || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
            {
                return OpenToAll(item) ?? Wrong(meta, item);
            }

            if (!uri.IsLoopback)
            {
                return OpenToAll(item);
            }

            addresses.Add(uri.GetLeftPart(UriPartial.Authority));
        }

        value = addresses;
        return null;
    }

    // Kestrel's wildcards are no valid hosts of a Uri; they deserve the same words as 0.0.0.0.
    private static string? OpenToAll(ConfigNode item) =>
        item.Text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        && (Uri.TryCreate(item.Text, UriKind.Absolute, out var uri)
            ? !uri.IsLoopback
            : item.Text.AsSpan(7).ContainsAny('*', '+'))
            ? $"found {item.Words}, which other machines can reach, and there is no TLS or token yet: "
                + "use a loopback address such as http://127.0.0.1:8080"
            : null;

    private static bool IsPlainUrl(string text, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
        && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}
