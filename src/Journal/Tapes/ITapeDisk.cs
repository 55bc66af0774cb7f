namespace Strikeline.Journal;

/// <summary>The place that a tape writer records to; called from the writer's thread only.</summary>
/// <remarks>
/// Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; the writer expects them.
/// </remarks>
public interface ITapeDisk
{
    /// <summary>How messages name the place.</summary>
    string Place { get; }

    /// <summary>Makes a new, empty file; fails where the name exists.</summary>
    ITapeFile Create(string name);

    /// <summary>All files of the place, tapes or not.</summary>
    IReadOnlyList<TapeDiskEntry> List();

    /// <summary>Deletes a file.</summary>
    void Delete(string name);
}

/// <summary>A file that is being recorded to.</summary>
public interface ITapeFile : IDisposable
{
    /// <summary>Writes all bytes at the end, or fails; after a failure some of them may be there.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file to a length, in bytes.</summary>
    void Truncate(long length);
}

/// <summary>A file as a listing shows it.</summary>
/// <param name="Name">Its name without a folder.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct TapeDiskEntry(string Name, long Length);
