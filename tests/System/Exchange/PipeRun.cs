using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests.Exchange;

/// <summary>One life of <c>strikeline exchange pipe</c>, from its start to its end, whatever that is.</summary>
/// <remarks>
/// A thread reads what it prints; a line counts when it is synced to the client's own log. Ends with the standard input,
/// so that it does not outlive the tests.
/// </remarks>
internal sealed class PipeRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly object _gate = new();
    private readonly Process _process;
    private readonly SyncedLog _log;
    private readonly Thread _reader;
    private readonly Task<string> _error;
    private readonly StreamWriter _input;
    private JsonElement? _ready;
    private JsonElement? _closed;
    private Exception? _fault;
    private long _sent;
    private DateTime _answeredAt = DateTime.UtcNow;
    private bool _hasEnded;

    private PipeRun(Process process, SyncedLog log)
    {
        (_process, _log) = (process, log);
        _input = new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(false), 1 << 16) { AutoFlush = false };
        _error = process.StandardError.ReadToEndAsync();
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "answers" };
        _reader.Start();
    }

    /// <summary>The process, or what it runs under.</summary>
    public int Id => _process.Id;

    /// <summary>Answers that count.</summary>
    public long Answers { get; private set; }

    /// <summary>Commands that were refused because the exchange has stopped.</summary>
    public long Refusals { get; private set; }

    /// <summary>Why, in the first refusal, and when that was read.</summary>
    public (string Reason, DateTime At)? Refused { get; private set; }

    /// <summary>From the last answer to the first refusal.</summary>
    public TimeSpan Silence => Refused!.Value.At - _answeredAt;

    /// <summary>Answers that came behind a refusal: there must be none.</summary>
    public long AnswersBehindRefusal { get; private set; }

    /// <summary>Lines that were not understood, and other surprises.</summary>
    public List<string> Surprises { get; } = [];

    /// <summary>The last line of a life that was not cut short.</summary>
    public JsonElement? Closed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>What it wrote to the standard error; known when it has ended.</summary>
    public string Error => _error.IsCompletedSuccessfully ? _error.Result.TrimEnd() : "(it still runs)";

    /// <summary>Starts one on a folder.</summary>
    /// <param name="folder">The journal's.</param>
    /// <param name="log">A file that is not there yet.</param>
    /// <param name="options">Of <c>exchange pipe</c>.</param>
    /// <param name="under">A program and its arguments that start it; none to start it as it is.</param>
    public static PipeRun Start(string folder, string log, string[] options, params string[] under)
    {
        string[] all = [.. under, Checkout.Program, "exchange", "pipe", folder, .. options];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return new PipeRun(Process.Start(start)!, new SyncedLog(log));
    }

    /// <summary>What it says when it has read the journal; null where it ended before.</summary>
    public JsonElement? Ready()
    {
        WaitFor(() => _ready is not null);
        return _ready;
    }

    /// <summary>Hands a line over, perhaps only with the next ones; false where nobody takes it.</summary>
    public bool Send(string line)
    {
        try
        {
            _input.Write(line);
            _input.Write('\n');
            lock (_gate)
            {
                _sent++;
                return !_hasEnded;
            }
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until no more than so many lines are without an answer; false where it stopped or
    /// ended.</summary>
    public bool WaitBelow(int window)
    {
        try
        {
            _input.Flush();
        }
        catch (IOException)
        {
            return false;
        }

        return WaitFor(() => Refusals > 0 || _sent - Answers - Surprises.Count <= window) && Refusals == 0;
    }

    /// <summary>Kills it with SIGKILL when so many answers have come, and a moment later.</summary>
    public Task KillWhenAsync(long answers, TimeSpan later) => Task.Run(() =>
    {
        if (WaitFor(() => Answers >= answers))
        {
            var moment = Stopwatch.StartNew();
            while (moment.Elapsed < later)
            {
                Thread.SpinWait(20);
            }

            _process.Kill();
        }
    });

    /// <summary>Closes its standard input and waits for its end.</summary>
    public async Task<int> CloseAsync()
    {
        try
        {
            _input.Flush();
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        return await EndAsync();
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await _process.WaitForExitAsync(limit.Token);
        Assert.True(_reader.Join(Patience), "its output never ended");
        await _error;
        return _fault is null ? _process.ExitCode : throw new InvalidOperationException("the reader failed", _fault);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _reader.Join(Patience);
        await _error;
        _process.Dispose();
        _log.Dispose();
    }

    // True where it came true before the end.
    private bool WaitFor(Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        lock (_gate)
        {
            while (!condition() && !_hasEnded)
            {
                Assert.True(limit.Elapsed < Patience, "the exchange says nothing any more");
                Monitor.Wait(_gate, 1_000);
            }

            return condition();
        }
    }

    private void ReadAll()
    {
        try
        {
            var stream = _process.StandardOutput.BaseStream;
            var buffer = new byte[1 << 16];
            var held = 0;
            int read;
            while ((read = stream.Read(buffer, held, buffer.Length - held)) > 0)
            {
                held += read;
                var whole = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
                if (whole > 0)
                {
                    _log.Append(buffer.AsSpan(0, whole));
                    Take(Encoding.UTF8.GetString(buffer, 0, whole));
                    buffer.AsSpan(whole, held - whole).CopyTo(buffer);
                    held -= whole;
                }
                else if (held == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }
            }
        }
        catch (Exception e)
        {
            _fault = e;
        }

        lock (_gate)
        {
            _hasEnded = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Take(string lines)
    {
        lock (_gate)
        {
            foreach (var range in lines.AsSpan().Split('\n'))
            {
                if (lines[range] is { Length: > 0 } line)
                {
                    Take1(line);
                }
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void Take1(string line)
    {
        if (Answer.Of(line) is not null)
        {
            Answers++;
            _answeredAt = DateTime.UtcNow;
            AnswersBehindRefusal += Refusals > 0 ? 1 : 0;
            return;
        }

        var said = JsonElement.Parse(line);
        if (said.TryGetProperty("refused", out _))
        {
            Refused ??= (said.GetProperty("reason").GetString()!, DateTime.UtcNow);
            Refusals++;
        }
        else if (said.TryGetProperty("ready", out _))
        {
            _ready = said;
        }
        else if (said.TryGetProperty("closed", out _))
        {
            _closed = said;
        }
        else
        {
            Surprises.Add(line);
        }
    }
}
