using System.Globalization;

namespace Strikeline.SystemTests.Exchange;

/// <summary>System calls of a program that fail, lie or kill by order: strace from Debian.</summary>
/// <remarks>It counts calls per thread. It starts the program itself, which needs no rights beyond the user's own.</remarks>
/// <param name="folder">Where its log goes.</param>
internal sealed class Strace(string folder)
{
    private const string Program = "/usr/bin/strace";

    private static readonly Lazy<Task<string?>> Obstacle = new(LookAsync);

    private readonly string _log = Path.Combine(folder, "strace-" + Guid.NewGuid().ToString("N"));

    /// <summary>The call on a file that was tampered with first, or else one on a pipe; null where none was.</summary>
    public Tampered? First()
    {
        // Where two threads call at a time, a call is two lines: the first names the file.
        var begun = new Dictionary<string, string>();
        Tampered? onPipe = null;
        foreach (var line in File.Exists(_log) ? File.ReadLines(_log) : [])
        {
            var thread = line.Split(' ')[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                begun[thread] = line;
            }
            else if (line.EndsWith("(INJECTED)", StringComparison.Ordinal))
            {
                var tampered = Tampered.Of(
                    line.Contains(" resumed>", StringComparison.Ordinal) ? begun[thread] : line);
                if (!tampered.File.StartsWith("pipe:", StringComparison.Ordinal))
                {
                    return tampered;
                }

                onPipe = tampered;
            }
        }

        return onPipe;
    }

    /// <summary>Fails the test where strace cannot work here.</summary>
    public static async Task DemandAsync()
    {
        var obstacle = await Obstacle.Value;
        Assert.True(obstacle is null, obstacle);
    }

    /// <summary>What stands in front of the program's name.</summary>
    /// <param name="inject">As strace words it: <c>fdatasync:error=EIO:when=3</c>.</param>
    /// <param name="paths">Only calls on these files count; none for all.</param>
    public string[] Arguments(string inject, params string[] paths) =>
    [
        // Without the filter every call stops and it is slower, but only so a signal is sent at the call's entry.
        Program, "-f", .. inject.Contains("signal=", StringComparison.Ordinal) ? Array.Empty<string>() : ["--seccomp-bpf"], "-y", "-ttt", "-qq", "-o", _log,
        "-e", "trace=" + inject.Split(':')[0], "-e", "inject=" + inject, .. paths.SelectMany(path => new[] { "-P", path }),
        "--",
    ];

    private static async Task<string?> LookAsync()
    {
        if (!File.Exists(Program))
        {
            return $"{Program} is missing: ./test installs it as root, or: apt-get install -y strace";
        }

        var tried = await Run.ToEndAsync(Program, "-f", "--seccomp-bpf", "-o", "/dev/null", "/bin/true");
        return tried.Code == 0
            ? null
            : $"strace may not trace here (ptrace is forbidden, by a container or by Yama?): {tried.Error}";
    }
}

/// <summary>A system call that strace has tampered with.</summary>
/// <param name="At">When it was entered.</param>
/// <param name="Call">Its name.</param>
/// <param name="File">The path of its file, or <c>pipe:…</c>.</param>
internal sealed record Tampered(DateTime At, string Call, string File)
{
    /// <summary>The file's name alone.</summary>
    public string Name => Path.GetFileName(File);

    /// <summary>Reads <c>17 1795285703.247869 fdatasync(61&lt;/x/y&gt;) = -1 EIO … (INJECTED)</c>.</summary>
    public static Tampered Of(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var seconds = decimal.Parse(words[1], CultureInfo.InvariantCulture);
        var open = line.IndexOf('<');
        return new Tampered(
            DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)),
            words[2][..words[2].IndexOf('(')],
            open < 0 ? "" : line[(open + 1)..line.IndexOf('>')]);
    }
}
