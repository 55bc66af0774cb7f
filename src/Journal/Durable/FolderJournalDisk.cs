using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strikeline.Journal;

/// <summary>A folder of the file system as a journal's disk: system calls of Linux, every result checked.</summary>
/// <remarks>
/// The runtime's own flush hides a failed sync, and it opens no folders; hence the calls into libc. Files are of mode
/// 0600: a journal holds balances.
/// </remarks>
public sealed partial class FolderJournalDisk : IJournalDisk
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int CreateIt = 0x40;
    private const int MustBeNew = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180;
    private const int ExclusiveNow = 2 | 4;
    private const int FileTooLargeSignal = 25;
    private const int IgnoreIt = 1;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;

    private FolderJournalDisk(string folder) => Place = folder;

    /// <inheritdoc/>
    public string Place { get; }

    /// <summary>Opens the folder for a writer, makes it where it is absent, and proves that a failing sync is
    /// seen.</summary>
    /// <exception cref="JournalException">The folder cannot be made, or a failing sync is not seen.</exception>
    public static FolderJournalDisk ToWrite(string folder)
    {
        ProveSync(fdatasync);
        ProveSync(fsync);

        // Where files may not grow any more (ulimit -f), the kernel would end the program instead of failing the write.
        _ = signal(FileTooLargeSignal, IgnoreIt);
        try
        {
            var isNew = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            var disk = new FolderJournalDisk(folder);
            if (isNew)
            {
                SyncFolder(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? "/");
            }

            return disk;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                $"journal {folder}: the folder cannot be made ({OneLine(failure)}); choose a writable one", failure)
            { Reason = JournalReasons.Disk };
        }
    }

    /// <summary>Opens an existing folder for a reader.</summary>
    /// <exception cref="JournalException">There is no such folder.</exception>
    public static FolderJournalDisk ToRead(string folder) => Directory.Exists(folder)
        ? new FolderJournalDisk(folder)
        : throw new JournalException($"journal {folder}: there is no such folder; check the path")
        { Reason = JournalReasons.Disk };

    /// <inheritdoc/>
    public IDisposable Lock(string name)
    {
        var handle = OpenFile(name, ReadWrite | CreateIt);
        if (flock(handle, ExclusiveNow) == 0)
        {
            return handle;
        }

        var number = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw number == WouldBlock
            ? new JournalException(
                $"journal {Place}: another program writes it (it holds {name}); end that one, or choose another "
                + "folder")
            { Reason = JournalReasons.Locked, File = name }
            : Failed("flock", name, -1, number);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List()
    {
        try
        {
            return [.. new DirectoryInfo(Place).GetFiles().Select(file => file.Name)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JournalDiskException($"listing {Place}: {OneLine(failure)}", failure);
        }
    }

    /// <inheritdoc/>
    public IJournalFile Create(string name) => new DiskFile(OpenFile(name, ReadWrite | CreateIt | MustBeNew), name);

    /// <inheritdoc/>
    public IJournalFile Open(string name) => new DiskFile(OpenFile(name, ReadWrite), name);

    /// <inheritdoc/>
    public IJournalFile OpenToRead(string name) => new DiskFile(OpenFile(name, ReadOnly), name);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (rename(Path.Combine(Place, from), Path.Combine(Place, to)) != 0)
        {
            throw Failed("rename", from, -1, Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (unlink(Path.Combine(Place, name)) != 0)
        {
            throw Failed("unlink", name, -1, Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public void Sync() => SyncFolder(Place);

    /// <summary>Gives a folder another name, where nothing or an empty folder has it, and syncs the folder
    /// above.</summary>
    /// <exception cref="JournalDiskException">The disk refuses.</exception>
    internal static void RenameFolder(string from, string to)
    {
        if (rename(from, to) != 0)
        {
            throw Failed("rename", from, -1, Marshal.GetLastPInvokeError());
        }

        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(to)) ?? "/");
    }

    /// <summary>Syncs a pipe, which no kernel can do, and refuses where that is not reported.</summary>
    internal static void ProveSync(Func<int, int> sync)
    {
        Span<int> ends = stackalloc int[2];
        if (!OperatingSystem.IsLinux() || pipe(ref ends[0]) != 0)
        {
            throw Unproven("it could not be tried");
        }

        var result = sync(ends[1]);
        _ = close(ends[0]);
        _ = close(ends[1]);
        if (result != -1)
        {
            throw Unproven($"syncing a pipe returned {result} instead of -1");
        }
    }

    private static JournalException Unproven(string what) => new(
        $"journal: a failing sync would not be seen on this machine: {what}; nothing is written where an "
        + "acknowledgement would prove nothing; use Linux with its own libc")
    { Reason = JournalReasons.SyncUnproven };

    private static void SyncFolder(string folder)
    {
        using var handle = OpenPath(folder, ReadOnly, folder);
        if (fsync(handle) != 0)
        {
            throw Failed("fsync", folder, -1, Marshal.GetLastPInvokeError());
        }
    }

    private static SafeFileHandle OpenPath(string path, int flags, string name)
    {
        var descriptor = open(path, flags | CloseOnExec, OwnerOnly);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw Failed("open", name, -1, Marshal.GetLastPInvokeError());
    }

    private static JournalDiskException Failed(string call, string name, long offset, int number) =>
        new(call, name, offset, number, Marshal.GetPInvokeErrorMessage(number));

    private static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private SafeFileHandle OpenFile(string name, int flags) => OpenPath(Path.Combine(Place, name), flags, name);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe(ref int ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(SafeFileHandle file, ref byte bytes, nint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int fdatasync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int fsync(int file);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint action);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    private sealed class DiskFile(SafeFileHandle handle, string name) : IJournalFile
    {
        public string Name => name;

        public long Length
        {
            get
            {
                try
                {
                    return RandomAccess.GetLength(handle);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    throw new JournalDiskException($"length of {name}: {OneLine(failure)}", failure);
                }
            }
        }

        public int Read(Span<byte> into, long offset)
        {
            try
            {
                return RandomAccess.Read(handle, into, offset);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new JournalDiskException($"read of {name} at byte {offset}: {OneLine(failure)}", failure);
            }
        }

        public int Write(ReadOnlySpan<byte> bytes, long offset)
        {
            while (true)
            {
                var written = pwrite(handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, offset);
                if (written >= 0)
                {
                    return (int)written;
                }

                // A signal came before the first byte: nothing was written, so that a second try is a first one.
                var number = Marshal.GetLastPInvokeError();
                if (number != Interrupted)
                {
                    throw Failed("pwrite", name, offset, number);
                }
            }
        }

        public void Sync()
        {
            if (fdatasync(handle) != 0)
            {
                throw Failed("fdatasync", name, -1, Marshal.GetLastPInvokeError());
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
