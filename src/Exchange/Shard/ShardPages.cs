namespace Strikeline.Exchange;

/// <summary>The pages that wait for the disk, in a ring: the core fills, the journal's thread delivers.</summary>
internal sealed class ShardPages
{
    private readonly ShardPage[] _pages;
    private readonly IShardOutput _output;
    private long _filled;
    private long _delivered;

    public ShardPages(int count, IShardOutput output)
    {
        _output = output;
        _pages = new ShardPage[count];
        for (var i = 0; i < count; i++)
        {
            _pages[i] = new ShardPage(output.ReadsNotes);
        }
    }

    /// <summary>True where all pages wait for the disk; the core's thread.</summary>
    public bool IsFull => _filled - Volatile.Read(ref _delivered) == _pages.Length;

    /// <summary>True where no page waits; the core's thread.</summary>
    public bool IsEmpty => Volatile.Read(ref _delivered) == _filled;

    /// <summary>The page to fill, unless all are; the core's thread.</summary>
    public ShardPage Next => _pages[_filled % _pages.Length];

    /// <summary>The next page is filled and waits; the core's thread, before its records are added: when they are
    /// durable, the journal's thread must find the page.</summary>
    public void Publish() => Volatile.Write(ref _filled, _filled + 1);

    /// <summary>Delivers what is durable; the journal's thread.</summary>
    /// <returns>True where there was any.</returns>
    public bool Deliver(ulong durable)
    {
        var filled = Volatile.Read(ref _filled);
        var before = _delivered;
        while (_delivered < filled && _pages[_delivered % _pages.Length] is var page && page.LastSequence <= durable)
        {
            _output.Deliver(page);
            Volatile.Write(ref _delivered, _delivered + 1);
        }

        return _delivered != before;
    }

    /// <summary>Says of all that wait that nobody knows; the core's thread, once the journal's delivers no
    /// more.</summary>
    public void RefuseWaiting(string reason)
    {
        for (var at = Volatile.Read(ref _delivered); at < _filled; at++)
        {
            _output.Refuse(_pages[at % _pages.Length].Tags, ShardRefusal.Unknown, reason);
        }
    }
}
