using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Strikeline.Host.Web;

namespace Strikeline.Host.Bench;

/// <summary>What a crowd of clients saw after the mark.</summary>
/// <param name="Messages">Messages received.</param>
/// <param name="MessageBytes">Size of the last one.</param>
/// <param name="Missed">Messages that were missed, by their sequence numbers.</param>
/// <param name="P50Ms">Median of receive time less the message's <c>at</c>, which is cut to milliseconds.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="MaxMs">The longest.</param>
internal sealed record FanoutReadings(
    long Messages, int MessageBytes, long Missed, double P50Ms, double P99Ms, double MaxMs);

/// <summary>Very many clients in a child process, and that process's own side.</summary>
internal sealed class FanoutCrowd : IDisposable
{
    private const string Ready = "ready";
    private const string MarkWord = "mark";
    private const double BucketsPerMs = 10;
    private const int Buckets = 100_000;
    private const int ConnectAtOnce = 64;
    private const int SilentReceiveBytes = 4 * 1024;

    private readonly Process _process;

    private FanoutCrowd(Process process) => _process = process;

    /// <summary>The name of the hidden command that <see cref="LiveAsync"/> stands behind.</summary>
    public const string CommandName = "fanout-crowd";

    /// <summary>Starts the child and waits until all of its clients are connected.</summary>
    public static async Task<FanoutCrowd> StartAsync(int port, int clients, int silent)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var word in (string[])["bench", CommandName, Text(port), Text(clients), Text(silent)])
        {
            start.ArgumentList.Add(word);
        }

        var crowd = new FanoutCrowd(Process.Start(start)!);
        return await crowd._process.StandardOutput.ReadLineAsync() == Ready
            ? crowd
            : throw new InvalidOperationException("the clients could not connect");
    }

    /// <summary>From here on counts.</summary>
    public void Mark() => _process.StandardInput.WriteLine(MarkWord);

    /// <summary>Ends the clients and returns what they saw.</summary>
    public async Task<FanoutReadings> FinishAsync()
    {
        _process.StandardInput.Close();
        var line = await _process.StandardOutput.ReadLineAsync();
        await _process.WaitForExitAsync();
        return JsonSerializer.Deserialize(line ?? "null", HostJson.Default.FanoutReadings)
            ?? throw new InvalidOperationException("the clients ended without a word");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>The child's side: connects, reads until standard input ends, and prints the readings.</summary>
    public static async Task LiveAsync(int port, int clients, int silent, TextReader input, TextWriter output)
    {
        var counts = new long[Buckets];
        var seen = new Seen(counts);
        var sockets = new List<BenchSocket>(clients + silent);
        for (var opened = 0; opened < clients + silent; opened += ConnectAtOnce)
        {
            var batch = Math.Min(ConnectAtOnce, clients + silent - opened);
            sockets.AddRange(await Task.WhenAll(Enumerable.Range(opened, batch).Select(i => BenchSocket.OpenAsync(
                port, "/ws/markets", i < clients ? null : SilentReceiveBytes))));
        }

        foreach (var socket in sockets.Take(clients))
        {
            _ = ReadAsync(socket, seen);
        }

        await output.WriteLineAsync(Ready);
        await output.FlushAsync();
        while (await input.ReadLineAsync() is { } line)
        {
            if (line == MarkWord)
            {
                seen.Mark();
            }
        }

        await output.WriteLineAsync(JsonSerializer.Serialize(seen.Readings(), HostJson.Default.FanoutReadings));
        await output.FlushAsync();
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task ReadAsync(BenchSocket socket, Seen seen)
    {
        try
        {
            long last = 0;
            while (true)
            {
                var message = await socket.ReadAsync();
                last = seen.Take(message.Span, last);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ObjectDisposedException
            or System.Net.Sockets.SocketException)
        {
            // The server or this process has ended it.
        }
    }

    /// <summary>Counts latencies in tenths of a millisecond; any thread.</summary>
    private sealed class Seen(long[] counts)
    {
        private long _missed;
        private int _bytes;
        private long _markMs = long.MaxValue;

        public void Mark() =>
            Volatile.Write(ref _markMs, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        public long Take(ReadOnlySpan<byte> message, long last)
        {
            var nowMs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            var at = Number(message, "\"at\":"u8);
            var sequence = Number(message, "\"sequence\":"u8);
            if (at >= Volatile.Read(ref _markMs))
            {
                var bucket = (int)Math.Clamp((nowMs - at) * BucketsPerMs, 0, counts.Length - 1);
                Interlocked.Increment(ref counts[bucket]);
                _bytes = message.Length;
                if (last != 0 && sequence > last + 1)
                {
                    Interlocked.Add(ref _missed, sequence - last - 1);
                }
            }

            return sequence;
        }

        public FanoutReadings Readings()
        {
            var total = counts.Sum();
            return new FanoutReadings(
                total, _bytes, _missed, Share(total, 0.5), Share(total, 0.99), Share(total, 1));
        }

        private double Share(long total, double share)
        {
            long sum = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                sum += counts[i];
                if (sum > 0 && sum >= total * share)
                {
                    return (i + 1) / BucketsPerMs;
                }
            }

            return 0;
        }

        private static long Number(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
        {
            var at = message.IndexOf(name);
            long value = 0;
            for (at += name.Length; at < message.Length && char.IsAsciiDigit((char)message[at]); at++)
            {
                value = (value * 10) + (message[at] - '0');
            }

            return value;
        }
    }
}
