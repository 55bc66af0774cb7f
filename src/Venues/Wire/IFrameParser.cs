namespace Strikeline.Venues.Wire;

/// <summary>Turns one frame of a venue's dialect into events. Knows nothing of sequence or proof.</summary>
internal interface IFrameParser
{
    /// <summary>Parses a whole frame.</summary>
    /// <param name="frame">The message as received.</param>
    /// <param name="context">What the frame answers: the path of a REST request; empty for a stream's frame.</param>
    /// <param name="into">Cleared by the caller; on rejection its events are void.</param>
    /// <exception cref="System.Text.Json.JsonException">The frame is no JSON.</exception>
    RejectReason Parse(ReadOnlySpan<byte> frame, string context, FrameEvents into);
}
