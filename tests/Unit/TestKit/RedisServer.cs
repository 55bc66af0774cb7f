using System.Diagnostics;

namespace Strikeline.Unit.TestKit;

/// <summary>A real redis-server on a free loopback port, without persistence, in a folder that goes with it.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private const string Client = "/usr/bin/redis-cli";
    private const string Ready = "Ready to accept connections";

    private const int MostAttempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-redis-").FullName;
    private readonly string[] _options;
    private Process? _process;

    private RedisServer(string[] options) => _options = options;

    /// <summary>The port; the same after every start.</summary>
    public int Port { get; private set; }

    /// <summary>Its address for the program.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Starts one; where redis-server is not installed the test is skipped, and fails under CI=true.</summary>
    /// <param name="options">Further options of redis-server.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var required = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.SkipUnless(File.Exists(Program) || required, "redis-server (Debian's redis-server) is not installed");
        var server = new RedisServer(options);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on its port, or the first time on a free one.</summary>
    public async Task StartAgainAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Port == 0 ? LoopbackPort.Free() : Port;
            var start = new ProcessStartInfo(
                Program,
                [
                    "--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no", "--dir", _folder,
                    .. _options,
                ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            _process = Process.Start(start)!;
            if (await IsReadyAsync(_process))
            {
                Port = port;
                return;
            }

            // Somebody else took the port in between.
            await _process.WaitForExitAsync();
            Assert.True(Port == 0 && attempt < MostAttempts, $"redis-server does not start on port {port}");
        }
    }

    /// <summary>Kills it with SIGKILL and waits for its end.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it, so that its sockets stay and nothing is answered.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task GoOnAsync() => SignalAsync("CONT");

    /// <summary>What redis-cli prints for a command, without the last line's end; empty where it has none.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        var start = new ProcessStartInfo(Client, ["-h", "127.0.0.1", "-p", $"{Port}", "--raw", .. command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var client = Process.Start(start)!;
        var output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return output.TrimEnd('\n');
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> IsReadyAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return true;
            }
        }

        return false;
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }
}
