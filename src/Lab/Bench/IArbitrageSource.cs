using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>Where the events of <see cref="ArbitrageBench"/> begin: at books today, at raw frames with a decoder that
/// ends in the same sink.</summary>
/// <remarks>One thread. Sending allocates nothing of its own.</remarks>
internal interface IArbitrageSource
{
    /// <summary>The markets that the events are about.</summary>
    IReadOnlyList<OutcomeMarket> Markets { get; }

    /// <summary>Describes all markets and sends their first books.</summary>
    void Begin(IOutcomeSink sink, long nowNanos);

    /// <summary>Sends the next event.</summary>
    /// <param name="sink">Gets it.</param>
    /// <param name="opens">True for an event that makes an arbitrage; the next one ends it.</param>
    /// <param name="nowNanos">When it arrives, nanoseconds since the Unix epoch.</param>
    /// <param name="startStamp">Gets the monotonic stamp of the moment before anything is done with it, under the
    /// number of its market, where it opens one.</param>
    void Send(IOutcomeSink sink, bool opens, long nowNanos, long[] startStamp);
}
