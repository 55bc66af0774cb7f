namespace Strikeline.Venues;

/// <summary>The network, as the feeds see it. Passed in, so that tests script it.</summary>
public interface IVenueTransport
{
    /// <summary>Opens a WebSocket.</summary>
    /// <exception cref="VenueException">The venue could not be reached.</exception>
    Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel);

    /// <summary>Opens a WebSocket with headers of the caller's in the handshake, for venues that want it
    /// signed.</summary>
    /// <exception cref="VenueException">The venue could not be reached, or this network sends no headers.</exception>
    Task<IVenueSocket> ConnectAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel) =>
        headers.Count == 0
            ? ConnectAsync(address, cancel)
            : throw new VenueException($"cannot connect to {address}: this network sends no headers");

    /// <summary>Fetches a REST resource.</summary>
    /// <returns>The body of a successful answer.</returns>
    /// <exception cref="VenueException">No answer, or an answer other than 2xx.</exception>
    Task<byte[]> GetAsync(Uri address, CancellationToken cancel);

    /// <summary>Fetches a REST resource with headers of the caller's.</summary>
    /// <returns>The body of a successful answer.</returns>
    /// <exception cref="VenueException">No answer, an answer other than 2xx, or this network sends no
    /// headers.</exception>
    Task<byte[]> GetAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel) =>
        headers.Count == 0
            ? GetAsync(address, cancel)
            : throw new VenueException($"GET {address} failed: this network sends no headers");
}

/// <summary>One open WebSocket. One reader and one writer at a time.</summary>
public interface IVenueSocket : IAsyncDisposable
{
    /// <summary>Waits for the next text message.</summary>
    /// <returns>The message, valid until the next call; null where the venue closed the connection.</returns>
    /// <exception cref="VenueException">The connection broke.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel);

    /// <summary>Sends a text message.</summary>
    /// <exception cref="VenueException">The connection broke.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancel);

    /// <summary>The code that the venue closed with; null where it has not, or gave none.</summary>
    int? CloseCode => null;
}

/// <summary>A fault of the outside world: a venue that is unreachable, answers with an error or hangs up.</summary>
public sealed class VenueException : Exception
{
    /// <summary>Makes a fault.</summary>
    /// <param name="message">One line: what was tried, where, and what came back.</param>
    /// <param name="retryAfter">How long the venue asked to wait; null where it did not say.</param>
    /// <param name="inner">The cause.</param>
    public VenueException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner) => RetryAfter = retryAfter;

    /// <summary>How long the venue asked to wait; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The HTTP status that the venue answered; null where it did not answer.</summary>
    public int? Status { get; init; }
}
