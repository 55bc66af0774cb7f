using System.Runtime.ExceptionServices;

namespace Strikeline.Journal;

/// <summary>Makes the next segment, full size and all zeroes, while the present one fills.</summary>
/// <remarks>
/// With a thread of its own (<see cref="Start"/>) the zeroes cost the journal's thread no time, and they are synced
/// piece by piece, so that no roll has to wait for a whole segment. Without it the caller's thread fills, for
/// schedulers. All methods are for the thread that owns the segments. Any failure is final and thrown by the next call.
/// </remarks>
internal sealed class SegmentMaker(IJournalDisk disk, int segmentBytes) : IDisposable
{
    private const int BytesBetweenSyncs = 4 * 1024 * 1024;

    private static readonly byte[] Zeroes = new byte[256 * 1024];

    private readonly object _gate = new();
    private IJournalFile? _file;
    private Thread? _thread;
    private ExceptionDispatchInfo? _failure;
    private long _filled;
    private long _synced;
    private long _wanted;
    private bool _ends;

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "journal segments" };
        _thread.Start();
    }

    /// <summary>Sees to it that so many bytes of the next segment are made, now or soon.</summary>
    public void Prepare(long bytes)
    {
        if (_thread is null)
        {
            Fill(bytes);
            return;
        }

        lock (_gate)
        {
            _failure?.Throw();
            if (bytes > _wanted)
            {
                // By the piece: the thread is not woken for each record.
                _wanted = Math.Min(segmentBytes, (bytes + Zeroes.Length - 1) / Zeroes.Length * Zeroes.Length);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The whole segment, under <see cref="JournalFormat.SpareName"/>; the caller's from now on.</summary>
    public IJournalFile Take()
    {
        Prepare(segmentBytes);
        lock (_gate)
        {
            while (_thread is not null && _synced < segmentBytes && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            _failure?.Throw();
            var file = _file!;
            (_file, _filled, _synced, _wanted) = (null, 0, 0, 0);
            return file;
        }
    }

    /// <summary>Ends the thread and closes the file; what is half made is of no meaning.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ends = true;
            Monitor.PulseAll(_gate);
        }

        _thread?.Join();
        _file?.Dispose();
    }

    private void Run()
    {
        try
        {
            while (AwaitWork(out var wanted))
            {
                Fill(Math.Min(wanted, _synced + BytesBetweenSyncs));
                if (_filled - _synced >= BytesBetweenSyncs || _filled == segmentBytes)
                {
                    _file!.Sync();
                    lock (_gate)
                    {
                        _synced = _filled;
                        Monitor.PulseAll(_gate);
                    }
                }
            }
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool AwaitWork(out long wanted)
    {
        lock (_gate)
        {
            while (!_ends && _wanted <= _filled)
            {
                Monitor.Wait(_gate);
            }

            wanted = _wanted;
            return !_ends;
        }
    }

    private void Fill(long bytes)
    {
        if (_file is null)
        {
            _file = disk.Create(JournalFormat.SpareName);
            _filled = 0;
        }

        while (_filled < bytes)
        {
            var length = (int)Math.Min(Zeroes.Length, segmentBytes - _filled);
            _file.WriteAll(Zeroes.AsSpan(0, length), _filled);
            _filled += length;
        }
    }
}
