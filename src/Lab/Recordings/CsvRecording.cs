using System.Buffers;
using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Lab.Recordings;

/// <summary>
/// Binance streams that a recorder flattened into CSV, one row for each level or trade: the rows of one message are put
/// together again in the venue's own layout. Other CSV files hold no venue messages and are refused.
/// </summary>
internal sealed class CsvRecording : IFrameSource
{
    private const string DepthHeader =
        "TimestampOfReceive,Stream,EventType,EventTime,Symbol,FirstUpdateId,FinalUpdateId,IsAsk,Price,Quantity";

    private const string TradeHeader =
        "TimestampOfReceive,Stream,EventType,EventTime,TransactionTime,Symbol,TradeId,Price,Quantity,"
        + "IsBuyerMarketMaker,MUnknownParameter";

    private readonly LineReader _lines;
    private readonly string _path;
    private readonly bool _isDepth;
    private readonly ArrayBufferWriter<byte> _payload = new(4_096);
    private string[]? _next;

    public CsvRecording(string path)
    {
        _path = path;
        _lines = new LineReader(TextRecording.Open(path));
        var header = _lines.MoveNext() ? Encoding.ASCII.GetString(_lines.Line) : string.Empty;
        _isDepth = header == DepthHeader;
        if (!_isDepth && header != TradeHeader)
        {
            _lines.Dispose();
            throw new RecordingException(
                $"{path}: this CSV holds no venue messages (its header is \"{Short(header)}\"); "
                + "depth and trade streams of Binance are readable");
        }

        Advance();
    }

    public long ReceivedNanos { get; private set; }

    public Venue Venue => Venue.Binance;

    public RecordedKind Kind => RecordedKind.Frame;

    public int Connection => 0;

    public string Context => string.Empty;

    public ReadOnlySpan<byte> Payload => _payload.WrittenSpan;

    /// <summary>True where a first line is the header of some CSV file.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) =>
        line.Length > 0 && char.IsAsciiLetter((char)line[0]) && line.IndexOf((byte)',') > 0
        && line.IndexOf((byte)'{') < 0 && line.IndexOf("://"u8) < 0;

    public bool MoveNext()
    {
        if (_next is not { } row)
        {
            return false;
        }

        _payload.Clear();
        ReceivedNanos = Whole(row[0]) * 1_000;
        if (_isDepth)
        {
            TakeDepth(row);
        }
        else
        {
            TakeTrade(row);
            Advance();
        }

        return true;
    }

    public void Dispose() => _lines.Dispose();

    private static string Short(string text) => text.Length > 60 ? text[..60] : text;

    private void TakeDepth(string[] row)
    {
        Write($"{{\"stream\":\"{row[1]}\",\"data\":{{\"e\":\"depthUpdate\",\"E\":{row[3]},\"s\":\"{row[4]}\",");
        Write($"\"U\":{row[5]},\"u\":{row[6]},\"b\":[");
        var bids = new StringBuilder();
        var asks = new StringBuilder();
        while (_next is { } level && level[1] == row[1] && level[5] == row[5] && level[6] == row[6])
        {
            var side = level[7] == "1" ? asks : bids;
            side.Append(side.Length == 0 ? string.Empty : ",").Append("[\"").Append(level[8]).Append("\",\"");
            side.Append(level[9]).Append("\"]");
            Advance();
        }

        Write($"{bids}],\"a\":[{asks}]}}}}");
    }

    private void TakeTrade(string[] row)
    {
        Write($"{{\"stream\":\"{row[1]}\",\"data\":{{\"e\":\"trade\",\"E\":{row[3]},");
        Write($"\"s\":\"{row[5]}\",\"t\":{row[6]},");
        Write($"\"p\":\"{row[7]}\",\"q\":\"{row[8]}\",\"T\":{row[4]},");
        Write($"\"m\":{(row[9] == "1" ? "true" : "false")},\"M\":true}}}}");
    }

    private void Write(string text) => Encoding.ASCII.GetBytes(text, _payload);

    private void Advance()
    {
        _next = null;
        while (_next is null && MoveLine())
        {
            if (_lines.Line.Length > 0)
            {
                _next = Encoding.ASCII.GetString(_lines.Line).Split(',');
                var columns = _isDepth ? 10 : 11;
                if (_next.Length != columns)
                {
                    throw new RecordingException(
                        $"{_path}: line {_lines.Number} has {_next.Length} columns, {columns} are needed; "
                        + "restore the file from its source");
                }
            }
        }
    }

    private bool MoveLine()
    {
        try
        {
            return _lines.MoveNext();
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException(
                $"{_path}: damaged after line {_lines.Number}: {e.Message}; restore the file from its source", e);
        }
    }

    private long Whole(string text) => long.TryParse(text, out var value) && value is >= 0 and <= long.MaxValue / 1_000
        ? value
        : throw new RecordingException(
            $"{_path}: line {_lines.Number}: \"{Short(text)}\" is no time; restore the file from its source");
}
