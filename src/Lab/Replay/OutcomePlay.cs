using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>Runs recorded items of one prediction venue through its decoder.</summary>
/// <remarks>One caller at a time. What comes out is a function of the calls alone.</remarks>
/// <param name="decoder">The decoder.</param>
public sealed class OutcomePlay(IOutcomeDecoder decoder)
{
    private readonly List<(int Connection, long AtNanos)> _ended = [];
    private readonly HashSet<int> _open = [];
    private bool _hasMarks;

    /// <summary>The decoder.</summary>
    public IOutcomeDecoder Decoder => decoder;

    /// <summary>Connections that ended before the recording did.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes one item.</summary>
    public void Take(IFrameSource item)
    {
        if (item.Kind == RecordedKind.Disconnected)
        {
            _ended.Add((item.Connection, item.ReceivedNanos));
            return;
        }

        // A connection's end counts once something follows it: the books of a recording are those at its last frame.
        foreach (var (connection, atNanos) in _ended)
        {
            Lost++;
            _open.Remove(connection);
            decoder.Disconnected(connection, atNanos);
        }

        _ended.Clear();
        if (item.Kind == RecordedKind.Connected)
        {
            _hasMarks = true;
            _open.Add(item.Connection);
            decoder.Connected(item.Connection, item.ReceivedNanos);
            return;
        }

        if (!_hasMarks && _open.Add(item.Connection))
        {
            // Recordings of others begin in the middle of a connection.
            decoder.Connected(item.Connection, item.ReceivedNanos);
        }

        decoder.Accept(item.Connection, item.Payload, item.Context, item.ReceivedNanos);
    }
}
