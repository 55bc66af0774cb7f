namespace Strikeline.Journal;

/// <summary>What a frame on a tape is. Numbers are written to tapes: they are never reused.</summary>
public enum TapeFrameKind : byte
{
    /// <summary>No kind; the default value, refused by writer and reader.</summary>
    None = 0,

    /// <summary>A message that the venue sent over a WebSocket.</summary>
    Received = 1,

    /// <summary>The body of a REST reply; the context is the path that was asked.</summary>
    RestReply = 2,

    /// <summary>A connection was opened; the context may name its address.</summary>
    Connected = 3,

    /// <summary>A connection ended; the payload may say why.</summary>
    Disconnected = 4,

    /// <summary>A message that this program sent.</summary>
    Sent = 5,

    /// <summary>
    /// Frames were dropped before this one because the inbox was full; the payload is their number as text.
    /// </summary>
    Lost = 6,
}
