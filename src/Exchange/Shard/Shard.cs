using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>A market that loses nothing: the pipeline behind its journal.</summary>
/// <remarks>
/// <para>
/// Three threads. The core's takes what waits, up to a page of commands, runs it, and only then hands the page to the
/// journal: a command that breaks the core is never in the journal, and the next start is without it. The journal's
/// thread makes pages durable and delivers their events; the core runs the next page meanwhile. The keeper's writes
/// snapshots and recomputes the state from the disk.
/// </para>
/// <para>
/// Waking a thread takes longer than a command does. So whoever hands in a few commands takes the core's turn, where
/// nobody has it, and runs them himself; the core's thread has the rest: what is handed in by the hundred, listings,
/// questions, copies, and time that passes. One at a time has the core, whoever it is (docs/adr/0009).
/// </para>
/// <para>
/// Nothing leaves before its record is durable. Where an invariant is broken, the page that broke it is thrown away
/// with its events, and the shard takes nothing more, and still answers <see cref="Ask"/>. Where the journal fails, the
/// same, and what was not delivered yet is unknown until the next start.
/// </para>
/// </remarks>
public sealed partial class Shard : IDisposable
{
    private const int MostPagesInFlight = 64;
    private const int RecordBytes = 120;
    private const int PageBytes = ShardPage.MostCommands * RecordBytes;

    private readonly ShardSettings _settings;
    private readonly IShardOutput _output;
    private readonly TimeProvider _clock;
    private readonly EventBuffer _events;
    private readonly Pipeline _pipeline;
    private readonly DurableJournal _journal;
    private readonly ShardInbox _inbox;
    private readonly ShardPages _pages;
    private readonly ShardKeeper _keeper;
    private readonly ConcurrentQueue<Action> _calls = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;

    private long _lastEvent;
    private volatile string? _trouble;
    private volatile bool _closing;
    private volatile bool _isStarted;
    private bool _isDisposed;

    private Shard(
        IJournalDisk disk, ShardSettings settings, ShardReplay replay, EventBuffer events, IShardOutput output,
        TimeProvider clock)
    {
        (_settings, _output, _clock, _events, _pipeline) = (settings, output, clock, events, replay.Pipeline);
        _journal = DurableJournal.Open(disk, settings.Journal, replay, Deliver, clock);
        _lastEvent = events.Sequence;
        _inbox = new ShardInbox(settings.InboxCommands);

        // So few that what they hold always fits the journal's buffer: the core never waits inside a page.
        _pages = new ShardPages(Math.Min(settings.Journal.BufferBytes / 2 / PageBytes, MostPagesInFlight), output);
        _keeper = new ShardKeeper(disk, settings, _journal, clock);
        _thread = new Thread(RunAll) { IsBackground = true, Name = "shard" };
    }

    /// <summary>What was found when the journal was opened.</summary>
    public JournalReading Recovered => _journal.Recovered;

    /// <summary>Why the shard takes nothing any more, in one line; null while it works. Any thread.</summary>
    public string? Trouble => _trouble;

    /// <summary>Everything up to here is durable; any thread.</summary>
    public ulong DurableSequence => _journal.DurableSequence;

    /// <summary>Commands of the journal; the core's thread.</summary>
    public ulong LastSequence => _journal.LastSequence;

    /// <summary>The state's own keeper: snapshots and the integrity watch.</summary>
    public ShardKeeper Keeper => _keeper;

    /// <summary>Opens the shard of a folder, and reads what is there.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="settings">How it runs.</param>
    /// <param name="output">Takes what comes out.</param>
    /// <param name="clock">Stamps the commands.</param>
    /// <exception cref="ArgumentException">Settings do not go together.</exception>
    /// <exception cref="JournalException">Somebody else writes it, damage, a newer format, or the disk
    /// refuses.</exception>
    /// <exception cref="StateException">The records are not of this program.</exception>
    public static Shard Open(IJournalDisk disk, ShardSettings settings, IShardOutput output, TimeProvider clock)
    {
        if (settings.Journal.BufferBytes < PageBytes * 2)
        {
            throw new ArgumentException(
                $"a shard's journal needs a buffer of {PageBytes * 2} bytes or more", nameof(settings));
        }

        // Wide enough for one page without growing.
        var events = new EventBuffer(ShardPage.MostCommands * 2);
        return new Shard(disk, settings, new ShardReplay(settings.Pipeline, events), events, output, clock);
    }

