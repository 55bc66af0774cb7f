namespace Strikeline.Testnet.Polymarket;

/// <summary>One request, read whole.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Query">The query.</param>
/// <param name="Header">A header, null where it is absent.</param>
/// <param name="Body">The very bytes that were sent.</param>
/// <param name="NowNanos">The floor's time.</param>
internal sealed record ClobRequest(
    string Method, string Path, RestQuery Query, Func<string, string?> Header, byte[] Body, long NowNanos);

/// <summary>What comes of a request.</summary>
/// <param name="Answer">Status and body.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record ClobAnswer(RestAnswer Answer, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>True where the connection ends without a word.</summary>
    public bool IsLost { get; init; }

    /// <summary>Not sent before this much time has passed.</summary>
    public long DelayNanos { get; init; }

    public static ClobAnswer Of(RestAnswer answer) => new(answer, []);
}
