namespace Strikeline.Journal;

/// <summary>What became of an append.</summary>
public enum JournalAppend
{
    /// <summary>It waits for the disk under its sequence.</summary>
    Appended,

    /// <summary>The buffer is full: nothing was taken; try again when <see cref="DurableJournal.DurableSequence"/> has
    /// moved.</summary>
    Full,

    /// <summary>The journal has failed or is closed: nothing is taken any more.</summary>
    Closed,
}

/// <summary>The journal of commands: bytes in, and a watermark that moves only past a checked fdatasync.</summary>
/// <remarks>
/// <para>
/// Two threads. The core's thread calls <see cref="Append"/>, which copies into a buffer: no I/O, no lock, no
/// allocation. The journal's thread takes whatever waits, seals, writes and syncs it, and publishes the watermark; the
/// core fills the buffer meanwhile. A slow disk so makes larger batches, and a full buffer tells the core to wait.
/// A third thread, which the core never sees, fills the next segment with zeroes. Without <see cref="Start"/> a
/// scheduler calls <see cref="Step"/> instead, which does all of it.
/// </para>
/// <para>
/// Where the disk has last answered sooner than a thread wakes, <see cref="Work"/> makes durable on the caller's thread
/// what waits. Batches are made one at a time, whoever makes them.
/// </para>
/// <para>
/// The first write or sync that fails closes the journal for good: the watermark never moves again, nothing is tried
/// twice, and <see cref="Failure"/> says what failed, where, and why.
/// </para>
/// </remarks>
public sealed class DurableJournal : IDisposable
{
    // What it takes until another thread has woken and begun, roughly; a disk in memory answers much sooner.
    private static readonly TimeSpan s_handOver = TimeSpan.FromMicroseconds(25);

    private const int MostBatchesHere = 4;

    private readonly IJournalDisk _disk;
    private readonly TimeProvider? _clock;
    private readonly IDisposable _lock;
    private readonly SegmentWriter _writer;
    private readonly JournalMark _mark;
    private readonly JournalSettings _settings;
    private readonly byte[] _buffer;
    private readonly AutoResetEvent _wake = new(false);
    private readonly object _gate = new();
    private readonly object _snapshotGate = new();
    private readonly Thread _thread;
    private readonly Turn _turn = new();

    // Positions in the endless stream of buffered bytes: the core adds and moves the head after it, who has the turn
    // the tail.
    private long _added;
    private long _head;
    private long _tail;
    private ulong _sequence;
    private ulong _durable;
    private ulong _snapshot;
    private long _refusals;
    private volatile string? _failure;
    private volatile bool _closed;
    private volatile bool _asleep;
    private volatile bool _isQuick;
    private bool _disposed;

