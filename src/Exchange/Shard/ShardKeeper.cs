using System.Security.Cryptography;
using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>Writes snapshots of a shard, and is the integrity watch: it recomputes the state from the disk.</summary>
/// <remarks>
/// Works on copies, on a thread of its own. The watch reads the journal from a snapshot on, as a start would, runs it
/// through a second pipeline, audits that one, and compares the hashes: what it finds is a broken rule, a state that
/// the journal does not lead to, or a journal that cannot be read. Each stops the shard, and no such state becomes a
/// snapshot.
/// </remarks>
public sealed class ShardKeeper : IDisposable
{
    private readonly IJournalDisk _disk;
    private readonly ShardSettings _settings;
    private readonly DurableJournal _journal;
    private readonly TimeProvider _clock;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;

    // One copy at a time: the core fills it, the keeper empties it.
    private readonly ShardCopy _copy = new();
    private Action? _ask;
    private long _lastSnapshotAt;
    private long _lastWatchAt;
    private ulong _snapshot;
    private ulong _verified;
    private bool _isWatchDue;
    private volatile bool _isTaken;
    private volatile bool _closing;
    private volatile string? _breach;
    private volatile string? _warning;

    internal ShardKeeper(IJournalDisk disk, ShardSettings settings, DurableJournal journal, TimeProvider clock)
    {
        (_disk, _settings, _journal, _clock) = (disk, settings, journal, clock);
        _snapshot = journal.Recovered.SnapshotSequence;
        _verified = journal.Recovered.LastSequence;
        _lastSnapshotAt = _lastWatchAt = clock.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "keeper" };
    }

    /// <summary>What the watch has found to be broken, in one line; null where all holds. Any thread.</summary>
    public string? Breach => _breach;

    /// <summary>Why the last snapshot could not be written; null where it was. The shard goes on. Any thread.</summary>
    public string? Warning => _warning;

    /// <summary>Up to here the state was recomputed from the disk and found equal; any thread.</summary>
    public ulong VerifiedSequence => Volatile.Read(ref _verified);

    /// <summary>The last record of the newest snapshot; any thread.</summary>
    public ulong SnapshotSequence => Volatile.Read(ref _snapshot);

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        if (_ask is not null)
        {
            _thread.Join();
        }

        _isTaken = false;
        _wake.Dispose();
    }

    /// <summary>Starts the thread.</summary>
    /// <param name="ask">Asks the core for a copy.</param>
    internal void Start(Action ask)
    {
        _ask = ask;
        _thread.Start();
    }

    /// <summary>True where so many records wait that a copy is due; the core's thread.</summary>
    internal bool IsDue(ulong sequence) =>
        sequence - _snapshot >= (ulong)_settings.SnapshotEvery && !_isTaken
        && _clock.GetElapsedTime(_lastSnapshotAt) >= _settings.SnapshotGap;

    /// <summary>The copy to fill, empty; null where the keeper still has it. The core's thread.</summary>
    internal ShardCopy? Empty()
    {
        if (_isTaken)
        {
            return null;
        }

        _copy.State.Clear();
        return _copy;
    }

    /// <summary>Takes a copy over; the core's thread. It works without a thread of its own where none was
    /// started.</summary>
    internal void Take()
    {
        _isTaken = true;
        if (_ask is not null)
        {
            _wake.Set();
        }
    }

    /// <summary>Looks at the copy that was taken; for the keeper's thread, or a scheduler once the copy's record is
    /// durable.</summary>
    internal void Look()
    {
        if (!_isTaken)
        {
            return;
        }

        try
        {
            if (_copy.Sequence > _journal.DurableSequence)
            {
                // The journal has failed; the core knows.
                return;
            }

            _isWatchDue |= _clock.GetElapsedTime(_lastWatchAt) >= _settings.WatchEvery;
            var isSnapshotDue = _copy.Sequence > _snapshot
                && _copy.Sequence - _snapshot >= (ulong)_settings.SnapshotEvery;
            if (isSnapshotDue || (_copy.Sequence > _verified && _isWatchDue))
            {
                Prove(isSnapshotDue);
            }
        }
        finally
        {
            _isTaken = false;
        }
    }

    /// <summary>Looks a last time, and writes a last snapshot, so that the next start is quick; when the core runs no
    /// more.</summary>
    internal void Finish()
    {
        if (_copy.Sequence > _snapshot)
        {
            Prove(thenWrite: true);
        }
    }

    // Nothing becomes a snapshot that the journal does not lead to: the next start would believe it.
    private void Prove(bool thenWrite)
    {
        var hash = SHA256.HashData(_copy.State.Bytes);
        _breach ??= Compare(hash);
        _lastWatchAt = _clock.GetTimestamp();
        _isWatchDue = false;
        if (thenWrite && _breach is null && _verified == _copy.Sequence)
        {
            Write(hash);
        }
    }

    private void Run()
    {
        while (!_closing)
        {
            var isWoken = _wake.WaitOne(_settings.WatchEvery);
            if (_closing)
            {
                return;
            }

            if (_isTaken)
            {
                _ = _journal.Wait(_copy.Sequence);
                Look();
            }
            else if (!isWoken && _journal.DurableSequence > _verified)
            {
                _isWatchDue = true;
                _ask!();
            }
        }
    }

    private void Write(byte[] hash)
    {
        try
        {
            _journal.WriteSnapshot(_copy.Sequence, hash, _copy.State.Bytes);
            _snapshot = _copy.Sequence;
            _warning = null;
        }
        catch (JournalException refused)
        {
            _warning = refused.Message;
        }

        _lastSnapshotAt = _clock.GetTimestamp();
    }

    private string? Compare(byte[] hash)
    {
        try
        {
            var replay = new ShardReplay(_settings.Pipeline);
            JournalReader.ReadUpTo(_disk, replay, _copy.Sequence);
            if (replay.Pipeline.Audit() is { } broken)
            {
                return $"integrity watch at sequence {_copy.Sequence}: {broken}";
            }

            var computed = ShardReplay.HashOf(replay.Pipeline);
            if (!computed.AsSpan().SequenceEqual(hash))
            {
                return $"integrity watch at sequence {_copy.Sequence}: the state has the hash "
                    + $"{Convert.ToHexStringLower(hash)}, the journal leads to {Convert.ToHexStringLower(computed)}";
            }

            Volatile.Write(ref _verified, _copy.Sequence);
            return null;
        }
        catch (JournalException retired) when (retired.Reason == JournalReasons.Retired)
        {
            // Newer snapshots have taken away what leads to it: the next look is at a newer one.
            return null;
        }
        catch (Exception failure) when (failure is JournalException or StateException)
        {
            return $"integrity watch at sequence {_copy.Sequence}: {failure.Message}";
        }
    }
}
