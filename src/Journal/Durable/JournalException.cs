namespace Strikeline.Journal;

/// <summary>A journal that is refused or has stopped; the message is one line: what, where, what to do.</summary>
public sealed class JournalException : Exception
{
    /// <summary>Makes the exception with its line.</summary>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its line and the failure behind it.</summary>
    public JournalException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception without a line.</summary>
    public JournalException()
    {
    }

    /// <summary>The stable code of the reason, one of <see cref="JournalReasons"/>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The file, without a folder; empty where none is meant.</summary>
    public string File { get; init; } = "";

    /// <summary>The byte offset in the file; −1 where none is meant.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The sequence that was expected or found there; 0 where none is meant.</summary>
    public ulong Sequence { get; init; }

    internal static JournalException Damage(
        string place, string reason, string file, long offset, ulong sequence, string found) =>
        new($"journal {place}: {file}: byte {offset}: sequence {sequence}: {found} ({reason}); nothing was changed; "
            + "restore the folder from a copy")
        {
            Reason = reason,
            File = file,
            Offset = offset,
            Sequence = sequence,
        };
}

/// <summary>The codes of <see cref="JournalException.Reason"/>.</summary>
public static class JournalReasons
{
    /// <summary>Another writer has the folder.</summary>
    public const string Locked = "locked";

    /// <summary>The disk refused.</summary>
    public const string Disk = "disk";

    /// <summary>A failing sync is not seen on this machine.</summary>
    public const string SyncUnproven = "sync_unproven";

    /// <summary>A file has a newer format version than this program reads.</summary>
    public const string Newer = "newer_format";

    /// <summary>A segment's header is damaged or contradicts its name.</summary>
    public const string SegmentHeader = "segment_header";

    /// <summary>A segment is shorter or longer than it was made.</summary>
    public const string SegmentSize = "segment_size";

    /// <summary>A segment is missing, or follows on nothing.</summary>
    public const string SegmentMissing = "segment_missing";

    /// <summary>A record's checksum does not hold, or its bytes are no record.</summary>
    public const string RecordChecksum = "record_checksum";

    /// <summary>A sound record stands where another belongs.</summary>
    public const string RecordSequence = "record_sequence";

    /// <summary>A sound record does not follow on the bytes before it.</summary>
    public const string RecordChain = "record_chain";

    /// <summary>A record's epoch is older than the one before it, or newer than the journal's.</summary>
    public const string RecordEpoch = "record_epoch";

    /// <summary>Records that were acknowledged are not there any more.</summary>
    public const string AcknowledgedLost = "acknowledged_lost";

    /// <summary>No damage: the folder that a copy should be made in holds something.</summary>
    public const string Occupied = "occupied";

    /// <summary>No damage: what was being read has been deleted behind newer snapshots meanwhile.</summary>
    public const string Retired = "retired";

    /// <summary>Both places of the mark are damaged.</summary>
    public const string Mark = "mark_damaged";

    /// <summary>No snapshot is sound, and the records that it stood for are gone.</summary>
    public const string Snapshot = "snapshot_damaged";
}

/// <summary>A call to the disk that failed.</summary>
/// <remarks>The message is a part of a line: the call, the file, the byte, the reason, the error number.</remarks>
public sealed class JournalDiskException : IOException
{
    /// <summary>The error number of a file that is not there (ENOENT).</summary>
    public const int NoSuchFile = 2;

    /// <summary>Makes the exception.</summary>
    /// <param name="call">The system call.</param>
    /// <param name="file">The file's name without a folder.</param>
    /// <param name="offset">The byte offset; −1 where the call has none.</param>
    /// <param name="number">The error number (errno); 0 where there is none.</param>
    /// <param name="why">The reason in words.</param>
    public JournalDiskException(string call, string file, long offset, int number, string why)
        : base($"{call} of {file}{(offset < 0 ? "" : $" at byte {offset}")}: {why}"
            + (number == 0 ? "" : $" (errno {number})")) => Number = number;

    /// <summary>Makes the exception with its words.</summary>
    public JournalDiskException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its words and the failure behind it.</summary>
    public JournalDiskException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception without words.</summary>
    public JournalDiskException()
    {
    }

    /// <summary>The error number (errno); 0 where there is none.</summary>
    public int Number { get; }
}
