namespace Strikeline.Testnet.Kalshi;

/// <summary>A request as the venue sees it.</summary>
/// <param name="method">GET, POST, DELETE.</param>
/// <param name="path">The whole path without query.</param>
/// <param name="address">Where it comes from.</param>
/// <param name="query">The values of a name in the query, in order.</param>
/// <param name="header">The value of a header, or null.</param>
/// <param name="body">The body.</param>
internal sealed class KalshiRequest(
    string method, string path, string address, Func<string, IReadOnlyList<string>> query,
    Func<string, string?> header, byte[] body)
{
    public string Method { get; } = method;

    public string Path { get; } = path;

    public string Address { get; } = address;

    public byte[] Body { get; } = body;

    public IReadOnlyList<string> Values(string name) => query(name);

    /// <summary>The first value of a name; null where it is absent or empty.</summary>
    public string? this[string name] => query(name) is [{ Length: > 0 } value, ..] ? value : null;

    public string? Header(string name) => header(name);
}
