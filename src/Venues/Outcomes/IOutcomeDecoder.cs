using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>
/// One prediction venue's traffic in, proven books, markets, trades and settlement prices out, to the sink that it was
/// made with. The same code serves live sockets, tapes and recordings, and its output is a function of the calls alone.
/// </summary>
/// <remarks>
/// Not thread-safe: the feed serialises all calls. No allocation in steady state for books and trades; a malformed
/// frame
/// costs an exception that is caught inside.
/// </remarks>
public interface IOutcomeDecoder
{
    /// <summary>Whose protocol is decoded.</summary>
    Venue Venue { get; }

    /// <summary>What was counted so far, over all connections.</summary>
    FeedTally Tally { get; }

    /// <summary>The book of each token that the sink was last told of, in the order of their first
    /// appearance.</summary>
    IReadOnlyList<OutcomeBook> Books { get; }

    /// <summary>A connection was opened; nothing that was known of it continues.</summary>
    /// <param name="connection">Its number on the tape.</param>
    /// <param name="nowNanos">When, nanoseconds since the Unix epoch.</param>
    void Connected(int connection, long nowNanos);

    /// <summary>Takes one frame.</summary>
    /// <param name="connection">The connection that it came over; for the answer to a REST request the connection that
    /// it
    /// was asked for, or zero.</param>
    /// <param name="frame">The message as received.</param>
    /// <param name="context">Path and query of the REST request that the frame answers; empty for a stream's
    /// frame.</param>
    /// <param name="receivedNanos">When it arrived, nanoseconds since the Unix epoch.</param>
    /// <returns><see cref="RejectReason.None"/> where the frame was understood.</returns>
    RejectReason Accept(int connection, ReadOnlySpan<byte> frame, string context, long receivedNanos);

    /// <summary>A connection ended: what it fed goes to another that has it proven, or is unproven.</summary>
    void Disconnected(int connection, long nowNanos);

    /// <summary>Time has passed, whether frames come or not: books grow old, markets close, and those that are over are
    /// forgotten. A live feed does so by itself; who plays a tape asks for it.</summary>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    void Pass(long nowNanos);
}
