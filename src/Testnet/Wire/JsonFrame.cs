using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Builds one JSON text after the other in a buffer that is kept.</summary>
/// <remarks>Under the floor's lock; one text at a time.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The writer holds nothing but the buffer beside it.")]
internal sealed class JsonFrame
{
    // A venue never escapes '+' or '/', and these texts are never put into HTML.
    private static readonly JsonWriterOptions Options =
        new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly Utf8JsonWriter _writer;

    public JsonFrame() => _writer = new Utf8JsonWriter(_buffer, Options);

    public Utf8JsonWriter Begin()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        return _writer;
    }

    public byte[] End()
    {
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}

/// <summary>Decimals and times in the forms that the venues write.</summary>
internal static class JsonForms
{
    /// <summary>A decimal as text with exactly <paramref name="shown"/> decimals, at least those of its grid.</summary>
    public static void Decimal(this Utf8JsonWriter json, string name, long value, int decimals, int shown)
    {
        json.WritePropertyName(name);
        json.Decimal(value, decimals, shown);
    }

    public static void Decimal(this Utf8JsonWriter json, long value, int decimals, int shown)
    {
        Span<byte> text = stackalloc byte[40];
        json.WriteStringValue(text[..Write(value, decimals, shown, text)]);
    }

    /// <summary>A decimal as text without trailing zeros.</summary>
    public static void Short(this Utf8JsonWriter json, string name, long value, int decimals)
    {
        json.WritePropertyName(name);
        json.Short(value, decimals);
    }

    public static void Short(this Utf8JsonWriter json, long value, int decimals)
    {
        Span<byte> text = stackalloc byte[40];
        var length = Write(value, decimals, decimals, text);
        if (decimals > 0)
        {
            while (text[length - 1] == '0')
            {
                length--;
            }

            length -= text[length - 1] == '.' ? 1 : 0;
        }

        json.WriteStringValue(text[..length]);
    }

    /// <summary>A decimal as a JSON number that keeps all decimals of its grid.</summary>
    public static void Number(this Utf8JsonWriter json, string name, long value, int decimals)
    {
        Span<byte> text = stackalloc byte[40];
        json.WritePropertyName(name);
        json.WriteRawValue(text[..Write(value, decimals, decimals, text)], skipInputValidation: true);
    }

    /// <summary>A point in time as RFC 3339 with six decimals, such as <c>2025-09-09T21:31:50.716224Z</c>.</summary>
    public static string Micros(long unixNanos) => At(unixNanos).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>A statistic as text, rounded to the given decimals: never money.</summary>
    public static string Statistic(double value, int decimals) => value.ToString("F" + decimals.ToString());

    public static DateTime At(long unixNanos) => DateTime.UnixEpoch.AddTicks(unixNanos / 100);

    private static int Write(long value, int decimals, int shown, Span<byte> text)
    {
        var length = DecimalText.Format(value, decimals, text);
        if (shown > decimals)
        {
            if (decimals == 0)
            {
                text[length++] = (byte)'.';
            }

            text.Slice(length, shown - decimals).Fill((byte)'0');
            length += shown - decimals;
        }

        return length;
    }
}
