using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Lab.Recordings;

/// <summary>
/// Recordings of other projects, as text: one message a line with its receive time before it, or JSON lines of a test
/// harness, or one JSON document. Gzip is recognised by its magic number.
/// </summary>
/// <remarks>
/// Line shapes: <c>1723161253937085768 {…}</c> (nanoseconds), <c>1618677372.17: {…}</c> (seconds),
/// <c>https://…?symbol=X -> 1618677372.5: {…}</c> (a REST answer), <c>wss://… &lt;-> time</c> and <c>… &lt;- …</c>
/// (connections and sent lines, skipped), <c>{"kind":"message","json":{…}}</c>, and bare JSON.
/// </remarks>
internal sealed class TextRecording : IFrameSource
{
    private readonly LineReader _lines;
    private readonly string _path;
    private readonly byte[] _lastSymbol = new byte[40];
    private int _lastSymbolLength;
    private byte[]? _document;
    private int _payloadStart;
    private int _payloadLength;
    private bool _documentDone;

    public TextRecording(string path, Venue venue)
    {
        _path = path;
        Venue = venue;
        _lines = new LineReader(Open(path));
        if (IsDocument(path))
        {
            using var stream = Open(path);
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            _document = memory.ToArray();
        }
    }

    public long ReceivedNanos { get; private set; }

    public Venue Venue { get; }

    public RecordedKind Kind => RecordedKind.Frame;

    public int Connection => 0;

    public string Context { get; private set; } = string.Empty;

    public ReadOnlySpan<byte> Payload => _document is not null
        ? _document
        : _lines.Line.Slice(_payloadStart, _payloadLength);

    public bool MoveNext()
    {
        if (_document is not null)
        {
            var first = !_documentDone;
            _documentDone = true;
            return first;
        }

        try
        {
            while (_lines.MoveNext())
            {
                if (TryTake(_lines.Line))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RecordingException(
                $"{_path}: damaged after line {_lines.Number}: {e.Message}; restore the file from its source", e);
        }
    }

    public void Dispose() => _lines.Dispose();

    internal static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024);
        var first = file.ReadByte();
        var second = file.ReadByte();
        file.Position = 0;
        return first == 0x1f && second == 0x8b ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    // A document is JSON that does not end on its first line: a saved REST answer or one example message.
    private static bool IsDocument(string path)
    {
        using var lines = new LineReader(Open(path));
        try
        {
            if (!lines.MoveNext() || lines.Line.Length == 0 || lines.Line[0] is not ((byte)'{' or (byte)'['))
            {
                return false;
            }

            var reader = new Utf8JsonReader(lines.Line, isFinalBlock: false, default);
            return !(reader.Read() && reader.TrySkip());
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            return false;
        }
    }

    private bool TryTake(ReadOnlySpan<byte> line)
    {
        Context = string.Empty;
        if (line.Length == 0)
        {
            return false;
        }

        if (line[0] is (byte)'{' or (byte)'[')
        {
            return TakeBare(line);
        }

        if (line[0] is >= (byte)'0' and <= (byte)'9')
        {
            return TakeTimed(line);
        }

        return line.StartsWith("http"u8) && TakeRest(line);
    }

    private bool TakeTimed(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space <= 0)
        {
            return TakeWhole(line);
        }

        var seconds = line[space - 1] == ':';
        var time = seconds ? line[..(space - 1)] : line[..space];
        if (!DecimalText.TryParse(time, seconds ? 9 : 0, out var nanos))
        {
            return TakeWhole(line);
        }

        ReceivedNanos = nanos;
        _payloadStart = space + 1;
        _payloadLength = line.Length - _payloadStart;
        RememberSymbol(line[_payloadStart..]);
        return true;
    }

    private bool TakeRest(ReadOnlySpan<byte> line)
    {
        var arrow = line.IndexOf(" -> "u8);
        if (arrow < 0)
        {
            return false;
        }

        var rest = line[(arrow + 4)..];
        var colon = rest.IndexOf(": "u8);
        if (colon <= 0 || !DecimalText.TryParse(rest[..colon], 9, out var nanos))
        {
            return false;
        }

        var address = Encoding.ASCII.GetString(line[..arrow]);
        Context = Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.PathAndQuery : address;
        ReceivedNanos = nanos;
        _payloadStart = arrow + 4 + colon + 2;
        _payloadLength = line.Length - _payloadStart;
        return true;
    }

    // {"kind":"sent|reply|message","json":{…}}: what was sent is no frame. Any other JSON line is the frame itself.
    private bool TakeBare(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("{\"kind\":"u8))
        {
            return TakeWhole(line);
        }

        try
        {
            var reader = new Utf8JsonReader(line);
            var sent = false;
            _payloadLength = 0;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isKind = reader.ValueSpan.SequenceEqual("kind"u8);
                var isJson = reader.ValueSpan.SequenceEqual("json"u8);
                reader.Read();
                if (isKind)
                {
                    sent = reader.TokenType == JsonTokenType.String && reader.ValueSpan.SequenceEqual("sent"u8);
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isJson)
                {
                    _payloadStart = start;
                    _payloadLength = (int)reader.BytesConsumed - start;
                }
            }

            return !sent && (_payloadLength > 0 || TakeWhole(line));
        }
        catch (JsonException)
        {
            return TakeWhole(line);
        }
    }

    private bool TakeWhole(ReadOnlySpan<byte> line)
    {
        _payloadStart = 0;
        _payloadLength = line.Length;

        // The venue's own time is the only one that a bare recording of frames has.
        var mark = Venue == Venue.Polymarket ? "\"timestamp\":\""u8 : "\"ts\":"u8;
        var at = line.IndexOf(mark);
        if (at >= 0)
        {
            var digits = line[(at + mark.Length)..];
            var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (end == 13 && DecimalText.TryParse(digits[..end], 0, out var millis))
            {
                ReceivedNanos = Math.Max(ReceivedNanos, millis * Stamps.NanosPerMilli);
            }
        }

        return true;
    }

    // A Binance snapshot does not name its symbol. Recorded without its request it belongs to the stream around it.
    private void RememberSymbol(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("{\"stream\":\""u8))
        {
            var name = payload[11..];
            var end = name.IndexOf((byte)'@');
            if (end > 0 && end <= _lastSymbol.Length)
            {
                name[..end].CopyTo(_lastSymbol);
                _lastSymbolLength = end;
            }
        }
        else if (payload.StartsWith("{\"lastUpdateId\":"u8) && _lastSymbolLength > 0)
        {
            Context = $"/api/v3/depth?symbol={Encoding.ASCII.GetString(_lastSymbol.AsSpan(0, _lastSymbolLength))}";
        }
    }
}
