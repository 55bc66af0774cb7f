using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Venues;

namespace Strikeline.Host.Bridges;

/// <summary>Runs recorded items through the production feed of the venue that each belongs to.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class TapeFeeds(IFeedSink sink)
{
    private readonly Dictionary<Venue, VenueFeed> _feeds = [];

    public void Take(IFrameSource item)
    {
        if (!_feeds.TryGetValue(item.Venue, out var feed))
        {
            feed = new VenueFeed(item.Venue, [], discover: true, sink);
            _feeds.Add(item.Venue, feed);
        }

        switch (item.Kind)
        {
            case RecordedKind.Connected:
                feed.Connected(item.Connection);
                break;
            case RecordedKind.Disconnected:
                feed.Disconnected(item.Connection, item.ReceivedNanos);
                break;
            default:
                if (feed.Active is null)
                {
                    // Recordings of others begin in the middle of a connection.
                    feed.Connected(item.Connection);
                }

                feed.Frame(item.Connection, item.Payload, item.Context, item.ReceivedNanos);
                break;
        }
    }
}
