using System.Net;
using System.Net.Sockets;

namespace Strikeline.SystemTests.Recipes;

/// <summary>Stands between a client and the server, and ends each connection after a number of bytes of its own,
/// wherever
/// in a message that is: by a reset, by an orderly end, or by falling silent.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    // One of so many is as long as any: a client whose connections all end before a whole book is through knows
    // nothing.
    private const int LongOf = 6;

    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _served = [];
    private readonly Func<Uri> _target;
    private readonly Random _random;
    private readonly (int Least, int Most) _bytes;
    private readonly Task _accepting;
    private int _connections;
    private int _cuts;
    private int _silences;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">Where the server is now.</param>
    /// <param name="seed">Decides when and how connections end.</param>
    /// <param name="leastBytes">From the server, of the shortest connections.</param>
    /// <param name="mostBytes">Of the longest; short ones are as likely as ten times longer ones, and one of six is of
    /// these.</param>
    public CuttingProxy(Func<Uri> target, int seed, int leastBytes, int mostBytes)
    {
        (_target, _random, _bytes) = (target, new Random(seed), (leastBytes, mostBytes));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections that clients have begun.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that it ended.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Those of them that it let fall silent.</summary>
    public int Silences => Volatile.Read(ref _silences);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_served);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var bytes = (long)(_bytes.Least * Math.Pow((double)_bytes.Most / _bytes.Least, _random.NextDouble()));
                var isLong = Interlocked.Increment(ref _connections) % LongOf == 0;
                _served.Add(ServeAsync(client, isLong ? _bytes.Most : bytes, _random.Next(30)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, long bytes, int how)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using var closing = client;
        using var server = new TcpClient();
        try
        {
            client.NoDelay = server.NoDelay = true;
            var target = _target();
            await server.ConnectAsync(target.Host, target.Port, end.Token);
            var asking = PumpAsync(client.GetStream(), server.GetStream(), long.MaxValue, end.Token);
            var answering = PumpAsync(server.GetStream(), client.GetStream(), bytes, end.Token);
            await await Task.WhenAny(asking, answering);
            if (answering.IsCompletedSuccessfully && await answering)
            {
                Interlocked.Increment(ref _cuts);
                if (how == 0)
                {
                    // Mute: the client itself must find out. What it says is taken, and nothing comes back.
                    Interlocked.Increment(ref _silences);
                    await asking.WaitAsync(MostSilence, end.Token);
                }

                // Zero seconds: a reset, which throws away what was sent and not yet read.
                client.LingerState = new LingerOption(how % 2 == 1, 0);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or TimeoutException)
        {
            // One side is gone; so goes the other.
        }

        await end.CancelAsync();
    }

    // True where it has passed on as many bytes as it may.
    private static async Task<bool> PumpAsync(NetworkStream from, NetworkStream to, long most, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        while (most > 0)
        {
            var length = await from.ReadAsync(buffer, cancel);
            if (length == 0)
            {
                return false;
            }

            var passed = (int)Math.Min(length, most);
            await to.WriteAsync(buffer.AsMemory(0, passed), cancel);
            most -= passed;
        }

        return true;
    }
}
