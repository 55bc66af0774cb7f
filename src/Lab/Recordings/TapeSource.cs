using System.Text;
using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Lab.Recordings;

/// <summary>One of this program's own tapes.</summary>
internal sealed class TapeSource(string path, bool salvage) : IFrameSource
{
    private readonly TapeReader _reader = TapeReader.Open(path, salvage);

    public long ReceivedNanos { get; private set; }

    public Venue Venue { get; private set; }

    public RecordedKind Kind { get; private set; }

    public int Connection { get; private set; }

    public string Context { get; private set; } = string.Empty;

    public ReadOnlySpan<byte> Payload => _reader.Frame.Payload;

    public bool MoveNext()
    {
        try
        {
            return Advance();
        }
        catch (TapeException e)
        {
            throw new RecordingException(e.Message, e);
        }
    }

    public void Dispose() => _reader.Dispose();

    private bool Advance()
    {
        while (_reader.Read())
        {
            var frame = _reader.Frame;
            RecordedKind? kind = frame.Kind switch
            {
                TapeFrameKind.Received or TapeFrameKind.RestReply => RecordedKind.Frame,
                TapeFrameKind.Connected => RecordedKind.Connected,
                TapeFrameKind.Disconnected => RecordedKind.Disconnected,
                _ => null,
            };
            if (kind is not null)
            {
                Kind = kind.Value;
                ReceivedNanos = frame.ReceivedAt;
                Venue = frame.Venue;
                Connection = frame.Connection;
                Context = frame.Context.IsEmpty ? string.Empty : Encoding.UTF8.GetString(frame.Context);
                return true;
            }
        }

        return false;
    }
}
