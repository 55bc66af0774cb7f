using System.Globalization;
using Npgsql;

namespace Strikeline.Storage;

/// <summary>Where a PostgreSQL is, and who asks it:
/// <c>postgres://[user[:password]@]host[:port]/database[?sslmode=…]</c>.</summary>
/// <remarks>Immutable: any thread. As text it is host, port and database alone.</remarks>
public sealed class PostgresAddress
{
    /// <summary>How an address is written.</summary>
    public const string Form =
        "postgres://HOST[:PORT]/DATABASE, with USER:PASSWORD and @ before HOST, and ?sslmode=… behind";

    private const int DefaultPort = 5432;

    private readonly string _user;
    private readonly SslMode _sslMode;

    private PostgresAddress(string host, int port, string database, string user, string password, SslMode sslMode)
    {
        (Host, Port, Database) = (host, port, database);
        (_user, Password, _sslMode) = (user, password, sslMode);
    }

    /// <summary>Name or address of the machine, an IPv6 address without brackets.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The database's name.</summary>
    public string Database { get; }

    /// <summary>The password, for nobody to see; empty for none.</summary>
    public string Password { get; }

    /// <summary>True for a text that is meant to be such an address.</summary>
    public static bool IsMeant(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong with it, in words that hold nothing of it; null where nothing is.</param>
    /// <returns>The address; null where something is wrong.</returns>
    public static PostgresAddress? Parse(string text, out string? problem)
    {
        problem = null;
        if (!IsMeant(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            problem = "this is no address of a PostgreSQL";
            return null;
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? uri.UserInfo : uri.UserInfo[..colon];
        var password = colon < 0 ? "" : uri.UserInfo[(colon + 1)..];
        var database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        var mode = SslMode.Prefer;
        const string Option = "?sslmode=";
        problem = database.Length == 0 || database.Contains('/', StringComparison.Ordinal)
                ? "the name of the database must follow the host"
            : uri.Port == 0 ? "the port must be a whole number from 1 to 65535"
            : uri.Fragment.Length > 0 || (uri.Query.Length > 0
                && (!uri.Query.StartsWith(Option, StringComparison.Ordinal)
                    || !Enum.TryParse(
                        uri.Query[Option.Length..].Replace("-", "", StringComparison.Ordinal), true, out mode)))
                ? "behind the database only sslmode=disable, prefer, require, verify-ca or verify-full may follow"
            : null;
        return problem is not null ? null : new PostgresAddress(
            uri.IdnHost.Trim('[', ']'), uri.Port < 0 ? DefaultPort : uri.Port, database,
            Uri.UnescapeDataString(user), Uri.UnescapeDataString(password), mode);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{Database}");

    /// <summary>What Npgsql is told, the password with it: for no log.</summary>
    internal string Connection(TimeSpan answerLimit)
    {
        var seconds = Math.Max(1, (int)answerLimit.TotalSeconds);
        return new NpgsqlConnectionStringBuilder
        {
            Host = Host, Port = Port, Database = Database, Username = _user.Length > 0 ? _user : null,
            Password = Password.Length > 0 ? Password : null, SslMode = _sslMode, Timeout = seconds,
            CommandTimeout = seconds, MaxPoolSize = 10, ApplicationName = "strikeline", MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
        }.ConnectionString;
    }
}
