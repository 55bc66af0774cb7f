namespace Strikeline.Journal;

/// <summary>What a reading of a whole journal found.</summary>
public sealed class JournalReading
{
    /// <summary>Records in the segments that are kept, those behind the snapshot and those it contains.</summary>
    public ulong Records { get; internal set; }

    /// <summary>The first record kept; 0 where there is none.</summary>
    public ulong FirstSequence { get; internal set; }

    /// <summary>The last record; 0 where there has never been one.</summary>
    public ulong LastSequence { get; internal set; }

    /// <summary>The newest epoch.</summary>
    public ulong Epoch { get; internal set; }

    /// <summary>The snapshot that was used; 0 where there is none.</summary>
    public ulong SnapshotSequence { get; internal set; }

    /// <summary>True where the last segment has a torn tail.</summary>
    public bool IsTorn { get; internal set; }

    /// <summary>What deserves telling, a line each: a torn tail, a damaged snapshot.</summary>
    public IReadOnlyList<string> Notes => NoteList;

    internal List<string> NoteList { get; } = [];

    internal List<string> DamagedSnapshots { get; } = [];

    internal JournalMarkReading? Mark { get; set; }

    internal ulong Chain { get; set; } = JournalFormat.ChainStart;

    internal string LastSegment { get; set; } = "";

    internal long LastSegmentSize { get; set; }

    internal long EndOffset { get; set; }
}