    private DurableJournal(
        IJournalDisk disk, JournalSettings settings, IDisposable held, JournalReading reading, Action<ulong>? published,
        TimeProvider? clock)
    {
        _disk = disk;
        _clock = clock;
        _settings = settings;
        _lock = held;
        Recovered = reading;
        Published = published;
        Epoch = reading.Epoch + 1;
        _sequence = reading.LastSequence;
        _durable = reading.LastSequence;
        _snapshot = reading.SnapshotSequence;
        _buffer = GC.AllocateUninitializedArray<byte>(settings.BufferBytes, pinned: true);
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _writer = new SegmentWriter(disk, settings, Epoch, reading);
        try
        {
            // What is damaged must not count as the newest when the next snapshot retires the older ones.
            reading.DamagedSnapshots.ForEach(name => JournalSnapshots.SetAside(disk, name));
            _mark = JournalMark.Begin(disk, reading.Mark, Epoch, reading.LastSequence);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>What was found when the journal was opened.</summary>
    public JournalReading Recovered { get; }

    /// <summary>The number of this opening; it stands in every record.</summary>
    public ulong Epoch { get; }

    /// <summary>The last sequence given out; the core's thread.</summary>
    public ulong LastSequence => _sequence;

    /// <summary>Everything up to here is durable; any thread.</summary>
    public ulong DurableSequence => Volatile.Read(ref _durable);

    /// <summary>What failed, where and why, in one line; null while the journal works. Any thread.</summary>
    public string? Failure => _failure;

    /// <summary>How often the buffer was full; any thread.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Bytes that wait for the disk; any thread.</summary>
    public long WaitingBytes => Volatile.Read(ref _head) - Volatile.Read(ref _tail);

    private Action<ulong>? Published { get; }

    /// <summary>Takes the folder, reads what is there into <paramref name="replay"/>, mends a torn tail, and begins a
    /// new epoch.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="settings">The layout of what is yet to be written.</param>
    /// <param name="replay">What the snapshot and the records are read into.</param>
    /// <param name="published">Told of each watermark, by whoever has made the batch; a throw closes the
    /// journal.</param>
    /// <param name="clock">Measures how long the disk takes; null leaves every batch to the journal's thread.</param>
    /// <exception cref="ArgumentException">Settings do not go together.</exception>
    /// <exception cref="JournalException">Somebody else writes it, damage, a newer format, or the disk
    /// refuses.</exception>
    public static DurableJournal Open(
        IJournalDisk disk, JournalSettings settings, IJournalReplay replay, Action<ulong>? published = null,
        TimeProvider? clock = null)
    {
        settings.Check();
        IDisposable? held = null;
        try
        {
            held = disk.Lock(JournalFormat.LockName);
            return new DurableJournal(disk, settings, held, JournalReader.ReadForStart(disk, replay), published, clock);
        }
        catch (JournalDiskException failure)
        {
            held?.Dispose();
            throw new JournalException(
                $"journal {disk.Place}: cannot be opened ({failure.Message}); free some space or correct the folder's "
                + "rights, then start again", failure)
            { Reason = JournalReasons.Disk };
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Starts the journal's thread, and the one that makes the next segment.</summary>
    public void Start()
    {
        _writer.Start();
        _thread.Start();
    }

    /// <summary>Takes a record and shows it to the journal's thread; the core's thread. It is durable when the
    /// watermark has reached its sequence.</summary>
    /// <param name="type">The caller's kind of record.</param>
    /// <param name="payload">The caller's bytes.</param>
    /// <param name="sequence">Its number; 0 where it was not taken.</param>
    /// <exception cref="ArgumentException">More than <see cref="JournalSettings.MaxPayloadBytes"/>.</exception>
    public JournalAppend Append(ushort type, ReadOnlySpan<byte> payload, out ulong sequence)
    {
        var taken = Add(type, payload, out sequence);
        Publish();
        return taken;
    }

    /// <summary>As <see cref="Append"/>, for one of many: the journal's thread sees it with the next
    /// <see cref="Publish"/>.</summary>
    public JournalAppend Add(ushort type, ReadOnlySpan<byte> payload, out ulong sequence)
    {
        sequence = 0;
        if (payload.Length > _settings.MaxPayloadBytes)
        {
            throw new ArgumentException(
                $"a payload of {payload.Length} bytes: at most {_settings.MaxPayloadBytes} fit", nameof(payload));
        }

        if (_closed)
        {
            return JournalAppend.Closed;
        }

        var size = JournalFormat.SizeOf(payload.Length);
        var offset = (int)(_added & (_buffer.Length - 1));
        var left = _buffer.Length - offset;
        var skipped = left < size ? left : 0;
        var head = _added + skipped + size;
        if (head - Volatile.Read(ref _tail) > _buffer.Length)
        {
            Volatile.Write(ref _refusals, _refusals + 1);
            return JournalAppend.Full;
        }

        if (skipped > 0)
        {
            // A record lies in one piece: the rest of the buffer is skipped.
            BitConverter.TryWriteBytes(_buffer.AsSpan(offset), JournalFormat.Skip);
            offset = 0;
        }

        sequence = ++_sequence;
        JournalFormat.WriteRecord(_buffer.AsSpan(offset, size), type, sequence, Epoch, payload);
        _added = head;
        return JournalAppend.Appended;
    }

    /// <summary>Shows the journal's thread what was added; the core's thread.</summary>
    public void Publish()
    {
        if (Show())
        {
            Wake();
        }
    }

    /// <summary>As <see cref="Publish"/>, without waking the thread: <see cref="Wake"/> or <see cref="Work"/> must
    /// follow.</summary>
    /// <returns>True where there was anything.</returns>
    public bool Show()
    {
        if (_added == _head)
        {
            return false;
        }

        Volatile.Write(ref _head, _added);
        return true;
    }

    /// <summary>Wakes the journal's thread where it sleeps; any thread.</summary>
    public void Wake()
    {
        // Either the thread sees the new head before it sleeps, or this sees that it sleeps.
        Interlocked.MemoryBarrier();
        if (_asleep)
        {
            _wake.Set();
        }
    }

    /// <summary>Has what waits made durable: here, where the disk is quick, or by the journal's thread. Any thread, of
    /// a journal that was started.</summary>
    public void Work()
    {
        for (var batches = 0; _isQuick && batches < MostBatchesHere; batches++)
        {
            if (!_turn.TryTake())
            {
                // Who has it looks again.
                return;
            }

            Step();
            _turn.Give();
            if (Volatile.Read(ref _head) == Volatile.Read(ref _tail))
            {
                return;
            }
        }

        Wake();
    }

    /// <summary>One batch: what waits is written, synced and published. For schedulers, instead of
    /// <see cref="Start"/>.</summary>
    /// <returns>True where something waited and the journal goes on.</returns>
    public bool Step()
    {
        var head = Volatile.Read(ref _head);
        if (_tail == head || _failure is not null)
        {
            return false;
        }

        try
        {
            var began = _clock?.GetTimestamp();
            var offset = (int)(_tail & (_buffer.Length - 1));
            var length = (int)Math.Min(head - _tail, _buffer.Length - offset);
            var last = _writer.Write(_buffer.AsSpan(offset, length));
            if (last > 0)
            {
                _mark.Write(last);
                Volatile.Write(ref _durable, last);
            }

            _isQuick = began is { } start && _clock!.GetElapsedTime(start) < s_handOver;
            Volatile.Write(ref _tail, _tail + length);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return false;
        }

        Tell();
        return Follow();
    }

    /// <summary>Waits until a sequence is durable; any thread but the journal's.</summary>
    /// <returns>False where the journal failed or was closed before.</returns>
    public bool Wait(ulong sequence)
    {
        lock (_gate)
        {
            while (DurableSequence < sequence && _failure is null && !_disposed)
            {
                Monitor.Wait(_gate);
            }
        }

        return DurableSequence >= sequence;
    }

    /// <summary>Writes a snapshot, keeps it and the one before it, and deletes what is older and goes beyond
    /// <see cref="JournalSettings.KeepBytes"/>. Any thread; the journal goes on meanwhile.</summary>
    /// <param name="sequence">The last record that the state contains; durable.</param>
    /// <param name="stateHash">The caller's hash of the state, 32 bytes.</param>
    /// <param name="state">The caller's bytes.</param>
    /// <exception cref="ArgumentException">The sequence is not durable or not newer than the last snapshot.</exception>
    /// <exception cref="JournalException">The disk refused: the snapshots before it stand, the journal goes
    /// on.</exception>
    public void WriteSnapshot(ulong sequence, ReadOnlySpan<byte> stateHash, ReadOnlySpan<byte> state)
    {
        lock (_snapshotGate)
        {
            if (stateHash.Length != JournalSnapshots.HashSize || sequence <= _snapshot || sequence > DurableSequence)
            {
                throw new ArgumentException(
                    $"a snapshot at {sequence} with a hash of {stateHash.Length} bytes: allowed are 32 bytes and a "
                    + $"sequence above {_snapshot}, up to {DurableSequence}",
                    nameof(sequence));
            }

            try
            {
                JournalSnapshots.Write(_disk, sequence, Epoch, stateHash, state);
                var before = _snapshot;
                _snapshot = sequence;
                JournalSnapshots.Retire(_disk, before, _settings.KeepBytes);
            }
            catch (JournalDiskException failure)
            {
                throw new JournalException(
                    $"journal {_disk.Place}: snapshot at {sequence}: {failure.Message}; the snapshots before it stand; "
                    + "free some space or correct the disk", failure)
                { Reason = JournalReasons.Disk, Sequence = sequence };
            }
        }
    }

    /// <summary>Takes nothing more, makes durable what waits, and gives the folder back; when the core appends no more.
    /// After a failure nothing is written.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _closed = true;
        _wake.Set();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            Drain();
        }
        else
        {
            _thread.Join();
        }

        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        _writer.Dispose();
        _mark.Dispose();
        _lock.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_closed)
        {
            if (StepInTurn())
            {
                continue;
            }

            // Who has the turn looks again, and wakes this thread where he leaves anything.
            _asleep = true;
            Interlocked.MemoryBarrier();
            if (!_closed && (_turn.IsTaken || Volatile.Read(ref _head) == Volatile.Read(ref _tail)))
            {
                _wake.WaitOne();
            }

            _asleep = false;
        }

        // For good: nobody makes a batch any more.
        _turn.Take();
        Drain();
    }

    private bool StepInTurn()
    {
        if (!_turn.TryTake())
        {
            return false;
        }

        var did = Step();
        _turn.Give();
        return did;
    }

    private void Drain()
    {
        while (Step())
        {
        }

        if (_failure is not null)
        {
            return;
        }

        try
        {
            _mark.WriteBoth(_durable);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    // What a batch leaves to do once it is acknowledged.
    private bool Follow()
    {
        try
        {
            Published?.Invoke(_durable);
            _writer.Prepare();
            return true;
        }
        catch (Exception failure)
        {
            Fail(failure);
            return false;
        }
    }

    // Whatever it was: a journal that does not know what is on its disk acknowledges nothing any more.
    private void Fail(Exception failure)
    {
        var what = failure is JournalDiskException
            ? failure.Message
            : $"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}";
        _failure = $"journal {_disk.Place}: stopped {_writer.Where}: {what}; everything up to sequence {_durable} is "
            + "durable and nothing behind it is acknowledged; free some space or correct the disk, then start again";
        _closed = true;
        Tell();
    }

    private void Tell()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
