namespace Strikeline.Journal;

/// <summary>A folder of the file system as a tape's disk.</summary>
public sealed class FolderTapeDisk : ITapeDisk
{
    /// <summary>Opens the folder and makes it where it is absent.</summary>
    /// <exception cref="TapeException">The folder cannot be made; one line says why.</exception>
    public FolderTapeDisk(string folder)
    {
        Place = folder;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TapeException(
                $"{folder}: cannot record there ({TapeException.OneLine(failure)}); choose a writable folder",
                failure);
        }
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public ITapeFile Create(string name) => new TapeFile(Path.Combine(Place, name));

    /// <inheritdoc/>
    public IReadOnlyList<TapeDiskEntry> List()
    {
        var entries = new List<TapeDiskEntry>();
        foreach (var file in new DirectoryInfo(Place).GetFiles())
        {
            try
            {
                entries.Add(new TapeDiskEntry(file.Name, file.Length));
            }
            catch (FileNotFoundException)
            {
                // Somebody else deleted it meanwhile.
            }
        }

        return entries;
    }

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(Path.Combine(Place, name));

    private sealed class TapeFile(string path) : ITapeFile
    {
        // Readers may follow a tape that is still being written.
        private readonly FileStream _file =
            new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

        public void Append(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

        public void Truncate(long length) => _file.SetLength(length);

        public void Dispose() => _file.Dispose();
    }
}
