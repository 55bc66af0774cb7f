namespace Strikeline.Journal;

/// <summary>The folder that a durable journal lives in, with the promises of POSIX and none beyond them.</summary>
/// <remarks>
/// A name stands for good only after <see cref="Sync"/>, bytes only after <see cref="IJournalFile.Sync"/>. Every
/// failure is a <see cref="JournalDiskException"/>. Files of different names may be used from different threads.
/// </remarks>
public interface IJournalDisk
{
    /// <summary>How messages name the folder.</summary>
    string Place { get; }

    /// <summary>Takes the folder for one writer until disposed.</summary>
    /// <param name="name">The file that carries the lock.</param>
    /// <exception cref="JournalException">Somebody else has it.</exception>
    IDisposable Lock(string name);

    /// <summary>The names of all files.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes an empty file; fails where the name exists.</summary>
    IJournalFile Create(string name);

    /// <summary>Opens a file to read and write.</summary>
    IJournalFile Open(string name);

    /// <summary>Opens a file to read.</summary>
    IJournalFile OpenToRead(string name);

    /// <summary>Gives a file another name and replaces what had it.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file.</summary>
    void Delete(string name);

    /// <summary>Makes the names durable. A failure is final: it must never be tried again.</summary>
    void Sync();
}

/// <summary>A file of a journal; one thread at a time.</summary>
public interface IJournalFile : IDisposable
{
    /// <summary>Its name without a folder.</summary>
    string Name { get; }

    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from a byte offset on; may read less than asked, 0 at the end.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>Writes from a byte offset on and says how many bytes it took: at least one, perhaps not all.</summary>
    int Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes the bytes durable. A failure is final: the kernel may have dropped them, and a second try would
    /// report success.</summary>
    void Sync();
}

/// <summary>Whole reads and writes over <see cref="IJournalFile"/>.</summary>
internal static class JournalFiles
{
    /// <summary>Writes all bytes, however few the disk takes at a time.</summary>
    public static void WriteAll(this IJournalFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var written = file.Write(bytes, offset);
            if (written <= 0)
            {
                throw new JournalDiskException("pwrite", file.Name, offset, 0, "nothing was written");
            }

            bytes = bytes[written..];
            offset += written;
        }
    }

    /// <summary>Fills the span from an offset on, as far as the file reaches; the number of bytes read.</summary>
    public static int ReadAll(this IJournalFile file, Span<byte> into, long offset)
    {
        var filled = 0;
        while (filled < into.Length)
        {
            var read = file.Read(into[filled..], offset + filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }
}
