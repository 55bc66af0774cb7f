using System.Diagnostics;

namespace Strikeline.SystemTests;

/// <summary>A program that has been started and is ended, with its children, at the latest when this is
/// disposed.</summary>
internal sealed class Started : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];
    private readonly Process _process;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Started(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Everything it wrote so far.</summary>
    public Ended SoFar
    {
        get
        {
            lock (_gate)
            {
                return new Ended(
                    _process.HasExited ? _process.ExitCode : -1, string.Join('\n', _output), string.Join('\n', _error));
            }
        }
    }

    /// <summary>Its resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts strikeline.</summary>
    public static Started Strikeline(params string[] arguments) => Strikeline(arguments, folder: null);

    /// <summary>Starts strikeline in a folder.</summary>
    public static Started Strikeline(string[] arguments, string? folder) =>
        Program(Checkout.Program, arguments, folder);

    /// <summary>Starts a program in a folder.</summary>
    public static Started Program(string program, string[] arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        var started = new Started(new Process { StartInfo = start, EnableRaisingEvents = true });
        started._process.OutputDataReceived += (_, line) => started.Take(started._output, line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Take(started._error, line.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The rest of the first line of standard output that begins so; waits for it.</summary>
    public async Task<string> AfterAsync(string beginning)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            var ended = HasEnded;
            Task news;
            lock (_gate)
            {
                if (_output.Find(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } found)
                {
                    return found[beginning.Length..].Trim();
                }

                news = _news.Task;
            }

            Assert.False(ended, $"ended before it said \"{beginning}\": {SoFar}");
            Assert.True(limit.Elapsed < Patience, $"did not say \"{beginning}\": {SoFar}");
            await Task.WhenAny(news, Task.Delay(200, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Sends a signal by its name, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string name) =>
        Assert.Equal(0, (await Run.ToEndAsync("/bin/kill", $"-{name}", $"{Id}")).Code);

    /// <summary>Waits for its end.</summary>
    public async Task<Ended> EndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return SoFar;
    }

    /// <summary>The ids of its children that are programs of the same file.</summary>
    public int[] Children() =>
    [
        .. Process.GetProcessesByName("strikeline")
            .Where(one => ParentOf(one.Id) == Id)
            .Select(one => one.Id),
    ];

    /// <summary>Whether a process of this id is still there (one that only waits to be reaped is not).</summary>
    public static bool IsAlive(int id) =>
        Status(id) is { } status && !status.Contains("\nState:\tZ", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static int? ParentOf(int id)
    {
        const string Field = "\nPPid:\t";
        var status = Status(id);
        var at = status?.IndexOf(Field, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : int.Parse(status![(at + Field.Length)..].Split('\n')[0], null);
    }

    private static string? Status(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/status");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Take(List<string> lines, string? line)
    {
        lock (_gate)
        {
            if (line is not null)
            {
                lines.Add(line);
            }

            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
