using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Venues.Mutation;

/// <summary>Harms one message in one of many ways, byte by byte or knowing its structure. Seeded.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "-0", "1e400", "1E-400", "1e2", "NaN", "Infinity", "{}", "[]", "\"\"", "\"x\"",
        "\"NaN\"", "\"-1.5\"", "\"1e400\"", "\"1e2\"", "\"0\"", "\"0.0\"", "\"1.000000001\"", "\"0.123456789012345678901\"",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "\"9223372036854775808\"",
        "\"18446744073709551616\"", "\"184467440737.09551616\"", "\"99999999999.99999999\"", "\"BTCUSDC\"", "\"XXX/YYY\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\u0062\"", "1.5", "\"1.5\"", "[[\"1\",\"2\"]]", "[[]]", "[[\"1\"]]", "[1]", "\"snapshot\"",
        "\"update\"", "\"delta\"", "4294967295", "4294967296", "\"00\"", "\"1.\"", "\".1\"", "\"+1\"", "\" 1\"",
    ];

    /// <summary>Kinds of harm that change a message; dropping, repeating and reordering belong to the stream.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "truncate", "flip bits", "set bytes", "insert bytes", "delete bytes", "splice", "other value", "other digit",
        "missing field", "duplicate field", "renamed field", "empty", "deep nesting", "invalid UTF-8", "lone surrogate",
        "garbage", "rewritten", "trailing bytes", "other id",
    ];

    public byte[] Apply(string kind, byte[] frame, byte[] other)
    {
        switch (kind)
        {
            case "truncate":
                return frame[..random.Next(frame.Length)];
            case "flip bits":
                return Change(frame, b => (byte)(b ^ (1 << random.Next(8))));
            case "set bytes":
                return Change(frame, _ => (byte)random.Next(256));
            case "insert bytes":
                return Replace(frame, random.Next(frame.Length + 1), 0, Noise(random.Next(1, 9)));
            case "delete bytes":
                var at = random.Next(frame.Length);
                return Replace(frame, at, random.Next(1, Math.Min(12, frame.Length - at) + 1), []);
            case "splice":
                return [.. frame.AsSpan(0, random.Next(frame.Length)), .. other.AsSpan(random.Next(other.Length))];
            case "other value":
                return OnToken(frame, value: true, _ => Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
            case "other digit":
                return OtherDigit(frame);
            case "missing field":
                return OnField(frame, _ => []);
            case "duplicate field":
                return OnField(frame, field => [.. field, (byte)',', .. field]);
            case "renamed field":
                return OnToken(frame, value: false, _ => "\"\\u0062\""u8.ToArray());
            case "empty":
                return random.Next(2) == 0 ? [] : "   "u8.ToArray();
            case "deep nesting":
                var depth = random.Next(10, 200);
                return [.. Enumerable.Repeat((byte)'[', depth), .. frame, .. Enumerable.Repeat((byte)']', depth)];
            case "invalid UTF-8":
                return Replace(frame, random.Next(frame.Length + 1), 0, [0xC3, 0x28]);
            case "lone surrogate":
                return OnToken(frame, random.Next(2) == 0, token =>
                    token[0] == '"' ? [(byte)'"', .. "\\ud800"u8, .. token.AsSpan(1)] : "\"\\ud800\""u8.ToArray());
            case "garbage":
                return Noise(random.Next(1, 400));
            case "other id":
                return OtherId(frame);
            case "rewritten":
                return RecordedFrames.Rewritten(frame);
            default:
                return [.. frame, .. random.Next(2) == 0 ? "}"u8.ToArray() : " {}"u8.ToArray()];
        }
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        for (var i = 0; i < length; i++)
        {
            noise[i] = random.Next(3) == 0 ? (byte)random.Next(256) : "0123456789.,\"[]{}:"u8[random.Next(18)];
        }

        return noise;
    }

    private byte[] Change(byte[] frame, Func<byte, byte> change)
    {
        var harmed = frame.ToArray();
        for (var i = random.Next(1, 4); i > 0 && harmed.Length > 0; i--)
        {
            var at = random.Next(harmed.Length);
            harmed[at] = change(harmed[at]);
        }

        return harmed;
    }

    // The quietest harm: a message that is perfect in form and wrong in one digit.
    private byte[] OtherDigit(byte[] frame)
    {
        var harmed = frame.ToArray();
        for (var tries = 0; tries < 200; tries++)
        {
            var at = random.Next(harmed.Length);
            if (harmed[at] is >= (byte)'0' and <= (byte)'9')
            {
                harmed[at] = (byte)('0' + random.Next(10));
                break;
            }
        }

        return harmed;
    }

    // Update ids, sequence numbers and checksums a little beside the truth, or at the end of the number range.
    private byte[] OtherId(byte[] frame)
    {
        byte[][] names =
        [
            "\"u\":"u8.ToArray(), "\"U\":"u8.ToArray(), "\"lastUpdateId\":"u8.ToArray(), "\"sequence_num\":"u8.ToArray(),
            "\"checksum\":"u8.ToArray(), "\"c\":\""u8.ToArray(),
        ];
        foreach (var name in names.OrderBy(_ => random.Next()))
        {
            var at = frame.AsSpan().IndexOf(name);
            if (at < 0)
            {
                continue;
            }

            at += name.Length;
            var length = Math.Max(0, frame.AsSpan(at).IndexOfAnyExceptInRange((byte)'0', (byte)'9'));
            if (!long.TryParse(frame.AsSpan(at, length), out var id))
            {
                break;
            }

            var other = random.Next(8) switch
            {
                0 => long.MaxValue,
                1 => random.NextInt64(long.MaxValue),
                2 => random.Next(3),
                _ => Math.Max(0, id + random.Next(-4, 5)),
            };
            return Replace(frame, at, length, Encoding.ASCII.GetBytes(other.ToString(CultureInfo.InvariantCulture)));
        }

        return frame;
    }

    private byte[] OnToken(byte[] frame, bool value, Func<byte[], byte[]> change)
    {
        var tokens = Tokens(frame, value);
        if (tokens.Count == 0)
        {
            return frame;
        }

        var (start, length) = tokens[random.Next(tokens.Count)];
        return Replace(frame, start, length, change(frame[start..(start + length)]));
    }

    private byte[] OnField(byte[] frame, Func<byte[], byte[]> change)
    {
        var reader = new Utf8JsonReader(frame);
        var fields = new List<(int Start, int Length)>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var copy = reader;
                copy.Read();
                copy.Skip();
                fields.Add((start, (int)copy.BytesConsumed - start));
            }
        }

        if (fields.Count == 0)
        {
            return frame;
        }

        var (at, length) = fields[random.Next(fields.Count)];
        var replacement = change(frame[at..(at + length)]);
        if (replacement.Length == 0)
        {
            // The comma goes with the field.
            if (frame[at + length] == ',')
            {
                length++;
            }
            else if (frame[at - 1] == ',')
            {
                at--;
                length++;
            }
        }

        return Replace(frame, at, length, replacement);
    }

    private static List<(int Start, int Length)> Tokens(byte[] frame, bool values)
    {
        var tokens = new List<(int, int)>();
        var reader = new Utf8JsonReader(frame);
        while (reader.Read())
        {
            var isValue = reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True
                or JsonTokenType.False or JsonTokenType.Null;
            if (values ? isValue : reader.TokenType == JsonTokenType.PropertyName)
            {
                var quotes = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0;
                tokens.Add(((int)reader.TokenStartIndex, reader.ValueSpan.Length + quotes));
            }
        }

        return tokens;
    }

    private static byte[] Replace(byte[] frame, int at, int length, byte[] with) =>
        [.. frame.AsSpan(0, at), .. with, .. frame.AsSpan(at + length)];
}
