namespace Strikeline.Venues.Polymarket;

/// <summary>What is kept of one token over all sockets.</summary>
internal sealed class TokenLine(TimeSpan staleAfter)
{
    /// <summary>The socket whose book the sink sees; null before the first event.</summary>
    public SocketBooks? Leader { get; set; }

    /// <summary>Liveness by content.</summary>
    public DataWatch Watch { get; } = new(staleAfter);

    /// <summary>Fingerprint of what the sink was told last.</summary>
    public ulong Told { get; set; }

    /// <summary>When the book was last shown to be the venue's own.</summary>
    public long ConfirmedNanos { get; set; }

    /// <summary>When a comparison over REST was last asked for.</summary>
    public long ComparedNanos { get; set; }

    /// <summary>Since when no socket has said anything of it; zero before that was looked at.</summary>
    public long AwaitedNanos { get; set; }

    /// <summary>True once a REST answer has shown that the venue has a book of it, though no socket has said
    /// so.</summary>
    public bool IsAtVenue { get; set; }

    /// <summary>Since when no comparison has succeeded though one was wanted; zero where one has.</summary>
    public long UnansweredNanos { get; set; }

    /// <summary>The venue's time of the newest change of tick; zero where there was none.</summary>
    public long EpochNanos { get; set; }

    public long Events { get; set; }

    public long Gaps { get; set; }

    public FeedState State { get; set; }

    public long SinceNanos { get; set; }
}

/// <summary>The books of one socket, by token index.</summary>
internal sealed class SocketBooks(int connection)
{
    private TokenBook?[] _books = new TokenBook?[16];

    public int Connection => connection;

    /// <summary>When anything last arrived.</summary>
    public long FrameNanos { get; set; }

    /// <summary>When anything but an answer to a ping last arrived.</summary>
    public long DataNanos { get; set; }

    public TokenBook? this[int token] => token < _books.Length ? _books[token] : null;

    public TokenBook Of(Token token)
    {
        if (token.Index >= _books.Length)
        {
            Array.Resize(ref _books, Math.Max(token.Index + 1, _books.Length * 2));
        }

        return _books[token.Index] ??= new TokenBook(token.Key, token.MarketId);
    }

    public void Forget(int token)
    {
        if (token < _books.Length)
        {
            _books[token] = null;
        }
    }
}
