using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>The replay of a prediction venue: its books are keyed by token.</summary>
public sealed class OutcomeReplay : IReplay
{
    private readonly OutcomeHash _hash = new();
    private readonly IOutcomeDecoder _decoder;
    private readonly List<(int Connection, long AtNanos)> _ended = [];
    private readonly HashSet<int> _open = [];
    private bool _hasMarks;

    /// <summary>Makes a replay.</summary>
    /// <param name="venue">Whose traffic it will be.</param>
    public OutcomeReplay(Venue venue) => _decoder = OutcomeDecoders.Of(venue, _hash);

    /// <inheritdoc/>
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
            _open.Remove(connection);
            _decoder.Disconnected(connection, atNanos);
        }

        _ended.Clear();
        if (item.Kind == RecordedKind.Connected)
        {
            _hasMarks = true;
            _open.Add(item.Connection);
            _decoder.Connected(item.Connection, item.ReceivedNanos);
            return;
        }

        if (!_hasMarks && _open.Add(item.Connection))
        {
            // Recordings of others begin in the middle of a connection.
            _decoder.Connected(item.Connection, item.ReceivedNanos);
        }

        _decoder.Accept(item.Connection, item.Payload, item.Context, item.ReceivedNanos);
    }

    /// <inheritdoc/>
    public ReplayReport Report()
    {
        var report = new ReplayReport { Venue = _decoder.Venue, DecisionHash = _hash.Value };
        report.Add(_decoder.Tally);
        foreach (var book in _decoder.Books)
        {
            report.Books.TryAdd(book.Key.TokenId, BookLine.Of(book));
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
