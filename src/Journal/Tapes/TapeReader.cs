namespace Strikeline.Journal;

/// <summary>Reads the frames of one tape in the order of recording and proves every byte on the way.</summary>
/// <remarks>
/// One thread. Reading allocates nothing per frame. By default the first damage throws; a salvaging reader goes on
/// with the next intact block and lists what it went around in <see cref="Flaws"/>. Only frames of blocks whose
/// checksums hold are ever handed out.
/// </remarks>
public sealed class TapeReader : IDisposable
{
    private readonly TapeBlocks _blocks;
    private readonly string _name;
    private readonly bool _salvage;
    private readonly List<TapeFlaw> _flaws = [];
    private int _cursor;
    private int _size;
    private int _left;

    /// <summary>Opens a tape over a stream that can seek; the reader disposes it.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="salvage">True to go around damage and report it.</param>
    /// <exception cref="TapeException">It is no tape, has a newer format, or its header is damaged.</exception>
    public TapeReader(Stream stream, string name, bool salvage = false)
    {
        _name = name;
        _salvage = salvage;
        _blocks = new TapeBlocks(stream);
        try
        {
            Begin();
        }
        catch
        {
            _blocks.Dispose();
            throw;
        }
    }

    /// <summary>How messages name the tape.</summary>
    public string Name => _name;

    /// <summary>When the file was begun, nanoseconds since the Unix epoch; 0 where its header is damaged.</summary>
    public long CreatedAt => _blocks.CreatedAt;

    /// <summary>Frames handed out so far.</summary>
    public long FramesRead { get; private set; }

    /// <summary>Damaged parts so far, in file order, at most <see cref="TapeLimits.MaxKeptFlaws"/>.</summary>
    public IReadOnlyList<TapeFlaw> Flaws => _flaws;

    /// <summary>Number of damaged parts so far.</summary>
    public long FlawCount { get; private set; }

    /// <summary>The frame that <see cref="Read"/> moved to; valid until the next call.</summary>
    public TapeFrame Frame => TapeFormat.ReadFrame(_blocks.Raw.Slice(_cursor, _size));

    /// <summary>Opens a tape file.</summary>
    /// <exception cref="TapeException">It cannot be opened, is no tape, has a newer format, or is damaged.</exception>
    public static TapeReader Open(string path, bool salvage = false)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TapeException($"tape {path}: there is no such file; check the path", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TapeException(
                $"tape {path}: cannot be opened ({TapeException.OneLine(failure)}); check the path and its rights",
                failure);
        }

        return new TapeReader(file, path, salvage);
    }

    /// <summary>True where a file that begins with these bytes is a tape, of whatever format version.</summary>
    public static bool IsTape(ReadOnlySpan<byte> start) => start.StartsWith(TapeFormat.Magic);

    /// <summary>Moves to the next frame; false at the end of the tape.</summary>
    /// <exception cref="TapeException">
    /// Damage, unless this reader salvages; one line says where and what to do.
    /// </exception>
    public bool Read()
    {
        if (_left == 0 && !NextBlock())
        {
            return false;
        }

        _cursor += _size;
        _size = TapeFormat.Measure(_blocks.Raw[_cursor..]);
        _left--;
        FramesRead++;
        return true;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _blocks.Dispose();

    private bool NextBlock()
    {
        _cursor = 0;
        _size = 0;
        while (true)
        {
            switch (Step())
            {
                case TapeStep.Block:
                    _left = _blocks.Frames;
                    return true;
                case TapeStep.End:
                    return false;
                default:
                    Meet(_blocks.FlawAt, _blocks.Flaw);
                    break;
            }
        }
    }

    private TapeStep Step()
    {
        try
        {
            return _blocks.Next();
        }
        catch (IOException failure)
        {
            throw new TapeException(
                $"tape {_name}: the disk refused to give it back after {FramesRead} frames "
                + $"({TapeException.OneLine(failure)}); check the disk, or restore the file from a copy", failure);
        }
    }

    private void Begin()
    {
        switch (_blocks.Begin())
        {
            case TapeOpening.Sound:
                return;
            case TapeOpening.Damaged:
                Meet(0, _blocks.Flaw);
                return;
            case TapeOpening.Newer:
                throw new TapeException(
                    $"tape {_name}: byte 8: {_blocks.Flaw}, and this program reads up to {TapeFormat.Version}; nothing "
                    + "was read; update the program")
                { Offset = 8 };
            default:
                throw new TapeException(
                    $"tape {_name}: byte 0: {_blocks.Flaw}; nothing is readable; give a {TapeFormat.Extension} file")
                { Offset = 0 };
        }
    }

    private void Meet(long at, string found)
    {
        if (!_salvage)
        {
            var after = CountRest();
            throw new TapeException(
                $"tape {_name}: byte {at}: {found}; {FramesRead} frames before it and {after} after it are readable; "
                + $"restore the file from a copy, or read what is intact with {TapeException.SalvageOption}")
            { Offset = at, IntactBefore = FramesRead, IntactAfter = after };
        }

        FlawCount++;
        if (_flaws.Count < TapeLimits.MaxKeptFlaws)
        {
            _flaws.Add(new TapeFlaw(at, found));
        }
    }

    // The reader throws after this and is of no further use, so that its place may be moved to the end.
    private long CountRest()
    {
        var frames = 0L;
        for (var step = Step(); step != TapeStep.End; step = Step())
        {
            frames += step == TapeStep.Block ? _blocks.Frames : 0;
        }

        return frames;
    }
}
