using Strikeline.Kernel;

namespace Strikeline.Journal;

/// <summary>The thread that moves frames from an inbox to a tape; owns the writer.</summary>
/// <remarks>
/// Feeds hold only <see cref="Inbox"/>. A disk that fails stops the recording, never this thread or a feed.
/// </remarks>
public sealed class TapeLoop : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TapeWriter _writer;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>Makes the loop; <see cref="Start"/> sets it going.</summary>
    /// <param name="writer">The writer; owned and disposed by the loop.</param>
    /// <param name="inbox">Where frames come from; owned and disposed by the loop.</param>
    /// <param name="clock">The clock that dates the mark of dropped frames.</param>
    public TapeLoop(TapeWriter writer, TapeInbox inbox, TimeProvider clock)
    {
        _writer = writer;
        _clock = clock;
        Inbox = inbox;
        _thread = new Thread(Run) { IsBackground = true, Name = "tape" };
    }

    /// <summary>The handle for feeds.</summary>
    public TapeInbox Inbox { get; }

    /// <summary>The writer, for its counters and state only.</summary>
    public TapeWriter Writer => _writer;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>One turn of the loop: drains the inbox and closes what is due; for runs without the thread.</summary>
    public void Turn()
    {
        Inbox.Drain(_writer, _clock.UnixNanos());
        _writer.Tick();
    }

    /// <summary>Refuses further frames, writes what has come, closes the file and ends the thread.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        Inbox.Close();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            Finish();
        }
        else
        {
            _thread.Join();
        }

        Inbox.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            Turn();
            Inbox.Wait(Pause);
        }

        Finish();
    }

    private void Finish()
    {
        Turn();
        _writer.Dispose();
    }
}
