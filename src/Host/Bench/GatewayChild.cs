using System.Diagnostics;
using System.Globalization;

namespace Strikeline.Host.Bench;

/// <summary>This program once more as a child, free or kept on the first core.</summary>
internal sealed class GatewayChild : IDisposable
{
    /// <summary>What keeps a process on a core.</summary>
    public const string Pinner = "/usr/bin/taskset";

    private readonly Process _process;

    private GatewayChild(Process process) => _process = process;

    /// <summary>The loopback port that it serves.</summary>
    public int Port { get; set; }

    /// <summary>Processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="isPinned">Whether it stays on the first core.</param>
    /// <param name="words">Its command line.</param>
    public static GatewayChild Start(bool isPinned, params IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(isPinned ? Pinner : Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var word in (IEnumerable<string>)[.. isPinned ? ["-c", "0", Environment.ProcessPath!] : (string[])[],
            .. words])
        {
            start.ArgumentList.Add(word);
        }

        return new GatewayChild(Process.Start(start)!);
    }

    /// <summary>Its next line that begins so, without that beginning.</summary>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    public async Task<string> ExpectAsync(string beginning, CancellationToken stop)
    {
        while (await _process.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line[beginning.Length..];
            }
        }

        throw new InvalidOperationException($"a process of the measurement ended before it said '{beginning}'");
    }

    /// <summary>Writes it a line.</summary>
    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <summary>A number as it stands on a command line.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
