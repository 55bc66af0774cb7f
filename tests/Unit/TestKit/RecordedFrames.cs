using System.Text;
using System.Text.Json;
using Strikeline.Lab;

namespace Strikeline.Unit.TestKit;

/// <summary>One received message.</summary>
internal readonly record struct RecordedFrame(long Nanos, string Context, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>Recordings held in memory, as they are or with the same content written otherwise.</summary>
internal static class RecordedFrames
{
    /// <summary>All frames of the files, merged by receive time.</summary>
    public static List<RecordedFrame> Load(params string[] files) => Load(Venue.None, files);

    /// <summary>All frames of the files, which hold messages of the venue; merged by receive time.</summary>
    public static List<RecordedFrame> Load(Venue venue, params string[] files)
    {
        using var source = RecordingFiles.Open([.. files.Select(RecordedData.File)], venue);
        var frames = new List<RecordedFrame>();
        while (source.MoveNext())
        {
            frames.Add(new RecordedFrame(source.ReceivedNanos, source.Context, source.Payload.ToArray()));
        }

        return frames;
    }

    /// <summary>The same JSON with spaces between its tokens and the fields of every object in reverse order.</summary>
    public static byte[] Rewritten(ReadOnlySpan<byte> frame)
    {
        using var document = JsonDocument.Parse(frame.ToArray());
        var text = new StringBuilder();
        Write(document.RootElement, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append("{ ");
                text.AppendJoin(" , ", value.EnumerateObject().Reverse().Select(field =>
                {
                    var part = new StringBuilder().Append('"').Append(field.Name).Append("\" : ");
                    Write(field.Value, part);
                    return part.ToString();
                }));
                text.Append(" }");
                break;
            case JsonValueKind.Array:
                text.Append("[ ");
                text.AppendJoin(" , ", value.EnumerateArray().Select(item =>
                {
                    var part = new StringBuilder();
                    Write(item, part);
                    return part.ToString();
                }));
                text.Append(" ]");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}

/// <summary>Frames in memory as a recording.</summary>
internal sealed class FrameList(IReadOnlyList<RecordedFrame> frames) : IFrameSource
{
    private int _at = -1;

    public long ReceivedNanos => frames[_at].Nanos;

    public Venue Venue => Venue.None;

    public RecordedKind Kind => RecordedKind.Frame;

    public int Connection => 0;

    public string Context => frames[_at].Context;

    public ReadOnlySpan<byte> Payload => frames[_at].Payload;

    public bool MoveNext() => ++_at < frames.Count;

    public void Dispose()
    {
    }
}
