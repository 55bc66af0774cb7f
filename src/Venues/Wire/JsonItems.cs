using System.Text.Json;

namespace Strikeline.Venues.Wire;

/// <summary>Walks the values of a JSON array, each as its own span.</summary>
internal ref struct JsonItems
{
    private readonly ReadOnlySpan<byte> _array;
    private Utf8JsonReader _reader;

    public JsonItems(ReadOnlySpan<byte> array)
    {
        _array = array;
        _reader = new Utf8JsonReader(array);
        _reader.Read();
    }

    public bool Next(out ReadOnlySpan<byte> value)
    {
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
        {
            value = default;
            return false;
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        value = _array[start..(int)_reader.BytesConsumed];
        return true;
    }
}
