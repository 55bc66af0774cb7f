using System.Diagnostics;
using Npgsql;

namespace Strikeline.Unit.TestKit;

/// <summary>A real PostgreSQL on a free loopback port, in a folder that goes with it; as root it runs as nobody, since
/// it refuses root.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Ready = "database system is ready to accept connections";
    private const int MostAttempts = 100;

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(one => Path.Combine(one, "bin"))
            .Where(one => File.Exists(Path.Combine(one, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-postgres-").FullName;
    private Process? _process;
    private int _port;
    private int _databases;

    private string Cluster => Path.Combine(_folder, "cluster");

    /// <summary>Skips the test where PostgreSQL is not installed; fails it under CI=true.</summary>
    public static void Demand() => Assert.SkipUnless(
        Programs is not null || Environment.GetEnvironmentVariable("CI") == "true",
        "PostgreSQL (Debian's postgresql) is not installed");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Programs is null)
        {
            return;
        }

        if (Environment.UserName == "root")
        {
            using var change = Process.Start("/bin/chown", ["nobody", _folder]);
            await change.WaitForExitAsync();
        }

        using var made = Launch("initdb", "-D", Cluster, "-U", "strikeline", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        var told = made.StandardError.ReadToEndAsync();
        await made.StandardOutput.ReadToEndAsync();
        await made.WaitForExitAsync();
        Assert.True(made.ExitCode == 0, await told);
        _port = LoopbackPort.Free();
        await StartAgainAsync();
    }

    /// <summary>Starts it on its port.</summary>
    public async Task StartAgainAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            _process = Launch(
                "postgres", "-D", Cluster, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "shared_buffers=16MB", "-c", "max_connections=40");
            if (await IsReadyAsync(_process))
            {
                return;
            }

            // After a kill the processes of the old one take a moment to see it.
            await _process.WaitForExitAsync();
            Assert.True(attempt < MostAttempts, $"postgres does not start on port {_port}");
            await Task.Delay(100);
        }
    }

    /// <summary>Kills the postmaster with SIGKILL; its children see that and end.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>The address of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"market{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={_port};Username=strikeline;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return $"postgres://strikeline@127.0.0.1:{_port}/{name}?sslmode=disable";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        for (var attempt = 1; Directory.Exists(_folder); attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // The last children still write.
                await Task.Delay(50);
            }
        }
    }

    private static Process Launch(string program, params string[] arguments)
    {
        string[] who = Environment.UserName == "root" ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] : [];
        var path = Path.Combine(Programs!, program);
        var start = new ProcessStartInfo(who.Length > 0 ? "/usr/bin/setpriv" : path, who.Length > 0 ? [.. who, path, .. arguments] : arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        return Process.Start(start)!;
    }

    private static async Task<bool> IsReadyAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return true;
            }
        }

        return false;
    }
}
