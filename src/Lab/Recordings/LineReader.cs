namespace Strikeline.Lab.Recordings;

/// <summary>Reads a stream line by line into one buffer that grows to the longest line.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    private const int MaxLineBytes = 64 * 1024 * 1024;

    private byte[] _buffer = new byte[1024 * 1024];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>The current line without its end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _lineLength);

    /// <summary>Number of the current line, from 1.</summary>
    public long Number { get; private set; }

    private int _lineLength;
    private int _consumed;

    public bool MoveNext()
    {
        _start += _consumed;
        _consumed = 0;
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                return Found(searched + newline, 1);
            }

            searched = _end - _start;
            if (_ended)
            {
                return searched > 0 && Found(searched, 0);
            }

            Fill();
        }
    }

    public void Dispose() => stream.Dispose();

    private bool Found(int length, int terminator)
    {
        _consumed = length + terminator;
        _lineLength = length > 0 && _buffer[_start + length - 1] == '\r' ? length - 1 : length;
        Number++;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLineBytes)
            {
                throw new InvalidDataException($"line {Number + 1} is longer than {MaxLineBytes} bytes");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }
}
