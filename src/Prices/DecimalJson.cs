using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>Exact scaled integers in JSON, without a detour over floating point.</summary>
/// <remarks>Any thread that owns the writer; the numbers must not be negative.</remarks>
public static class DecimalJson
{
    /// <summary>Writes <c>"name":76315.99</c>, or null; trailing zeros are left out.</summary>
    public static void WriteNumber(this Utf8JsonWriter writer, string name, long? value, int decimals)
    {
        writer.WritePropertyName(name);
        if (value is not { } number)
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> buffer = stackalloc byte[32];
        var text = Trim(buffer[..DecimalText.Format(number, decimals, buffer)], decimals);
        writer.WriteRawValue(text, skipInputValidation: true);
    }

    /// <summary>Writes <c>"name":"76315.99"</c>, or null; trailing zeros are left out.</summary>
    public static void WriteText(this Utf8JsonWriter writer, string name, long? value, int decimals)
    {
        if (value is not { } number)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> buffer = stackalloc byte[32];
        writer.WriteString(name, Trim(buffer[..DecimalText.Format(number, decimals, buffer)], decimals));
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text, int decimals) =>
        decimals == 0 ? text : text.TrimEnd((byte)'0').TrimEnd((byte)'.');
}
