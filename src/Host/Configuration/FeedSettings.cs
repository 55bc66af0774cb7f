namespace Strikeline.Host.Configuration;

/// <summary>One venue's feed.</summary>
internal sealed record FeedSettings
{
    /// <summary>Whether the feed is opened.</summary>
    [Key(KeyKind.Flag, "Whether the feed is opened.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The WebSocket address.</summary>
    [Key(KeyKind.SocketUrl, "Base address of the WebSocket.")]
    public string WsUrl { get; init; } = "";

    /// <summary>The REST address.</summary>
    [Key(KeyKind.HttpUrl, "Base address of the REST interface.")]
    public string RestUrl { get; init; } = "";

    /// <summary>The pairs that are subscribed.</summary>
    [Key(KeyKind.Symbols, "Pairs that are subscribed.")]
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>Levels per side.</summary>
    [Key(KeyKind.Whole, "Book levels per side that are asked for.", Unit = "levels", Min = 1, Max = 5000)]
    public int BookDepth { get; init; }

    /// <summary>Least silence that counts as stale, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Least time without changed content after which an instrument is stale; five times its median "
        + "gap of the last 5 minutes where that is more.", Unit = "ms", Min = 100, Max = 600_000)]
    public int StaleAfterMs { get; init; } = 3000;

    /// <summary>Waits between attempts.</summary>
    [Section("Waits between attempts to connect.")]
    public ReconnectSettings Reconnect { get; init; } = new();

    /// <summary>Age at which a connection is replaced, in hours.</summary>
    [Key(KeyKind.Whole, "Age at which a connection is replaced by a fresh one, before the venue's 24-hour limit.",
        Unit = "hours", Min = 1, Max = 24)]
    public int MaxConnectionHours { get; init; } = 23;
}
