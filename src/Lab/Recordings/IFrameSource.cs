using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>What a recorded item is.</summary>
public enum RecordedKind : byte
{
    /// <summary>A message that the venue sent, or the answer to a REST request.</summary>
    Frame = 0,

    /// <summary>A connection was opened; the context lists its symbols where the recorder knew them.</summary>
    Connected = 1,

    /// <summary>A connection ended.</summary>
    Disconnected = 2,
}

/// <summary>One file of recorded traffic, read forward. One reader; the payload is valid until the next call.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Goes to the next item; false at the end.</summary>
    /// <exception cref="RecordingException">The file is damaged: where, and what can be done.</exception>
    bool MoveNext();

    /// <summary>
    /// When the item was received, nanoseconds since the Unix epoch; zero where the file does not say.
    /// </summary>
    long ReceivedNanos { get; }

    /// <summary>Whose traffic it is; <see cref="Venue.None"/> where the file does not say.</summary>
    Venue Venue { get; }

    /// <summary>What the item is.</summary>
    RecordedKind Kind { get; }

    /// <summary>Number of the connection; zero where the file does not say.</summary>
    int Connection { get; }

    /// <summary>Path of the REST request that the item answers; else empty.</summary>
    string Context { get; }

    /// <summary>The message.</summary>
    ReadOnlySpan<byte> Payload { get; }
}

/// <summary>A file that cannot be read as a recording. The message is one line: what, where, what to do.</summary>
public sealed class RecordingException(string message, Exception? inner = null) : Exception(message, inner);
