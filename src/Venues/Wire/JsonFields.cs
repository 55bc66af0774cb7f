using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Wire;

/// <summary>A value inside a frame: where it stands and what kind of token it starts with.</summary>
internal readonly record struct JsonSlice(int Start, int Length, JsonTokenType Type)
{
    public bool Exists => Type != JsonTokenType.None;
}

/// <summary>
/// The full reader: finds the fields of an object wherever they stand, in any order and spacing, and refuses what the
/// fast paths cannot judge. Whole-frame validity is checked by <see cref="Utf8JsonReader"/>.
/// </summary>
internal static class JsonFields
{
    private const int MaxDepth = 16;

    /// <summary>Reads the named fields of the object that <paramref name="json"/> holds.</summary>
    /// <param name="json">One JSON value and nothing else.</param>
    /// <param name="names">The names looked for.</param>
    /// <param name="found">One slot for each name.</param>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static RejectReason Read(ReadOnlySpan<byte> json, byte[][] names, Span<JsonSlice> found)
    {
        found[..names.Length].Clear();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            Finish(ref reader);
            return RejectReason.UnknownShape;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIsEscaped)
            {
                // No venue escapes the names of its fields. The reader would decode one, and throws on half a
                // surrogate.
                return RejectReason.BadField;
            }

            var slot = -1;
            for (var i = 0; i < names.Length; i++)
            {
                if (reader.ValueTextEquals(names[i]))
                {
                    slot = i;
                    break;
                }
            }

            reader.Read();
            var type = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (slot < 0)
            {
                continue;
            }

            if (found[slot].Exists)
            {
                return RejectReason.DuplicateField;
            }

            found[slot] = new JsonSlice(start, (int)reader.BytesConsumed - start, type);
        }

        // Reading on past the end of the value is what finds trailing garbage.
        Finish(ref reader);
        return RejectReason.None;
    }

    public static ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> json, JsonSlice slice) =>
        json.Slice(slice.Start, slice.Length);

    /// <summary>The text of a string without quotes; false for other types and for strings with escapes.</summary>
    public static bool TryText(ReadOnlySpan<byte> json, JsonSlice slice, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (slice.Type != JsonTokenType.String)
        {
            return false;
        }

        text = json.Slice(slice.Start + 1, slice.Length - 2);
        return !text.Contains((byte)'\\');
    }

    public static bool TextIs(ReadOnlySpan<byte> json, JsonSlice slice, ReadOnlySpan<byte> expected) =>
        TryText(json, slice, out var text) && text.SequenceEqual(expected);

    /// <summary>An unsigned integer, as a number or as digits in a string.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> json, JsonSlice slice, out long value)
    {
        value = 0;
        return slice.Type switch
        {
            JsonTokenType.Number => DecimalText.TryParse(Raw(json, slice), 0, out value),
            JsonTokenType.String => TryText(json, slice, out var text) && DecimalText.TryParse(text, 0, out value),
            _ => false,
        };
    }

    /// <summary>A decimal on the given scale, as text or as a JSON number.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> json, JsonSlice slice, int decimals, out long value)
    {
        value = 0;
        return slice.Type switch
        {
            JsonTokenType.Number => DecimalText.TryParseJsonNumber(Raw(json, slice), decimals, out value),
            JsonTokenType.String =>
                TryText(json, slice, out var text) && DecimalText.TryParse(text, decimals, out value),
            _ => false,
        };
    }

    /// <summary>As <see cref="TryDecimal(ReadOnlySpan{byte}, JsonSlice, int, out long)"/>, for a reader's current
    /// token.</summary>
    public static bool TryDecimal(ref Utf8JsonReader reader, int decimals, out long value)
    {
        value = 0;
        return reader.TokenType switch
        {
            JsonTokenType.Number => DecimalText.TryParseJsonNumber(reader.ValueSpan, decimals, out value),
            JsonTokenType.String =>
                !reader.ValueIsEscaped && DecimalText.TryParse(reader.ValueSpan, decimals, out value),
            _ => false,
        };
    }

    /// <summary>Reads levels written as arrays: <c>[["price","quantity", …], …]</c>; further elements are
    /// skipped.</summary>
    public static RejectReason ReadLevels(
        ReadOnlySpan<byte> json, JsonSlice slice, Grid grid, Side side, FrameEvents into)
    {
        if (slice.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        var reader = new Utf8JsonReader(Raw(json, slice));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            if (!reader.Read() || !TryDecimal(ref reader, grid.PriceDecimals, out var price) || price == 0
                || !reader.Read() || !TryDecimal(ref reader, grid.QuantityDecimals, out var quantity))
            {
                return RejectReason.OffGrid;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                reader.Skip();
            }

            if (!into.AddLevel(side, price, quantity))
            {
                return RejectReason.TooLarge;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray ? RejectReason.None : RejectReason.BadField;
    }

    private static void Finish(ref Utf8JsonReader reader)
    {
        do
        {
            reader.Skip();
        }
        while (reader.Read());
    }
}
