using System.Diagnostics;
using Strikeline.Exchange;

namespace Strikeline.Host.Web.Streams;

/// <summary>One state of a channel; immutable.</summary>
/// <param name="Sequence">Number of the state, from 1.</param>
/// <param name="At">When it was built, Unix milliseconds of the data's clock.</param>
/// <param name="Json">The state.</param>
internal sealed record StreamFrame(long Sequence, long At, byte[] Json);

/// <summary>A channel: its newest state and how often a newer one is built.</summary>
/// <remarks>Built on the hub's loop; read by any client.</remarks>
internal sealed class StreamChannel(
    string name, int everyMs, Func<byte[]> build, KeyScopes needs = KeyScopes.None)
{
    private int _subscribers;
    private long _dueTimestamp;
    private long _sequence;
    private StreamFrame? _newest;

    /// <summary>The name that clients subscribe to.</summary>
    public string Name { get; } = name;

    /// <summary>What a client's key must allow; none for what everybody may read.</summary>
    public KeyScopes Needs { get; } = needs;

    /// <summary>Clients that want it.</summary>
    public int Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>The newest state; null before the first.</summary>
    public StreamFrame? Newest => Volatile.Read(ref _newest);

    /// <summary>
    /// A client wants the channel. The first one after a pause must not get the state from before it.
    /// </summary>
    public void Join()
    {
        if (Interlocked.Increment(ref _subscribers) == 1)
        {
            Volatile.Write(ref _newest, null);
        }
    }

    public void Leave() => Interlocked.Decrement(ref _subscribers);

    /// <summary>Builds a state where it is time for one.</summary>
    public bool BuildWhenDue(long timestamp, long at)
    {
        if (timestamp < _dueTimestamp)
        {
            return false;
        }

        _dueTimestamp = timestamp + (everyMs * Stopwatch.Frequency / 1_000);
        var json = build();
        Volatile.Write(ref _newest, new StreamFrame(++_sequence, at, json));
        return true;
    }

    /// <summary>
    /// Nobody listens: the next subscriber gets a state of its own time, not the last one from before.
    /// </summary>
    public void Rest()
    {
        Volatile.Write(ref _newest, null);
        _dueTimestamp = 0;
    }
}
