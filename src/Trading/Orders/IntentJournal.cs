using System.Security.Cryptography;
using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Everything that trading intends and is told, in a journal, and the state that follows from it.</summary>
/// <remarks>
/// Any thread, one at a time under <see cref="Gate"/>: an event is written and applied in one piece, so that the state
/// is a function of the journal. Waiting for the disk is done outside of it. A journal that fails takes nothing any
/// more, and <see cref="Failure"/> says why; what venues tell is still applied in memory, and asked again after the
/// next start.
/// </remarks>
public sealed class IntentJournal : IDisposable
{
    private readonly DurableJournal _journal;
    private readonly RecordWriter _writer = new();
    private readonly TimeProvider _clock;
    private readonly bool _isStepped;
    private readonly long _snapshotEvery;
    private ulong _lastSnapshot;

    private IntentJournal(
        IJournalDisk disk, JournalSettings settings, TradeState state, TimeProvider clock, bool isStepped,
        long snapshotEvery)
    {
        (State, _clock, _isStepped, _snapshotEvery) = (state, clock, isStepped, snapshotEvery);
        var replay = new Replay(state);
        _journal = DurableJournal.Open(disk, settings, replay);
        _lastSnapshot = _journal.Recovered.SnapshotSequence;
    }

    /// <summary>Guards <see cref="State"/> and everything in it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The state; under <see cref="Gate"/>.</summary>
    public TradeState State { get; }

    /// <summary>Why nothing is taken any more, in one line; null while it works.</summary>
    public string? Failure => _journal.Failure;

    /// <summary>True where nothing was found when it was opened: the first start.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Why the newest snapshot is not there, in one line; null where it is.</summary>
    public string? SnapshotTrouble { get; private set; }

    /// <summary>What was found when it was opened.</summary>
    public JournalReading Recovered => _journal.Recovered;

    /// <summary>Opens the journal of a folder.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="settings">Its layout; segments of 1 MiB are plenty.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="newPrefix">Makes what client ids begin with, unique over all journals that trade on the same
    /// account: asked once in the journal's life.</param>
    /// <param name="entries">Told of each entry of the portfolio, also while it is read.</param>
    /// <param name="isStepped">True for schedulers: every record is made durable at once, on the caller's
    /// thread.</param>
    /// <param name="snapshotEvery">Records between snapshots; 0 for none.</param>
    /// <exception cref="JournalException">Somebody else writes it, damage, or the disk refuses.</exception>
    public static IntentJournal Open(
        IJournalDisk disk, JournalSettings settings, TimeProvider clock, Func<string> newPrefix,
        Action<PortfolioEntry>? entries = null, bool isStepped = false, long snapshotEvery = 50_000)
    {
        var state = new TradeState(entries);
        var journal = new IntentJournal(disk, settings, state, clock, isStepped, snapshotEvery)
        {
            IsNew = state.Prefix.Length == 0,
        };
        if (!isStepped)
        {
            journal._journal.Start();
        }

        if (journal.IsNew && !journal.Wait(journal.Write(new Founded(clock.UnixNanos(), newPrefix()))))
        {
            var why = journal.Failure;
            journal.Dispose();
            throw new JournalException($"the intent journal cannot be begun: {why}") { Reason = JournalReasons.Disk };
        }

        return journal;
    }

    /// <summary>Waits until a record is durable; false where it never will be. Not under <see cref="Gate"/>.</summary>
    public ValueTask<bool> DurableAsync(ulong sequence)
    {
        if (sequence == 0 || _journal.Failure is not null)
        {
            return ValueTask.FromResult(false);
        }

        return _journal.DurableSequence >= sequence
            ? ValueTask.FromResult(true)
            : new ValueTask<bool>(Task.Run(() => _journal.Wait(sequence)));
    }

    /// <summary>Writes a snapshot where there are enough records since the last one. Not under
    /// <see cref="Gate"/>.</summary>
    /// <remarks>Where the disk refuses, the snapshots before it stand and the journal goes on:
    /// <see cref="SnapshotTrouble"/>.</remarks>
    public void SnapshotWhereDue()
    {
        byte[] bytes;
        ulong sequence;
        lock (Gate)
        {
            sequence = _journal.LastSequence;
            if (_snapshotEvery == 0 || sequence - _lastSnapshot < (ulong)_snapshotEvery || Failure is not null)
            {
                return;
            }

            var writer = new RecordWriter();
            State.Write(writer);
            bytes = writer.Bytes.ToArray();
            _lastSnapshot = sequence;
        }

        if (!_journal.Wait(sequence))
        {
            return;
        }

        try
        {
            _journal.WriteSnapshot(sequence, SHA256.HashData(bytes), bytes);
            SnapshotTrouble = null;
        }
        catch (JournalException failure)
        {
            SnapshotTrouble = failure.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    /// <summary>Writes an event and applies it; under <see cref="Gate"/>.</summary>
    /// <returns>Its sequence; 0 where the journal takes nothing, and then it is not applied.</returns>
    internal ulong Write(TradeEvent happened)
    {
        var sequence = Append(happened);
        if (sequence > 0)
        {
            State.Apply(happened);
        }

        return sequence;
    }

    /// <summary>As <see cref="Write"/>, for what a venue has told: it is true, whatever the disk says.</summary>
    internal void Tell(TradeEvent happened)
    {
        _ = Append(happened);
        State.Apply(happened);
    }

    /// <summary>Now, nanoseconds since the Unix epoch.</summary>
    internal long Now => _clock.UnixNanos();

    private ulong Append(TradeEvent happened)
    {
        var type = TradeCodec.Write(happened, _writer);
        var taken = _journal.Append(type, _writer.Bytes, out var sequence);
        while (_isStepped && _journal.Step())
        {
        }

        return taken == JournalAppend.Appended && _journal.Failure is null ? sequence : 0;
    }

    private bool Wait(ulong sequence) => sequence > 0 && _journal.Wait(sequence);

    private sealed class Replay(TradeState state) : IJournalReplay
    {
        public void Restore(in JournalSnapshot snapshot) => state.Read(snapshot.State);

        public void Apply(in JournalRecord record) =>
            state.Apply(TradeCodec.Read(record.Type, record.Payload));
    }
}