    /// <summary>The hash of the state; before the threads are started, or after they have ended.</summary>
    public byte[] Hash() => ShardReplay.HashOf(_pipeline);

    /// <summary>Starts the threads. Without it, a scheduler calls <see cref="Step"/> and
    /// <see cref="StepJournal"/>.</summary>
    public void Start()
    {
        _journal.Start();
        _isStarted = true;
        _thread.Start();
        _keeper.Start(CopyForKeeper);
    }

    /// <summary>Lists an asset; any thread. The output tells what came of it, with the tag.</summary>
    public void Submit(AssetListing listing, long tag = 0) =>
        Submit(ShardRecords.Asset, listing, () => _pipeline.Run(listing), tag);

    /// <summary>Lists an instrument, or changes one; as above.</summary>
    public void Submit(InstrumentListing listing, long tag = 0) =>
        Submit(ShardRecords.Instrument, listing, () => _pipeline.Run(listing), tag);

    /// <summary>Lists an API key or takes one back; as above.</summary>
    public void Submit(KeyListing listing, long tag = 0) =>
        Submit(ShardRecords.Key, listing, () => _pipeline.Run(listing), tag);

    /// <summary>Looks at the state between two commands, also of a shard that has stopped; any thread but the
    /// shard's.</summary>
    /// <remarks>Answers when everything that the answer rests on is durable, or the shard has stopped.</remarks>
    public T Ask<T>(Func<Pipeline, T> question)
    {
        var answer = default(T);
        Exception? failure = null;
        var sequence = 0UL;
        using var done = new ManualResetEventSlim();
        Post(() =>
        {
            try
            {
                answer = question(_pipeline);
            }
            catch (Exception thrown)
            {
                // The question's fault, and the asker's to know; the core goes on.
                failure = thrown;
            }

            sequence = _journal.LastSequence;
            done.Set();
        });
        if (!_isStarted)
        {
            Step();
        }

        while (!done.Wait(_settings.TickEvery))
        {
            if (_isStarted && !_thread.IsAlive && !done.IsSet)
            {
                // Nobody runs commands any more.
                return question(_pipeline);
            }
        }

        if (_isStarted)
        {
            _journal.Wait(sequence);
        }

        return failure is null ? answer! : throw new InvalidOperationException(failure.Message, failure);
    }

    /// <summary>One turn of the core; true where it did something.</summary>
    public bool Step()
    {
        var did = false;
        while (_calls.TryDequeue(out var call))
        {
            call();
            did = true;
        }

        if (_trouble is not null)
        {
            return RefuseWaiting() || did;
        }

        if (_journal.Failure is { } failure)
        {
            Stop(failure);
            _pages.RefuseWaiting(failure);
            return true;
        }

        if (_keeper.Breach is { } breach)
        {
            Halt(breach, []);
            return true;
        }

        if (!RunPage())
        {
            return did;
        }

        _journal.Wake();
        return true;
    }

    /// <summary>One turn of the journal; true where something became durable.</summary>
    public bool StepJournal() => _journal.Step();

    /// <summary>Takes nothing more, makes durable and delivers what waits, writes a snapshot, and gives the folder
    /// back. What fails on the way is in <see cref="Trouble"/>.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _inbox.Close();
        _closing = true;
        _wake.Set();
        if (_isStarted)
        {
            _thread.Join();
        }
        else
        {
            while (Step() || StepJournal())
            {
            }
        }

        _keeper.Dispose();
        if (_trouble is null && _journal.DurableSequence == _journal.LastSequence && TryCopy())
        {
            _keeper.Finish();
        }

