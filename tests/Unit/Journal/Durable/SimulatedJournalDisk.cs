using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>What the simulated disk does at one of its calls.</summary>
internal enum DiskFault
{
    None,
    InputOutput,
    NoSpace,

    /// <summary>The power goes: this call and all later ones fail, and <see cref="SimulatedJournalDisk.Crash"/> says what
    /// is left.</summary>
    PowerCut,
}

/// <summary>A disk in memory that keeps what was synced, and of the rest whatever a seed says.</summary>
internal sealed class SimulatedJournalDisk : IJournalDisk
{
    private const int Sector = 512;

    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Inode> _durableNames = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, Inode>>> _pending = [];
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);
    private bool _dead;

    public string Place => "sim";

    /// <summary>Calls so far that change something or sync.</summary>
    public int Calls { get; private set; }

    /// <summary>The call that meets <see cref="Fault"/>, counted from 1.</summary>
    public int FaultAt { get; set; }

    public DiskFault Fault { get; set; }

    /// <summary>Only calls of this name count, such as fdatasync; empty for all.</summary>
    public string FaultCall { get; set; } = "";

    /// <summary>At most so many bytes are taken at a time.</summary>
    public int WriteAtMost { get; set; } = int.MaxValue;

    /// <summary>Called during each sync of a file, before it takes effect.</summary>
    public Action? DuringSync { get; set; }

    /// <summary>Called before each call that changes something or syncs.</summary>
    public Action? BeforeCall { get; set; }

    /// <summary>Called before a file is opened to read, and before each read of it, with its name.</summary>
    public Action<string>? BeforeRead { get; set; }

    public IReadOnlyDictionary<string, byte[]> Files =>
        _names.ToDictionary(pair => pair.Key, pair => pair.Value.Now.ToArray(), StringComparer.Ordinal);

    public static SimulatedJournalDisk Of(IReadOnlyDictionary<string, byte[]> files)
    {
        var disk = new SimulatedJournalDisk();
        foreach (var (name, bytes) in files)
        {
            disk._names[name] = disk._durableNames[name] = new Inode { Now = [.. bytes], Durable = [.. bytes] };
        }

        return disk;
    }

    /// <summary>The disk after the power came back: unsynced sectors and names are there or not, as the dice
    /// say.</summary>
    public SimulatedJournalDisk Crash(Random dice)
    {
        var names = new Dictionary<string, Inode>(_durableNames, StringComparer.Ordinal);
        var keep = dice.Next(3);
        foreach (var change in _pending)
        {
            if (keep == 2 || (keep == 1 && dice.Next(2) == 0))
            {
                change(names);
            }
        }

        return Of(names.ToDictionary(pair => pair.Key, pair => pair.Value.AfterCrash(dice), StringComparer.Ordinal));
    }

    /// <summary>The disk after the program was killed: the kernel keeps everything.</summary>
    public SimulatedJournalDisk Killed() => Of(Files);

    public IDisposable Lock(string name)
    {
        _names.TryAdd(name, new Inode());
        return _locked.Add(name)
            ? new Release(() => _locked.Remove(name))
            : throw new JournalException($"journal {Place}: another program writes it") { Reason = JournalReasons.Locked };
    }

    public IReadOnlyList<string> List() => [.. _names.Keys];

    public IJournalFile Create(string name)
    {
        Enter("open", name);
        var inode = new Inode();
        Assert.True(_names.TryAdd(name, inode), name + " exists");
        _pending.Add(names => names.TryAdd(name, inode));
        return new SimulatedFile(this, inode, name);
    }

    public IJournalFile Open(string name) => _names.TryGetValue(name, out var inode)
        ? new SimulatedFile(this, inode, name)
        : throw new JournalDiskException("open", name, -1, JournalDiskException.NoSuchFile, "No such file or directory");

    public IJournalFile OpenToRead(string name)
    {
        BeforeRead?.Invoke(name);
        return Open(name);
    }

    public void Rename(string from, string to)
    {
        Enter("rename", from);
        Move(_names);
        _pending.Add(Move);

        void Move(Dictionary<string, Inode> names)
        {
            if (names.Remove(from, out var inode))
            {
                names[to] = inode;
            }
        }
    }

    public void Delete(string name)
    {
        Enter("unlink", name);
        Assert.True(_names.Remove(name), name + " does not exist");
        _pending.Add(names => names.Remove(name));
    }

    public void Sync()
    {
        Enter("fsync", Place);
        _pending.ForEach(change => change(_durableNames));
        _pending.Clear();
    }

    private void Enter(string call, string file)
    {
        BeforeCall?.Invoke();
        if (FaultCall.Length == 0 || FaultCall == call)
        {
            Calls++;
        }

        var hit = Calls == FaultAt && (FaultCall.Length == 0 || FaultCall == call);
        _dead |= hit && Fault == DiskFault.PowerCut;
        if (_dead || (hit && Fault == DiskFault.InputOutput))
        {
            throw new JournalDiskException(call, file, -1, 5, "Input/output error");
        }

        if (hit && Fault == DiskFault.NoSpace)
        {
            throw new JournalDiskException(call, file, -1, 28, "No space left on device");
        }
    }

    private sealed class Inode
    {
        private readonly List<(long At, byte[] Bytes)> _unsynced = [];

        public byte[] Now { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public void Write(long at, ReadOnlySpan<byte> bytes)
        {
            _unsynced.Add((at, bytes.ToArray()));
            Now = With(Now, at, bytes);
        }

        public void Sync()
        {
            Durable = [.. Now];
            _unsynced.Clear();
        }

        public byte[] AfterCrash(Random dice)
        {
            // One in four each: nothing, everything, a beginning, sectors here and there.
            var kind = dice.Next(4);
            var bytes = Durable;
            var left = dice.Next(_unsynced.Count + 1);
            foreach (var (at, written) in _unsynced)
            {
                for (var from = 0; from < written.Length;)
                {
                    var size = (int)Math.Min(written.Length - from, Sector - ((at + from) % Sector));
                    if (kind == 1 || (kind == 2 && left > 0) || (kind == 3 && dice.Next(2) == 0))
                    {
                        bytes = With(bytes, at + from, written.AsSpan(from, size));
                    }

                    from += size;
                }

                left--;
            }

            return bytes;
        }

        private static byte[] With(byte[] bytes, long at, ReadOnlySpan<byte> written)
        {
            if (bytes.Length < at + written.Length)
            {
                Array.Resize(ref bytes, (int)at + written.Length);
            }
            else
            {
                bytes = [.. bytes];
            }

            written.CopyTo(bytes.AsSpan((int)at));
            return bytes;
        }
    }

    private sealed class SimulatedFile(SimulatedJournalDisk disk, Inode inode, string name) : IJournalFile
    {
        public string Name => name;

        public long Length => inode.Now.Length;

        public int Read(Span<byte> into, long offset)
        {
            disk.BeforeRead?.Invoke(name);
            var length = (int)Math.Clamp(inode.Now.Length - offset, 0, into.Length);
            inode.Now.AsSpan((int)Math.Min(offset, inode.Now.Length), length).CopyTo(into);
            return length;
        }

        public int Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                disk.Enter("pwrite", name);
            }
            catch (JournalDiskException)
            {
                // What a failing write has taken nobody knows: here half of it.
                inode.Write(offset, bytes[..(bytes.Length / 2)]);
                throw;
            }

            var length = Math.Min(bytes.Length, disk.WriteAtMost);
            inode.Write(offset, bytes[..length]);
            return length;
        }

        public void Sync()
        {
            disk.DuringSync?.Invoke();
            disk.Enter("fdatasync", name);
            inode.Sync();
        }

        public void Dispose()
        {
        }
    }

    private sealed class Release(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
