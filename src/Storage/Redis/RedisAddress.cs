using System.Net;

namespace Strikeline.Storage;

/// <summary>Where a Redis is, and who asks it: <c>redis://[user:password@]host[:port][/db]</c>.</summary>
/// <remarks>Immutable: any thread. As text it is host and port alone.</remarks>
public sealed class RedisAddress
{
    /// <summary>How an address is written.</summary>
    public const string Form = "redis://HOST[:PORT][/DATABASE], with USER:PASSWORD and @ before HOST";

    private const int DefaultPort = 6379;
    private const int MaxDatabase = 65_535;

    private RedisAddress(string host, int port, int database, string user, string password) =>
        (Host, Port, Database, User, Password) = (host, port, database, user, password);

    /// <summary>Name or address of the machine, an IPv6 address without brackets.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The database's number.</summary>
    public int Database { get; }

    /// <summary>The user, or empty for the default one.</summary>
    public string User { get; }

    /// <summary>The password, or empty: for the server alone, never for a log.</summary>
    public string Password { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong with it, in words that hold nothing of it; null where nothing is.</param>
    /// <returns>The address; null where something is wrong.</returns>
    public static RedisAddress? Parse(string text, out string? problem)
    {
        problem = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "redis" || uri.Host.Length == 0)
        {
            problem = "this is no address of a Redis";
            return null;
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? uri.UserInfo : uri.UserInfo[..colon];
        var password = colon < 0 ? "" : uri.UserInfo[(colon + 1)..];
        var path = uri.AbsolutePath.Trim('/');
        var database = 0;
        problem = uri.Query.Length + uri.Fragment.Length > 0 ? "nothing may follow the number of the database"
            : path.Length > 0 && !(int.TryParse(path, out database) && database is >= 0 and <= MaxDatabase)
                ? $"the database must be a whole number from 0 to {MaxDatabase}"
            : uri.Port == 0 ? "the port must be a whole number from 1 to 65535"
            : user.Length > 0 && password.Length == 0 ? "the user has no password"
            : password.Length == 0 && !IsThisMachine(uri)
                ? "a Redis on another machine must want a password, or everyone could write into it"
            : null;
        return problem is not null ? null : new RedisAddress(
            uri.IdnHost.Trim('[', ']'), uri.Port < 0 ? DefaultPort : uri.Port, database,
            Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";

    private static bool IsThisMachine(Uri uri) => uri.IsLoopback
        || (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
