using Strikeline.Journal;

namespace Strikeline.Unit.TestKit;

/// <summary>One life of a program: when it is over, nothing that it still does has an effect.</summary>
internal sealed class Life
{
    public bool IsDead { get; set; }

    /// <summary>So many calls of the disk from now on one fails, and all after it; negative for none.</summary>
    public int DiskFailsIn { get; set; } = -1;

    public bool IsDiskBroken { get; set; }
}

/// <summary>A disk in memory that is quick, and forgets at a power cut whatever was not synced.</summary>
internal sealed class MemoryDisk
{
    private Dictionary<string, MemoryFile> _names = new(StringComparer.Ordinal);
    private Dictionary<string, MemoryFile> _durable = new(StringComparer.Ordinal);

    public IJournalDisk For(Life life) => new Session(this, life);

    /// <summary>Power off: what was not synced never was.</summary>
    public void CutPower()
    {
        _names = new Dictionary<string, MemoryFile>(_durable, StringComparer.Ordinal);
        foreach (var file in _names.Values)
        {
            file.Undo();
        }
    }

    /// <summary>Puts bytes where a file is.</summary>
    public void Put(string name, byte[] bytes)
    {
        var file = new MemoryFile();
        file.Write(bytes, 0);
        file.Synced();
        _names[name] = _durable[name] = file;
    }

    public byte[] Get(string name) => _names[name].Now;

    public bool Has(string name) => _names.ContainsKey(name);

    public void Clear()
    {
        _names.Clear();
        _durable.Clear();
    }

    public void Remove(string name)
    {
        _names.Remove(name);
        _durable.Remove(name);
    }

    private sealed class MemoryFile
    {
        private readonly List<(long At, byte[] Before, int Length)> _undo = [];
        private byte[] _bytes = [];
        private int _length;

        public byte[] Now => _bytes[.._length];

        public int Length => _length;

        public int Read(Span<byte> into, long offset)
        {
            var count = (int)Math.Clamp(_length - offset, 0, into.Length);
            _bytes.AsSpan((int)Math.Min(offset, _length), count).CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var end = (int)offset + bytes.Length;
            if (_bytes.Length < end)
            {
                Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
            }

            _undo.Add((offset, _bytes.AsSpan((int)offset, bytes.Length).ToArray(), _length));
            bytes.CopyTo(_bytes.AsSpan((int)offset));
            _length = Math.Max(_length, end);
        }

        public void Synced() => _undo.Clear();

        public void Undo()
        {
            for (var i = _undo.Count - 1; i >= 0; i--)
            {
                _undo[i].Before.CopyTo(_bytes.AsSpan((int)_undo[i].At));
                _length = _undo[i].Length;
            }

            _undo.Clear();
        }
    }

    private sealed class Session(MemoryDisk disk, Life life) : IJournalDisk
    {
        public string Place => "memory";

        public IDisposable Lock(string name)
        {
            Enter("flock", name);
            return new Nothing();
        }

        public IReadOnlyList<string> List() => [.. disk._names.Keys];

        public IJournalFile Create(string name)
        {
            Enter("open", name);
            var file = new MemoryFile();
            Assert.True(disk._names.TryAdd(name, file), name + " exists");
            return new OpenFile(this, file, name);
        }

        public IJournalFile Open(string name)
        {
            Enter("open", name);
            return disk._names.TryGetValue(name, out var file)
                ? new OpenFile(this, file, name)
                : throw new JournalDiskException("open", name, -1, JournalDiskException.NoSuchFile, "No such file or directory");
        }

        public IJournalFile OpenToRead(string name) => Open(name);

        public void Rename(string from, string to)
        {
            Enter("rename", from);
            disk._names.Remove(from, out var file);
            disk._names[to] = file!;
        }

        public void Delete(string name)
        {
            Enter("unlink", name);
            disk._names.Remove(name);
        }

        public void Sync()
        {
            Enter("fsync", Place);
            disk._durable = new Dictionary<string, MemoryFile>(disk._names, StringComparer.Ordinal);
        }

        private void Enter(string call, string name)
        {
            if (life.DiskFailsIn >= 0 && life.DiskFailsIn-- == 0)
            {
                life.IsDiskBroken = true;
            }

            if (life.IsDead || life.IsDiskBroken)
            {
                throw new JournalDiskException(call, name, -1, 5, "Input/output error");
            }
        }

        private sealed class OpenFile(Session session, MemoryFile file, string name) : IJournalFile
        {
            public string Name => name;

            public long Length => file.Length;

            public int Read(Span<byte> into, long offset)
            {
                session.Enter("pread", name);
                return file.Read(into, offset);
            }

            public int Write(ReadOnlySpan<byte> bytes, long offset)
            {
                session.Enter("pwrite", name);
                file.Write(bytes, offset);
                return bytes.Length;
            }

            public void Sync()
            {
                session.Enter("fdatasync", name);
                file.Synced();
            }

            public void Dispose()
            {
            }
        }

        private sealed class Nothing : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}
