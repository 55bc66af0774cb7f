namespace Strikeline.Journal;

/// <summary>Several tapes as one, by receive time; equal times by file, then by place in the file.</summary>
/// <remarks>
/// One thread; nothing is allocated per frame. A frame never overtakes an earlier frame of its own file, even where
/// that one has a later receive time (threads may hand frames in slightly out of order).
/// </remarks>
public sealed class TapeMerge : IDisposable
{
    private readonly TapeReader[] _readers;
    private readonly PriorityQueue<int, (long At, int File)> _heads;
    private bool _isBegun;

    /// <summary>Merges readers that nothing was read from yet; disposes them with itself.</summary>
    /// <exception cref="TapeException">More than <see cref="TapeLimits.MaxMergedFiles"/> files.</exception>
    public TapeMerge(IReadOnlyList<TapeReader> readers)
    {
        if (readers.Count > TapeLimits.MaxMergedFiles)
        {
            throw new TapeException(
                $"{readers.Count} tapes are too many at once; give at most {TapeLimits.MaxMergedFiles}");
        }

        _readers = [.. readers];
        _heads = new PriorityQueue<int, (long At, int File)>(_readers.Length);
    }

    /// <summary>Which reader, in the order given, the frame comes from.</summary>
    public int Source { get; private set; } = -1;

    /// <summary>The frame that <see cref="Read"/> moved to; valid until the next call.</summary>
    public TapeFrame Frame => _readers[Source].Frame;

    /// <summary>Frames handed out so far.</summary>
    public long FramesRead { get; private set; }

    /// <summary>Opens files and merges them.</summary>
    /// <exception cref="TapeException">
    /// A file cannot be opened, is no tape, has a newer format, or is damaged.
    /// </exception>
    public static TapeMerge Open(IReadOnlyList<string> paths, bool salvage = false)
    {
        var readers = new List<TapeReader>(paths.Count);
        try
        {
            foreach (var path in paths)
            {
                readers.Add(TapeReader.Open(path, salvage));
            }

            return new TapeMerge(readers);
        }
        catch
        {
            readers.ForEach(reader => reader.Dispose());
            throw;
        }
    }

    /// <summary>Moves to the next frame; false when all tapes are at their ends.</summary>
    /// <exception cref="TapeException">Damage in a tape, unless its reader salvages.</exception>
    public bool Read()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            for (var file = 0; file < _readers.Length; file++)
            {
                Advance(file);
            }
        }
        else if (Source >= 0)
        {
            Advance(Source);
        }

        if (!_heads.TryDequeue(out var next, out _))
        {
            Source = -1;
            return false;
        }

        Source = next;
        FramesRead++;
        return true;
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }
    }

    private void Advance(int file)
    {
        if (_readers[file].Read())
        {
            _heads.Enqueue(file, (_readers[file].Frame.ReceivedAt, file));
        }
    }
}
