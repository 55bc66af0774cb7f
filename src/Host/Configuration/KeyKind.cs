namespace Strikeline.Host.Configuration;

/// <summary>What a configuration value may be.</summary>
internal enum KeyKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A short name: letters, digits, hyphens.</summary>
    Name,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A whole number within a range.</summary>
    Whole,

    /// <summary>A number with decimals within a range; for shares and factors, never for money.</summary>
    Fraction,

    /// <summary>An exact amount above zero, kept as decimal text.</summary>
    Amount,

    /// <summary>A file or folder.</summary>
    Path,

    /// <summary>An address that begins with http:// or https://.</summary>
    HttpUrl,

    /// <summary>An address that begins with ws:// or wss://.</summary>
    SocketUrl,

    /// <summary>Addresses to listen on: http, loopback only.</summary>
    LoopbackUrls,

    /// <summary>The address of a Redis, or nothing.</summary>
    RedisUrl,

    /// <summary>The address of a PostgreSQL, or nothing.</summary>
    PostgresUrl,

    /// <summary>A pair such as BTC/USDT.</summary>
    Symbol,

    /// <summary>Pairs, each once.</summary>
    Symbols,

    /// <summary>Names as venues write them, each once: letters, digits, dots, hyphens, underscores.</summary>
    Words,

    /// <summary>A list of objects with keys of their own.</summary>
    Rows,
}
