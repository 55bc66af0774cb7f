using System.Globalization;
using System.Text;

namespace Strikeline.SystemTests.Trading;

/// <summary>Makes wrong requests of right ones: one to three changes each, seeded.</summary>
/// <param name="random">The only source of choice.</param>
internal sealed class Mutant(Random random)
{
    private static readonly byte[][] Tokens =
    [
        .. ((string[])
        [
            "1e400", "-1", "0", "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "99999999999999999999", "1e-400",
            "0.000000001", "-0", ",", ":", "\"", "{", "}", "[", "\\", "\u00ff", "\"market\":\"BTC/USDC\",", "\"price\":1,", "9223372036854775807",
            "2147483648", "NaN", "&", "=", "%", "%00", "%ff", "..", "/", "\"stp\":\"decrement\",", "\"post_only\":true,", "\"tif\":\"gtd\",",
        ]).Select(Encoding.Latin1.GetBytes),
    ];

    private readonly List<byte> _bytes = [];
    private readonly StringBuilder _text = new();

    /// <summary>A body or a message.</summary>
    public byte[] Body(string text)
    {
        Change(text);
        return [.. _bytes];
    }

    /// <summary>A target with its query changed, within what an HTTP client lets through: the rest is the server's HTTP
    /// parser's, and not the API's.</summary>
    public string Target(string path)
    {
        var start = path.IndexOf('?', StringComparison.Ordinal);
        Change(start < 0 ? "?a=1" : path[start..]);
        _text.Clear().Append(start < 0 ? path : path.AsSpan(0, start)).Append('?');
        var taken = 0;
        foreach (var letter in _bytes)
        {
            if (letter == '#')
            {
                continue;
            }

            if (letter is > (byte)' ' and <= (byte)'~' && !"\"<>\\^`{|}"u8.Contains(letter))
            {
                _text.Append((char)letter);
            }
            else
            {
                _text.Append(CultureInfo.InvariantCulture, $"%{letter:X2}");
            }

            if (++taken == 1_000)
            {
                break;
            }
        }

        return _text.ToString();
    }

    private void Change(string text)
    {
        _bytes.Clear();
        _bytes.AddRange(Encoding.UTF8.GetBytes(text));
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            ChangeOnce(random.Next(_bytes.Count + 1));
        }
    }

    private void ChangeOnce(int at)
    {
        switch (random.Next(7))
        {
            case 0 when at < _bytes.Count:
                _bytes[at] = (byte)random.Next(256);
                break;
            case 1 when at < _bytes.Count:
                _bytes.RemoveRange(at, random.Next(Math.Min(8, _bytes.Count - at)) + 1);
                break;
            case 2:
                _bytes.RemoveRange(at, _bytes.Count - at);
                break;
            case 3 when at < _bytes.Count:
                _bytes.InsertRange(at, _bytes.GetRange(at, random.Next(_bytes.Count - at) + 1));
                break;
            case 4:
                Span<byte> many = stackalloc byte[random.Next(1, 600)];
                many.Fill("[{\"9 "u8[random.Next(5)]);
                _bytes.InsertRange(at, many);
                break;
            case 5:
                ReplaceValue();
                break;
            default:
                _bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }

    // A whole value of the grammar for another one: what goes deepest.
    private void ReplaceValue()
    {
        var colons = 0;
        var from = 0;
        for (var i = 0; i < _bytes.Count; i++)
        {
            // Each of them with the same chance.
            if (_bytes[i] == ':' && random.Next(++colons) == 0)
            {
                from = i + 1;
            }
        }

        if (colons == 0)
        {
            return;
        }

        var to = from;
        while (to < _bytes.Count && _bytes[to] is not ((byte)',' or (byte)'}'))
        {
            to++;
        }

        _bytes.RemoveRange(from, to - from);
        _bytes.InsertRange(from, Tokens[random.Next(Tokens.Length)]);
    }
}
