namespace Strikeline.Exchange;

/// <summary>The pages that wait for the disk, in a ring: the core fills, the journal delivers, each one at a
/// time.</summary>
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

    /// <summary>True where all pages wait for the disk; the core.</summary>
    public bool IsFull => _filled - Volatile.Read(ref _delivered) == _pages.Length;

    /// <summary>True where no page waits; the core.</summary>
    public bool IsEmpty => Volatile.Read(ref _delivered) == _filled;

    /// <summary>The page to fill, unless all are; the core.</summary>
    public ShardPage Next => _pages[_filled % _pages.Length];

    /// <summary>The next page is filled and waits; the core, before its records are added: when they are durable, the
    /// journal must find the page.</summary>
    public void Publish() => Volatile.Write(ref _filled, _filled + 1);

    /// <summary>Delivers what is durable; the journal.</summary>
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

    /// <summary>Says of all that wait that nobody knows; the core, once the journal delivers no more.</summary>
    public void RefuseWaiting(string reason)
    {
        for (var at = Volatile.Read(ref _delivered); at < _filled; at++)
        {
            _output.Refuse(_pages[at % _pages.Length].Tags, ShardRefusal.Unknown, reason);
        }
    }
}
