namespace Strikeline.Venues;

/// <summary>The stated maximum of everything in this room that could grow.</summary>
public static class VenuesLimits
{
    /// <summary>Largest frame, in bytes; Coinbase level2 snapshots reach a few megabytes.</summary>
    public const int MaxFrameBytes = 16 * 1024 * 1024;

    /// <summary>Most levels on one side of a book; the worst are dropped beyond it.</summary>
    public const int MaxLevelsPerSide = 200_000;

    /// <summary>Most book updates kept while a snapshot is on its way; the oldest are dropped beyond it.</summary>
    public const int MaxPendingUpdates = 2_048;

    /// <summary>Most levels kept in those updates.</summary>
    public const int MaxPendingLevels = 400_000;

    /// <summary>Most instruments that one decoder discovers in a recording.</summary>
    public const int MaxInstruments = 4_096;

    /// <summary>Most events in one frame.</summary>
    public const int MaxEventsPerFrame = 10_000;
}
