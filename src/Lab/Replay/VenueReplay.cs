using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>Runs recorded traffic of one venue through the production decoders, as fast as they go.</summary>
/// <remarks>One thread. The result is a function of the items alone.</remarks>
public sealed class VenueReplay : IReplay
{
    private readonly DecisionHash _hash = new();
    private readonly List<FeedDecoder> _order = [];
    private readonly VenueFeed _feed;
    private readonly Venue _venue;
    private FeedDecoder? _seen;
    private (int Connection, long AtNanos)? _ended;
    private bool _hasMarks;
    private long _unheard;

    /// <summary>Makes a replay.</summary>
    /// <param name="venue">Whose traffic it will be.</param>
    /// <param name="symbols">The instruments, where the recording declares them; empty to discover them.</param>
    public VenueReplay(Venue venue, IReadOnlyList<Symbol> symbols)
    {
        _venue = venue;
        _feed = new VenueFeed(venue, symbols, discover: symbols.Count == 0, _hash);
    }

    /// <inheritdoc/>
    public void Take(IFrameSource item)
    {
        // A connection's end counts once something follows it: the books of a recording are those at its last frame.
        if (_ended is { } ended)
        {
            _ended = null;
            _feed.Disconnected(ended.Connection, ended.AtNanos);
        }

        switch (item.Kind)
        {
            case RecordedKind.Connected:
                _hasMarks = true;
                _feed.Connected(item.Connection);
                break;
            case RecordedKind.Disconnected:
                Note();
                _ended = (item.Connection, item.ReceivedNanos);
                break;
            default:
                if (_feed.Active is null && !_hasMarks)
                {
                    // Recordings of others begin in the middle of a connection.
                    _feed.Connected(item.Connection);
                }

                if (_feed.Frame(item.Connection, item.Payload, item.Context, item.ReceivedNanos) is null)
                {
                    // Of a connection that another one has replaced: received, and of no use any more.
                    _unheard++;
                }

                Note();
                break;
        }
    }

    /// <inheritdoc/>
    public ReplayReport Report()
    {
        var report = new ReplayReport { Venue = _venue, DecisionHash = _hash.Value };
        report.AddUnheard(_unheard);
        foreach (var decoder in _order)
        {
            report.Add(decoder.Tally);
        }

        foreach (var instrument in _seen?.Instruments ?? [])
        {
            report.Books.TryAdd(instrument.Symbol.ToString(), BookLine.Of(instrument));
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    // Every decoder that ever ran counts; the books shown are those of the one that fed last.
    private void Note()
    {
        if (ReferenceEquals(_seen, _feed.Active) && _feed.Standby is null)
        {
            return;
        }

        Remember(_feed.Active);
        Remember(_feed.Standby);
        _seen = _feed.Active ?? _seen;
    }

    private void Remember(FeedDecoder? decoder)
    {
        if (decoder is not null && !_order.Contains(decoder))
        {
            _order.Add(decoder);
        }
    }
}
