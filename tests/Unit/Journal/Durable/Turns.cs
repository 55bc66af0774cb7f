namespace Strikeline.Unit.Journal;

/// <summary>A writer on a thread of its own that makes one call of the disk at a time, when it is let.</summary>
internal sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim _writers = new(0);
    private readonly SemaphoreSlim _readers = new(0);
    private readonly SimulatedJournalDisk _disk;
    private readonly Thread _thread;
    private volatile bool _ends;

    public Turns(SimulatedJournalDisk disk, Action write)
    {
        _disk = disk;
        _thread = new Thread(() =>
        {
            _writers.Wait();
            while (!_ends)
            {
                write();
            }
        });
        _thread.Start();
        disk.BeforeCall = () =>
        {
            if (!_ends)
            {
                _readers.Release();
                _writers.Wait();
            }
        };
    }

    public void Let(int calls)
    {
        for (; calls > 0; calls--)
        {
            _writers.Release();
            _readers.Wait();
        }
    }

    public void Dispose()
    {
        (_disk.BeforeCall, _disk.BeforeRead) = (null, null);
        _ends = true;
        _writers.Release();
        _thread.Join();
        _writers.Dispose();
        _readers.Dispose();
    }
}
