using System.Text;
using System.Text.Json;

namespace Strikeline.Host.Configuration;

/// <summary>Reads JSON with comments and trailing commas into nodes that know their lines.</summary>
internal static class ConfigText
{
    /// <summary>The largest configuration file, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 16;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="UserError">The text is no JSON object, or names a key twice.</exception>
    public static ConfigNode Read(byte[] utf8, string file)
    {
        if (utf8.Length > MaxBytes)
        {
            throw new UserError(
                $"{file}: {utf8.Length} bytes are too many for a configuration; {MaxBytes} are allowed");
        }

        var text = utf8.AsSpan();
        if (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        var lines = new LineCounter(text);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = MaxDepth,
        });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new UserError(
                    $"{file}:{lines.At(reader.TokenStartIndex)}: a configuration is one object: {{ … }}");
            }

            var root = ReadValue(ref reader, ref lines, file, "");
            reader.Read();
            return root;
        }
        catch (JsonException problem)
        {
            throw new UserError(
                $"{file}:{problem.LineNumber + 1}: not JSON: {FirstSentence(problem.Message)}", problem);
        }
        catch (InvalidOperationException problem)
        {
            throw new UserError($"{file}:{lines.At(reader.TokenStartIndex)}: text that is not UTF-8", problem);
        }
    }

    private static ConfigNode ReadValue(ref Utf8JsonReader reader, ref LineCounter lines, string file, string path)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, ref lines, file, path, line);
            case JsonTokenType.StartArray:
                var list = new ConfigNode(NodeForm.List, "", line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(ReadValue(ref reader, ref lines, file, $"{path}[{list.Items.Count}]"));
                }

                return list;
            case JsonTokenType.String:
                return new ConfigNode(NodeForm.Text, reader.GetString()!, line);
            case JsonTokenType.Number:
                return new ConfigNode(NodeForm.Number, Encoding.UTF8.GetString(reader.ValueSpan), line);
            case JsonTokenType.True or JsonTokenType.False:
                return new ConfigNode(NodeForm.Flag, Encoding.UTF8.GetString(reader.ValueSpan), line);
            default:
                return new ConfigNode(NodeForm.Null, "", line);
        }
    }

    private static ConfigNode ReadObject(
        ref Utf8JsonReader reader, ref LineCounter lines, string file, string path, int line)
    {
        var node = new ConfigNode(NodeForm.Object, "", line);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var nameLine = lines.At(reader.TokenStartIndex);
            var memberPath = path.Length == 0 ? name : $"{path}.{name}";
            var earlier = node.Members.Find(member => member.Name == name);
            if (earlier is not null)
            {
                throw new UserError(
                    $"{file}:{nameLine}: {memberPath}: the key is there twice "
                    + $"(first in line {earlier.Line}): remove one");
            }

            reader.Read();
            node.Members.Add(new ConfigMember(name, nameLine, ReadValue(ref reader, ref lines, file, memberPath)));
        }

        return node;
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    /// <summary>Turns byte offsets, asked for in rising order, into line numbers.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _offset;
        private int _line = 1;

        public int At(long offset)
        {
            var end = (int)Math.Min(offset, _text.Length);
            if (end > _offset)
            {
                _line += _text[_offset..end].Count((byte)'\n');
                _offset = end;
            }

            return _line;
        }
    }
}
