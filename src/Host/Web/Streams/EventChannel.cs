using System.Buffers;
using System.Text.Json;

namespace Strikeline.Host.Web.Streams;

/// <summary>What a channel has for a client.</summary>
internal enum EventRead
{
    /// <summary>Nothing that it does not know.</summary>
    Nothing,

    /// <summary>A message.</summary>
    Message,

    /// <summary>It has fallen so far behind that something is lost: it must begin again.</summary>
    Lost,
}

/// <summary>A channel in which nothing may be left out: each client goes on from where it is.</summary>
/// <remarks>Holds no queue for anybody. What has happened is made into one message for all clients at each round of the
/// hub; the newest of these are kept, and each client has a position of its own. Who is at none of their beginnings,
/// because it has just come or was away for longer, gets a message of its own that leads there. Any thread.</remarks>
/// <param name="name">The name that clients subscribe to.</param>
internal abstract class EventChannel(string name)
{
    /// <summary>The position of a client that knows nothing yet.</summary>
    public const long Start = -1;

    private const int MostKept = 64;
    private const int MostKeptBytes = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<(long From, int Bytes)> _kept = new();
    private readonly Dictionary<long, Update> _updates = [];
    private long _sealed;
    private int _bytes;
    private int _clients;

    /// <summary>The name that clients subscribe to.</summary>
    public string Name { get; } = name;

    /// <summary>Where the newest is that has happened.</summary>
    protected abstract long Newest { get; }

    /// <summary>True where a client that is too far behind is lost, and does not begin again by itself.</summary>
    protected virtual bool LosesNothing => false;

    /// <summary>A client wants it.</summary>
    public void Join()
    {
        lock (_gate)
        {
            if (_clients++ == 0)
            {
                Forget();
            }
        }
    }

    /// <summary>A client wants it no longer.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _clients--;
        }
    }

    /// <summary>Makes messages of what has happened since the last time, for all clients; on the hub's pump.</summary>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    public void Seal(long nowMs)
    {
        lock (_gate)
        {
            if (_clients == 0)
            {
                return;
            }

            for (var newest = Newest; _sealed < newest;)
            {
                if (Between(_sealed, newest, nowMs) is not { } update)
                {
                    // More than is remembered: everybody begins again.
                    Forget();
                    return;
                }

                _updates.Add(_sealed, update);
                _kept.Enqueue((_sealed, update.Message.Length));
                _bytes += update.Message.Length;
                _sealed = update.To;
            }

            while (_kept.Count > MostKept || (_bytes > MostKeptBytes && _kept.Count > 1))
            {
                var (from, bytes) = _kept.Dequeue();
                _updates.Remove(from);
                _bytes -= bytes;
            }
        }
    }

    /// <summary>The next message of a client.</summary>
    /// <param name="position">Where the client is; moves behind the message.</param>
    /// <param name="hasBegun">True once the client has had a message.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <param name="message">The message.</param>
    public EventRead TryNext(ref long position, bool hasBegun, long nowMs, out ReadOnlyMemory<byte> message)
    {
        message = default;
        long end;
        lock (_gate)
        {
            if (_updates.TryGetValue(position, out var shared))
            {
                (position, message) = (shared.To, shared.Message);
                return EventRead.Message;
            }

            end = _sealed;
        }

        if (position != Start && position >= end && position <= Newest)
        {
            return EventRead.Nothing;
        }

        if (position != Start && position < end && Missed(position, end, nowMs) is { } update)
        {
            (position, message) = (update.To, update.Message);
            return EventRead.Message;
        }

        if (hasBegun && LosesNothing)
        {
            return EventRead.Lost;
        }

        (position, message) = Whole(nowMs);
        return EventRead.Message;
    }

    /// <summary>What has happened behind a position, up to another one or a part of the way; null where it is not
    /// remembered.</summary>
    protected abstract Update? Between(long from, long to, long nowMs);

    /// <summary>The same for one client that has fallen behind or was away; null also where all that there is is less
    /// to send.</summary>
    protected virtual Update? Missed(long from, long to, long nowMs) => Between(from, to, nowMs);

    /// <summary>All that there is, for who knows nothing.</summary>
    protected abstract Update Whole(long nowMs);

    /// <summary>Writes an envelope with its data.</summary>
    protected ReadOnlyMemory<byte> Write(
        string type, long? previous, long sequence, long nowMs, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("channel", Name);
        json.WriteString("type", type);
        if (previous is { } before)
        {
            json.WriteNumber("previous", before);
        }

        json.WriteNumber("sequence", sequence);
        json.WriteNumber("at", nowMs);
        json.WritePropertyName("data");
        data(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void Forget()
    {
        _kept.Clear();
        _updates.Clear();
        _bytes = 0;
        _sealed = Newest;
    }

    /// <summary>A message and the position behind it.</summary>
    protected sealed record Update(long To, ReadOnlyMemory<byte> Message);
}
