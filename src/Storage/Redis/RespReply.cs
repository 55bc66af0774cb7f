namespace Strikeline.Storage;

/// <summary>The kinds of replies of Redis's protocol, RESP2.</summary>
internal enum RespKind
{
    /// <summary>A word, such as OK.</summary>
    Simple,

    /// <summary>A refusal.</summary>
    Error,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Bytes.</summary>
    Bulk,

    /// <summary>No value.</summary>
    Null,

    /// <summary>A list of replies that are none themselves.</summary>
    List,
}

/// <summary>One reply.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The bytes of a word, a refusal or a value; the reader's own copy.</param>
/// <param name="Items">The items of a list.</param>
internal readonly record struct RespReply(
    RespKind Kind, ReadOnlyMemory<byte> Bytes = default, IReadOnlyList<RespReply>? Items = null);
