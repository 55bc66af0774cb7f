using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <content>Who runs the commands: whoever hands them in, or the core's thread.</content>
public sealed partial class Shard
{
    // More is worth a thread of its own, which leaves the submitter free to bring the next.
    private const int MostCommandsHere = 16;
    private const int MostPagesHere = 4;

    private readonly Turn _turn = new();
    private volatile bool _waitsForRoom;

    /// <summary>Hands commands in, all or none; any thread, but not from within a delivery. Their time is set when they
    /// run. What came of them, and of others, may be delivered before this returns, on the caller's thread.</summary>
    /// <param name="commands">What is asked for.</param>
    /// <param name="tags">A number for each, which comes back with what came of it.</param>
    public ShardSubmit TrySubmit(ReadOnlySpan<Command> commands, ReadOnlySpan<long> tags)
    {
        var result = _inbox.TryPut(commands, tags);
        if (result == ShardSubmit.Taken && !(commands.Length <= MostCommandsHere && TryRunHere()))
        {
            _wake.Set();
        }

        return result;
    }

    private void RunAll()
    {
        while (true)
        {
            _turn.Take();
            var did = Step();
            if (!did && _closing && _calls.IsEmpty && !_inbox.HasWaiting && (_trouble is not null || _pages.IsEmpty))
            {
                // Nobody has the core any more.
                return;
            }

            _turn.Give();
            if (!did && (_waitsForRoom || !_inbox.HasWaiting))
            {
                _wake.WaitOne(_settings.TickEvery);
            }
        }
    }

    // False where the core's thread has to do it.
    private bool TryRunHere()
    {
        for (var pages = 0; _isStarted && pages < MostPagesHere; pages++)
        {
            if (!_turn.TryTake())
            {
                // Who has it looks again.
                return true;
            }

            var isPlain = _trouble is null && _calls.IsEmpty && _journal.Failure is null && _keeper.Breach is null;
            var ran = isPlain && RunPage();
            _turn.Give();
            if (ran)
            {
                _journal.Work();
            }

            if (!_inbox.HasWaiting)
            {
                return true;
            }

            if (!ran)
            {
                return false;
            }
        }

        return false;
    }

    // Either this sees that a page was delivered, or who delivers sees that this waits.
    private bool HasRoom()
    {
        _waitsForRoom = false;
        if (_pages.IsFull)
        {
            _waitsForRoom = true;
            Interlocked.MemoryBarrier();
            _waitsForRoom = _pages.IsFull;
        }

        return !_waitsForRoom;
    }

    private void Deliver(ulong durable)
    {
        if (_pages.Deliver(durable))
        {
            Interlocked.MemoryBarrier();
            if (_waitsForRoom || _closing)
            {
                _wake.Set();
            }
        }
    }
}
