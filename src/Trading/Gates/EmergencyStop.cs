using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Why a stop was not cleared.</summary>
/// <param name="IsNewer">True where another stop came meanwhile; otherwise the disk has refused.</param>
/// <param name="Text">One line: what is the matter and what to do.</param>
public sealed record NotCleared(bool IsNewer, string Text);

/// <summary>The persisted emergency stop: a file that outlives the program, and that another program may
/// write.</summary>
/// <remarks>
/// Any thread. It fails closed: a file that cannot be read, is damaged, or is gone although it was there, is a stop.
/// Setting it takes effect in memory before the disk is asked; clearing it takes effect only once the disk has it.
/// <see cref="MayIncrease"/> reads the file where the last reading is older than <see cref="LookEvery"/>: no order that
/// increases exposure is sent later than that after another program wrote the stop, whatever timers do.
/// </remarks>
public sealed class EmergencyStop : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string FileName = "emergency-stop";

    /// <summary>How old a reading of the file may be where an order depends on it.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private const string Draft = FileName + ".new";
    private const string LockName = FileName + ".lock";
    private const int LockTries = 200;

    private readonly IJournalDisk _disk;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private volatile StopState _state;
    private long _lookedAt;
    private bool _isUnsaved;

    /// <summary>Reads the stop of a folder.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="isFirstStart">True where nothing was ever kept beside it: then, and only then, no file means that
    /// nothing is stopped, and one is made.</param>
    public EmergencyStop(IJournalDisk disk, TimeProvider clock, bool isFirstStart)
    {
        (_disk, _clock) = (disk, clock);
        _state = new StopState(0, false, StopScope.NewExposure, NowMillis, "start", "");
        var found = Read();
        if (found is null && isFirstStart)
        {
            _isUnsaved = true;
            TrySave();
            if (_isUnsaved)
            {
                Adopt(Failed("the stop file cannot be written"));
            }
        }
        else
        {
            _state = found ?? Missing();
        }

        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>Told of every change, on the thread that made or found it; must return at once.</summary>
    public event Action<StopState>? Changed;

    /// <summary>What holds now, as far as it is known; reads nothing.</summary>
    public StopState State => _state;

    /// <summary>Why the state in memory is not on the disk yet, in one line; null where it is.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether an order that increases exposure may be sent at this moment.</summary>
    public bool MayIncrease
    {
        get
        {
            LookWhereOld();
            return !_state.IsStopped;
        }
    }

    /// <summary>Whether an order, cancel or merge that reduces exposure may be sent at this moment.</summary>
    public bool MayReduce
    {
        get
        {
            LookWhereOld();
            return _state is not { IsStopped: true, Scope: StopScope.HaltAll };
        }
    }

    private long NowMillis => Stamps.ToMillis(_clock.UnixNanos());

    /// <summary>Reads the file at this interval, so that resting orders are taken back without anybody
    /// asking.</summary>
    public void Watch(TimeSpan every) => _timer ??= _clock.CreateTimer(_ => Look(), null, every, every);

    /// <summary>Stops. What is forbidden already stays forbidden.</summary>
    /// <returns>Whether it is on the disk; where not, it holds in memory and is tried again with each look.</returns>
    public bool Set(StopScope scope, string by, string reason)
    {
        StopState state;
        lock (_gate)
        {
            var before = _state;
            var wider = before.IsStopped && before.Scope == StopScope.HaltAll ? StopScope.HaltAll : scope;
            state = new StopState(Next(before), true, wider, NowMillis, by, reason);
            _state = state;
            _isUnsaved = true;
        }

        Changed?.Invoke(state);
        lock (_gate)
        {
            TrySave();
            return !_isUnsaved;
        }
    }

    /// <summary>Lets trading go on: the explicit act that ends a stop.</summary>
    /// <param name="by">Who.</param>
    /// <param name="count">The state that is meant, so that a stop that came meanwhile stays; null for whichever
    /// holds.</param>
    /// <returns>Why it was not done; null where it was.</returns>
    public NotCleared? Clear(string by, long? count = null)
    {
        StopState state;
        lock (_gate)
        {
            LookLocked();
            if (count is { } meant && meant != _state.Count)
            {
                return new NotCleared(
                    IsNewer: true, $"a newer stop holds ({_state.By}: {_state.Reason}); read it, then clear that one");
            }

            state = new StopState(Next(_state), false, StopScope.NewExposure, NowMillis, by, "");
            try
            {
                Write(state);
            }
            catch (Exception failure) when (failure is JournalDiskException or JournalException)
            {
                return new NotCleared(
                    IsNewer: false,
                    $"the stop stays: {failure.Message}; free some space or correct the folder's rights");
            }

            (_state, _isUnsaved, Trouble) = (state, false, null);
        }

        Changed?.Invoke(state);
        return null;
    }

    /// <summary>Reads the file now.</summary>
    public void Look()
    {
        StopState before;
        StopState after;
        lock (_gate)
        {
            before = _state;
            LookLocked();
            after = _state;
        }

        if (before != after)
        {
            Changed?.Invoke(after);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void LookWhereOld()
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookEvery)
        {
            Look();
        }
    }

    private void LookLocked()
    {
        var found = Read() ?? Missing();

        // Of two states the newer one holds; an older or equal one can only stop.
        if (found.Count > _state.Count || (found.IsStopped && !_state.IsStopped))
        {
            Adopt(found);
        }
        else if (_isUnsaved)
        {
            TrySave();
        }

        Volatile.Write(ref _lookedAt, _clock.GetTimestamp());
    }

    private void Adopt(StopState found)
    {
        // A program that has stopped and could not save it is not started by what another one wrote before.
        if (_isUnsaved && !found.IsStopped && found.Count < _state.Count)
        {
            return;
        }

        _isUnsaved = false;
        _state = found with { Count = Math.Max(found.Count, _state.Count) };
    }

    private long Next(StopState before) => Math.Max(before.Count + 1, NowMillis);

    private StopState Missing() => Failed("the stop file is missing");

    private StopState Failed(string why) =>
        new(_state.Count, true, StopScope.NewExposure, NowMillis, "file", why + "; look at the folder, then clear");

    private StopState? Read()
    {
        try
        {
            using var file = _disk.OpenToRead(FileName);
            Span<byte> bytes = stackalloc byte[StopState.MaxBytes + 1];
            var filled = 0;
            while (filled < bytes.Length && file.Read(bytes[filled..], filled) is var read and > 0)
            {
                filled += read;
            }

            return filled <= StopState.MaxBytes && StopState.TryParse(bytes[..filled], out var state)
                ? state
                : Failed("the stop file is damaged");
        }
        catch (JournalDiskException failure) when (failure.Number == JournalDiskException.NoSuchFile)
        {
            return null;
        }
        catch (Exception failure)
        {
            return Failed($"the stop file cannot be read ({failure.Message})");
        }
    }

    private void TrySave()
    {
        try
        {
            Write(_state);
            (_isUnsaved, Trouble) = (false, null);
        }
        catch (Exception failure) when (failure is JournalDiskException or JournalException)
        {
            Trouble = $"the stop holds in memory and is not saved: {failure.Message}";
        }
    }

    private void Write(StopState state)
    {
        using var held = Take();
        if (_disk.List().Contains(Draft))
        {
            _disk.Delete(Draft);
        }

        using (var file = _disk.Create(Draft))
        {
            var bytes = state.ToBytes();
            for (var at = 0; at < bytes.Length;)
            {
                at += file.Write(bytes.AsSpan(at), at);
            }

            file.Sync();
        }

        _disk.Rename(Draft, FileName);
        _disk.Sync();
    }

    private IDisposable Take()
    {
        for (var left = LockTries; ; left--)
        {
            try
            {
                return _disk.Lock(LockName);
            }
            catch (JournalException failure) when (failure.Reason == JournalReasons.Locked && left > 1)
            {
                Thread.Sleep(1);
            }
        }
    }
}