        _journal.Dispose();
        _trouble ??= _journal.Failure ?? _keeper.Breach;
        _wake.Dispose();
    }

    private bool RunPage()
    {
        if (!HasRoom())
        {
            return false;
        }

        var page = _pages.Next;
        var now = _clock.UnixNanos();
        if (page.Fill(_inbox) == 0)
        {
            if (!_pipeline.IsDue(now))
            {
                return false;
            }

            page.Fill(new Command { Type = CommandType.Tick });
        }

        if (!Runs(page, now))
        {
            return true;
        }

        var first = _journal.LastSequence + 1;
        Publish(page, first);
        foreach (ref readonly var command in page.Commands)
        {
            Append(ShardRecords.Command, ShardRecords.BytesOf(command));
        }

        _journal.Show();

        if (_keeper.IsDue(_journal.LastSequence) && TryCopy())
        {
            _keeper.Take();
        }

        return true;
    }

    private void Submit<T>(ushort type, T listing, Action run, long tag)
        where T : unmanaged =>
        Post(() => RunListing(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in listing)), run, tag));

    private void RunListing(ushort type, ReadOnlySpan<byte> bytes, Action run, long tag)
    {
        while (_pages.IsFull && _journal.Failure is null)
        {
            // Only a journal that works makes room.
            if (_isStarted)
            {
                Thread.Yield();
            }
            else
            {
                StepJournal();
            }
        }

        if (_trouble is null && _journal.Failure is { } failure)
        {
            Stop(failure);
            _pages.RefuseWaiting(failure);
        }

        if (_trouble is not null)
        {
            _output.Refuse([tag], ShardRefusal.NotDone, _trouble);
            return;
        }

        if (!Runs(run, tag))
        {
            return;
        }

        var page = _pages.Next;
        page.FillNothing(tag, _pipeline, _events);
        Publish(page, _journal.LastSequence + 1);
        Append(type, bytes);
        _journal.Publish();
    }

    // Whatever goes wrong here: this state is not to be trusted, the journal's is.
    private bool Runs(ShardPage page, long now)
    {
        try
        {
            page.Run(_pipeline, _events, now);
            return IsSound(page.Tags);
        }
        catch (Exception failure)
        {
            Halt(Explain(failure), page.Tags);
            return false;
        }
    }

    private bool Runs(Action listing, long tag)
    {
        try
        {
            listing();
            return IsSound([tag]);
        }
        catch (Exception failure)
        {
            Halt(Explain(failure), [tag]);
            return false;
        }
    }

    private bool IsSound(ReadOnlySpan<long> tags)
    {
        if (Breach() is not { } breach)
        {
            return true;
        }

        Halt(breach, tags);
        return false;
    }

    private static string Explain(Exception failure) =>
        $"the core failed: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}";

    private void Publish(ShardPage page, ulong first)
    {
        page.Keep(_events, first);
        _pages.Publish();
    }

    private void Append(ushort type, ReadOnlySpan<byte> bytes)
    {
        if (_journal.Add(type, bytes, out _) == JournalAppend.Full)
        {
            throw new InvalidOperationException("the journal's buffer is smaller than the pages in flight");
        }
    }

    // What is looked at after every page; the keeper looks deeper.
    private string? Breach()
    {
        if (_pipeline.Breach is { } breach)
        {
            return breach;
        }

        foreach (ref readonly var e in _events.Events)
        {
            if (e.Sequence != ++_lastEvent)
            {
                return $"event {e.Sequence} came where {_lastEvent} was next";
            }
        }

        return null;
    }

    private void Halt(string breach, ReadOnlySpan<long> tags)
    {
        Stop($"halted at sequence {_journal.LastSequence}: {breach}; nothing behind it is in the journal, and the next "
            + "start goes on from there");
        _events.Clear();
        _output.Refuse(tags, ShardRefusal.NotDone, _trouble!);
    }

    private void Stop(string trouble)
    {
        _trouble = trouble;
        _inbox.Close();
    }

    private bool RefuseWaiting()
    {
        var page = new ShardPage();
        if (page.Fill(_inbox) == 0)
        {
            return false;
        }

        _output.Refuse(page.Tags, ShardRefusal.NotDone, _trouble!);
        return true;
    }

    private void Post(Action call)
    {
        _calls.Enqueue(call);
        _wake.Set();
    }

    /// <summary>Gives the keeper a copy of the state as soon as the core gets to it.</summary>
    internal void CopyForKeeper() => Post(() =>
    {
        if (_trouble is null && TryCopy())
        {
            _keeper.Take();
        }
    });

    private bool TryCopy()
    {
        if (_keeper.Empty() is not { } copy)
        {
            return false;
        }

        copy.Sequence = _journal.LastSequence;
        _pipeline.Save(copy.State);
        return true;
    }
}
