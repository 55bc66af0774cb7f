namespace Strikeline.Journal;

/// <summary>The stated maxima of tapes; a reader refuses what lies beyond them.</summary>
public static class TapeLimits
{
    /// <summary>The largest payload of a frame, in bytes.</summary>
    public const int MaxPayloadBytes = 16 << 20;

    /// <summary>The longest context text of a frame, in UTF-8 bytes.</summary>
    public const int MaxContextBytes = 2048;

    /// <summary>
    /// The largest block before compression, in bytes: one frame of the largest size and a usual block.
    /// </summary>
    public const int MaxBlockRawBytes = MaxPayloadBytes + (1 << 20);

    /// <summary>The most files that are merged at once.</summary>
    public const int MaxMergedFiles = 1024;

    /// <summary>The most flaws that a reader keeps; more are only counted.</summary>
    public const int MaxKeptFlaws = 1000;

    /// <summary>The default size of each of an inbox's two buffers, in bytes.</summary>
    public const int InboxBytes = MaxPayloadBytes + (1 << 20);
}
