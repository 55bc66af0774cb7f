namespace Strikeline.Journal;

/// <summary>A journal's disk that is memory alone: for runs of which nothing may be left, such as those of a
/// tape.</summary>
/// <remarks>Any thread, as a folder. It keeps every promise of <see cref="IJournalDisk"/> until the program ends, and
/// none over it.</remarks>
/// <param name="place">How messages name it.</param>
public sealed class MemoryJournalDisk(string place) : IJournalDisk
{
    private const int FileExists = 17;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Content> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Place => place;

    /// <inheritdoc/>
    public IDisposable Lock(string name)
    {
        lock (_gate)
        {
            return _locks.Add(name)
                ? new Held(this, name)
                : throw new JournalException($"journal {place}: it is written already ({name}); end that writer first")
                { Reason = JournalReasons.Locked, File = name };
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List()
    {
        lock (_gate)
        {
            return [.. _files.Keys];
        }
    }

    /// <inheritdoc/>
    public IJournalFile Create(string name)
    {
        lock (_gate)
        {
            var content = new Content();
            return _files.TryAdd(name, content)
                ? new OpenFile(content, name)
                : throw new JournalDiskException("open", name, -1, FileExists, "File exists");
        }
    }

    /// <inheritdoc/>
    public IJournalFile Open(string name)
    {
        lock (_gate)
        {
            return new OpenFile(Find("open", name), name);
        }
    }

    /// <inheritdoc/>
    public IJournalFile OpenToRead(string name) => Open(name);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            var content = Find("rename", from);
            _files.Remove(from);
            _files[to] = content;
        }
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        lock (_gate)
        {
            Find("unlink", name);
            _files.Remove(name);
        }
    }

    /// <inheritdoc/>
    public void Sync()
    {
        // Names are as durable as they will ever be.
    }

    private Content Find(string call, string name) => _files.TryGetValue(name, out var content)
        ? content
        : throw new JournalDiskException(
            call, name, -1, JournalDiskException.NoSuchFile, "No such file or directory");

    /// <summary>Bytes that outlive their name while somebody has them open.</summary>
    private sealed class Content
    {
        private readonly Lock _gate = new();
        private byte[] _bytes = [];
        private int _length;

        public long Length
        {
            get
            {
                lock (_gate)
                {
                    return _length;
                }
            }
        }

        public int Read(Span<byte> into, long offset)
        {
            lock (_gate)
            {
                var count = (int)Math.Clamp(_length - offset, 0, into.Length);
                _bytes.AsSpan((int)Math.Min(offset, _length), count).CopyTo(into);
                return count;
            }
        }

        public int Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (_gate)
            {
                var end = checked((int)offset + bytes.Length);
                if (_bytes.Length < end)
                {
                    Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
                }

                bytes.CopyTo(_bytes.AsSpan((int)offset));
                _length = Math.Max(_length, end);
                return bytes.Length;
            }
        }
    }

    private sealed class OpenFile(Content content, string name) : IJournalFile
    {
        public string Name => name;

        public long Length => content.Length;

        public int Read(Span<byte> into, long offset) => content.Read(into, offset);

        public int Write(ReadOnlySpan<byte> bytes, long offset) => content.Write(bytes, offset);

        public void Sync()
        {
            // Bytes are as durable as they will ever be.
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    private sealed class Held(MemoryJournalDisk disk, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                disk._locks.Remove(name);
            }
        }
    }
}
