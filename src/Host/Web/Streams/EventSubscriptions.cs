namespace Strikeline.Host.Web.Streams;

/// <summary>The event channels of one client and where it is in each.</summary>
/// <remarks>The client's reading side adds and removes, its sending side reads.</remarks>
internal sealed class EventSubscriptions
{
    private readonly Lock _gate = new();
    private readonly List<Place> _places = [];

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>True where the channel is among them.</summary>
    public bool Has(string name)
    {
        lock (_gate)
        {
            return _places.Exists(place => place.Channel.Name == name);
        }
    }

    /// <summary>Begins with a channel, behind a position.</summary>
    public void Add(EventChannel channel, long since)
    {
        lock (_gate)
        {
            if (!_places.Exists(place => place.Channel.Name == channel.Name))
            {
                channel.Join();
                _places.Add(new Place(channel, since));
            }
        }
    }

    /// <summary>Ends a channel.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            _places.RemoveAll(place => place.Channel.Name == name && place.Leave());
        }
    }

    /// <summary>Ends all of them: the client goes.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _places.RemoveAll(place => place.Leave());
        }
    }

    /// <summary>Sends what there is, in turns, until there is nothing more.</summary>
    /// <param name="nowMs">Says the time.</param>
    /// <param name="send">Sends one message.</param>
    /// <returns>The channel in which the client is lost, and its last position; null for none.</returns>
    public async Task<(string Channel, long Position)?> SendAsync(
        Func<long> nowMs, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        for (var isMore = true; isMore;)
        {
            isMore = false;
            Place[] places;
            lock (_gate)
            {
                places = [.. _places];
            }

            foreach (var place in places)
            {
                var position = place.Position;
                var read = place.Channel.TryNext(ref position, place.HasBegun, nowMs(), out var message);
                if (read == EventRead.Lost)
                {
                    return (place.Channel.Name, place.Position);
                }

                if (read == EventRead.Message)
                {
                    await send(message);
                    (place.Position, place.HasBegun) = (position, true);
                    isMore = true;
                }
            }
        }

        return null;
    }

    private sealed class Place(EventChannel channel, long position)
    {
        public EventChannel Channel { get; } = channel;

        public long Position { get; set; } = position;

        public bool HasBegun { get; set; }

        // For a removal's condition.
        public bool Leave()
        {
            Channel.Leave();
            return true;
        }
    }
}
