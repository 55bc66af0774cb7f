using System.Security.Cryptography;
using System.Text;
using Strikeline.Testnet;
using Strikeline.Testnet.Kalshi;
using Strikeline.Testnet.Polymarket;
using Strikeline.Venues;
using KalshiOptions = Strikeline.Testnet.Kalshi.KalshiOptions;
using PolymarketOptions = Strikeline.Testnet.Polymarket.PolymarketOptions;

namespace Strikeline.Unit.TestKit;

/// <summary>The testnet's prediction venues without a socket: a floor in virtual time, and the network that leads feeds
/// to it. As on a real one, nothing arrives at the same moment as something else.</summary>
internal sealed class FloorTransport : IVenueTransport, IDisposable
{
    public const string KalshiKeyId = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c";

    private const string GammaHost = "gamma.test";
    private const string LiveHost = "live.test";
    private const string KalshiHost = "kalshi.test";

    // Microseconds between two frames.
    private const int Apart = 4;

    // A key takes a while to make.
    private static readonly Lazy<RSA> s_key = new(() => RSA.Create(2_048));
    private static readonly TimeSpan s_answer = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1_000.0 / MarketFloor.StepsPerSecond);

    private readonly TimeProvider _time;
    private readonly MarketFloor _floor;
    private readonly KalshiBooth _kalshi;
    private readonly PolymarketBooth _polymarket;
    private readonly ITimer _beat;
    private readonly List<Socket> _open = [];
    private long _lines;
    private long _requests;

    public FloorTransport(TimeProvider time, long seed, double rate = 0.05, bool fiveMinutes = false)
    {
        _time = time;
        _floor = new MarketFloor(new SeededMarket(seed, rate, 50), seed, TimeSpan.FromHours(24), time.UnixNanos());
        _kalshi = new KalshiBooth(
            new KalshiOptions
            {
                FiveMinutes = fiveMinutes,
                Keys = [new KalshiAccess(KalshiKeyId, s_key.Value.ExportSubjectPublicKeyInfoPem(), 1_000_000)],
            },
            _floor.Price, seed, 1, _floor.NowNanos);
        _polymarket = new PolymarketBooth(new PolymarketOptions(), _floor, time, seed);
        _floor.Guests.Add(_kalshi);
        _floor.Guests.Add(_polymarket);
        Events = _polymarket.Listens(1, 2, 3).Events;
        _beat = time.CreateTimer(_ => Beat(), null, s_step, s_step);
    }

    /// <summary>The events of Polymarket that are there beside the windows.</summary>
    public IReadOnlyList<string> Events { get; }

    /// <summary>Ways to Polymarket.</summary>
    public Strikeline.Venues.PolymarketOptions Polymarket => new()
    {
        Gamma = new Uri($"http://{GammaHost}"), Clob = new Uri("http://clob.test"),
        MarketSocket = new Uri("ws://clob.test/ws/market"), Rtds = new Uri($"ws://{LiveHost}/"), PolyBolt = null,
        Events = Events,
    };

    /// <summary>Ways to Kalshi.</summary>
    public static Strikeline.Venues.KalshiOptions Kalshi(KalshiKey key) => new(
        new Uri($"http://{KalshiHost}/trade-api/v2"), new Uri($"ws://{KalshiHost}{KalshiBooth.StreamPath}"))
    {
        Key = key,
    };

    public static KalshiKey NewKey() => KalshiKey.FromPem(KalshiKeyId, s_key.Value.ExportPkcs8PrivateKeyPem());

    /// <summary>Breaks every connection.</summary>
    public void Cut() => _open.ToList().ForEach(socket => socket.Break());

    /// <summary>Something goes wrong at Polymarket, as on the control server's page of faults.</summary>
    public void Fault(string json) => Assert.Equal(200, _polymarket.SetFault(Encoding.UTF8.GetBytes(json)).Status);

    /// <summary>Something goes wrong at Kalshi.</summary>
    public void KalshiFault(string json) => Assert.Equal(201, _kalshi.SetFault(Encoding.UTF8.GetBytes(json)).Status);

    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel) =>
        ConnectAsync(address, [], cancel);

    public Task<IVenueSocket> ConnectAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Socket socket;
        if (address.Host == KalshiHost)
        {
            if (_kalshi.Admit(Kalshi(address, headers), _floor.NowNanos, out var member) is { } refusal)
            {
                throw new VenueException($"{address} answered {refusal.Status}");
            }

            var line = _kalshi.Connect(member);
            socket = new Socket(
                this, line, bytes => _kalshi.Stream.Receive(line, bytes, _floor.NowNanos), _kalshi.Stream.Disconnect);
        }
        else
        {
            var channel = _polymarket.ChannelAt(address.AbsolutePath, address.Host != LiveHost)!;
            var line = new ClientLine(++_lines, Venue.None, _floor.Faults) { OpenedNanos = _floor.NowNanos };
            channel.Open(line, _floor.NowNanos);
            socket = new Socket(this, line, bytes => channel.Receive(line, bytes, _floor.NowNanos), channel.Leave);
        }

        _open.Add(socket);
        return Task.FromResult<IVenueSocket>(socket);
    }

    public Task<byte[]> GetAsync(Uri address, CancellationToken cancel) => GetAsync(address, [], cancel);

    public async Task<byte[]> GetAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        await Task.Delay(s_answer + TimeSpan.FromMicroseconds((++_requests % 900 * Apart) + (Apart / 2)), _time, cancel);
        var (status, body) = address.Host == KalshiHost
            ? Of(_kalshi.Answer(Kalshi(address, headers), _floor.NowNanos))
            : Of(_polymarket.Answer(Clob(address), address.Host == GammaHost).Answer);
        return status is >= 200 and < 300
            ? body
            : throw new VenueException($"GET {address} answered {status}: {Encoding.UTF8.GetString(body)}") { Status = status };
    }

    public void Dispose()
    {
        _beat.Dispose();
        _kalshi.Dispose();
    }

    private static (int Status, byte[] Body) Of(RestAnswer answer) => (answer.Status, answer.Body);

    private static ILookup<string, string> Query(Uri address) => address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2))
        .ToLookup(pair => pair[0], pair => Uri.UnescapeDataString(pair[^1]), StringComparer.Ordinal);

    private static KalshiRequest Kalshi(Uri address, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var query = Query(address);
        return new KalshiRequest(
            "GET", address.AbsolutePath, "127.0.0.1", name => [.. query[name]],
            name => headers.FirstOrDefault(header => header.Key == name).Value, []);
    }

    private ClobRequest Clob(Uri address)
    {
        var query = Query(address);
        return new ClobRequest(
            "GET", address.AbsolutePath, new RestQuery(name => query[name].FirstOrDefault()), _ => null, [],
            _floor.NowNanos);
    }

    private void Beat()
    {
        _floor.StepOnce();
        var frames = 0;
        foreach (var socket in _open)
        {
            foreach (var frame in socket.Sent(_floor.NowNanos))
            {
                _time.CreateTimer(
                    _ => socket.Arrive(frame), null, TimeSpan.FromMicroseconds(++frames * Apart),
                    Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Socket(
        FloorTransport floor, ClientLine line, Action<byte[]> receive, Action<ClientLine> leave) : IVenueSocket
    {
        private readonly Queue<byte[]> _arrived = new();
        private TaskCompletionSource? _wake;
        private bool _isBroken;

        public IEnumerable<OutgoingFrame> Sent(long nowNanos)
        {
            while (line.Outgoing.TryPeek(out var frame) && frame.ReleaseNanos <= nowNanos && line.Outgoing.TryRead(out _))
            {
                line.Drained(frame);
                yield return frame;
            }
        }

        public void Arrive(OutgoingFrame frame)
        {
            _isBroken |= frame.CloseStatus != 0;
            _arrived.Enqueue(frame.Bytes);
            _wake?.TrySetResult();
        }

        public void Break()
        {
            _isBroken = true;
            _wake?.TrySetResult();
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                if (_isBroken)
                {
                    throw new VenueException("the connection broke");
                }

                if (_arrived.TryDequeue(out var message))
                {
                    return message;
                }

                _wake = new TaskCompletionSource();
                using (cancel.Register(() => _wake.TrySetCanceled(cancel)))
                {
                    await _wake.Task;
                }
            }
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            receive(text.ToArray());
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            if (floor._open.Remove(this))
            {
                leave(line);
            }

            return ValueTask.CompletedTask;
        }
    }
}
