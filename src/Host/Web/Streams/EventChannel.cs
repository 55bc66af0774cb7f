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
/// <remarks>Holds no queue for anybody: what happened lies once in a bounded memory that all clients read, each with a
/// position of its own. Any thread.</remarks>
/// <param name="name">The name that clients subscribe to.</param>
internal abstract class EventChannel(string name)
{
    /// <summary>The position of a client that knows nothing yet.</summary>
    public const long Start = -1;

    /// <summary>The name that clients subscribe to.</summary>
    public string Name { get; } = name;

    /// <summary>The next message of a client.</summary>
    /// <param name="position">Where the client is; moves behind the message.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <param name="message">The message.</param>
    public abstract EventRead TryNext(ref long position, long nowMs, out ReadOnlyMemory<byte> message);

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
}
