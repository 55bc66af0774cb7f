using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Where raw traffic is written as it passes. Called on feed loops; must neither block nor throw.</summary>
public interface IFeedRecorder
{
    /// <summary>A connection was opened.</summary>
    void Connected(Venue venue, int connection, long nowNanos);

    /// <summary>A frame arrived; <paramref name="context"/> is the path of the REST request that it answers, else
    /// empty.</summary>
    void Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos);

    /// <summary>A connection ended.</summary>
    void Disconnected(Venue venue, int connection, long nowNanos);
}
