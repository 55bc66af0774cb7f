using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>One socket from its signed opening to its end: subscribes, receives, asks for snapshots.</summary>
/// <remarks>
/// Its receive loop runs by itself; the feed loop owns everything else. Nothing reaches the desk or the tape after the
/// end
/// was told.
/// </remarks>
internal sealed class KalshiLink : IDisposable
{
    private const int MostTickersOfACommand = 500;

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly KalshiOptions _options;
    private readonly IVenueTransport _transport;
    private readonly KalshiDesk _desk;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<Task> _asides = [];
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private IVenueSocket? _socket;
    private int _commands;
    private bool _hasBegun;
    private long _begunNanos;

    public KalshiLink(
        int number,
        KalshiOptions options,
        IVenueTransport transport,
        KalshiDesk desk,
        TimeProvider clock,
        CancellationToken cancel)
    {
        Number = number;
        _options = options;
        _transport = transport;
        _desk = desk;
        _clock = clock;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        StartedNanos = clock.UnixNanos();
        Completion = RunAsync();
    }

    /// <summary>The connection's number on tapes.</summary>
    public int Number { get; }

    public long StartedNanos { get; }

    /// <summary>Set while the socket is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Ends when the socket does; its result says why, in one line. Never fails.</summary>
    public Task<string> Completion { get; }

    /// <summary>The markets that are subscribed to on this socket.</summary>
    public IReadOnlyCollection<string> Subscribed => _subscribed;

    /// <summary>Subscribes to what is wanted and gives up what is not.</summary>
    public void Follow(IReadOnlyCollection<string> wanted)
    {
        if (!IsOpen)
        {
            return;
        }

        if (!_hasBegun)
        {
            Begin(wanted);
            return;
        }

        var more = wanted.Where(ticker => !_subscribed.Contains(ticker)).ToArray();
        var less = _subscribed.Where(ticker => !wanted.Contains(ticker)).ToArray();
        if (more.Length + less.Length == 0 || !KnowsSids(out var sids))
        {
            return;
        }

        var commands = new List<string>();
        foreach (var sid in sids)
        {
            commands.AddRange(Update(sid, "add_markets", more));
            commands.AddRange(Update(sid, "delete_markets", less));
        }

        _subscribed.UnionWith(more);
        _subscribed.ExceptWith(less);
        _desk.Release(less);
        Aside(SendAllAsync(commands));
    }

    /// <summary>True where the venue has not confirmed the subscriptions that were asked for long ago.</summary>
    public bool IsUnanswered(long now) =>
        _hasBegun && now - _begunNanos > AnswerPatience.Ticks * 100 && !KnowsSids(out _);

    /// <summary>Asks for books again. Says nothing of success: the desk sees the snapshots or it does not.</summary>
    public void Resync(IReadOnlyCollection<string> tickers)
    {
        var sid = _desk.Read(decoder => decoder.SidOf(KalshiChannel.Books));
        if (tickers.Count > 0 && sid >= 0)
        {
            Aside(SendAllAsync(Update(sid, "get_snapshot", tickers)));
        }
    }

    public void End() => _end.Cancel();

    public void Dispose()
    {
        _end.Dispose();
        _sending.Dispose();
    }

    private static string Array(IEnumerable<string> texts) =>
        $"[{string.Join(',', texts.Select(one => $"\"{one}\""))}]";

    private void Begin(IReadOnlyCollection<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        _hasBegun = true;
        _begunNanos = _clock.UnixNanos();
        _subscribed.UnionWith(wanted);
        var tickers = Array(wanted);

        // The venue will turn the default of use_yes_price round one day: so it is always said.
        Aside(SendAllAsync(
        [
            Command("subscribe", $"\"channels\":[\"{KalshiChannel.Books.Name()}\"],\"market_tickers\":{tickers},"
                + "\"use_yes_price\":false"),
            Command("subscribe", $"\"channels\":[\"{KalshiChannel.Trades.Name()}\",\"{KalshiChannel.Tickers.Name()}\"],"
                + $"\"market_tickers\":{tickers}"),
        ]));
    }

    private bool KnowsSids(out long[] sids)
    {
        sids = _desk.Read(decoder => new[]
        {
            decoder.SidOf(KalshiChannel.Books),
            decoder.SidOf(KalshiChannel.Trades),
            decoder.SidOf(KalshiChannel.Tickers),
        });
        return System.Array.TrueForAll(sids, sid => sid >= 0);
    }

    private IEnumerable<string> Update(long sid, string action, IReadOnlyCollection<string> tickers) =>
        tickers.Chunk(MostTickersOfACommand).Select(some => Command(
            "update_subscription",
            $"\"sids\":[{sid}],\"market_tickers\":{Array(some)},\"action\":\"{action}\"")).ToArray();

    private string Command(string name, string parameters) =>
        $"{{\"id\":{++_commands},\"cmd\":\"{name}\",\"params\":{{{parameters}}}}}";

    private async Task<string> RunAsync()
    {
        var connected = false;
        string reason;
        try
        {
            await Task.Yield();

            // Signed anew each time: the venue takes a signature for a moment only.
            var headers = _options.Key!.Sign(
                "GET", _options.WebSocket.AbsolutePath, Stamps.ToMillis(_clock.UnixNanos()));
            _socket = await _transport.ConnectAsync(_options.WebSocket, headers, _end.Token);
            connected = true;
            _desk.Connected(Number);
            await SendAsync(Command("subscribe", $"\"channels\":[\"{KalshiChannel.Lifecycle.Name()}\"]"));
            var indices = _options.Series.Where(one => one.Asset is not null)
                .Select(one => KalshiParser.IndexOf(one.Asset!)).Distinct(StringComparer.Ordinal).ToArray();
            if (indices.Length > 0)
            {
                await SendAsync(Command(
                    "subscribe", $"\"channels\":[\"{KalshiChannel.Indices.Name()}\"],\"index_ids\":{Array(indices)}"));
            }

            IsOpen = true;
            reason = await ReceiveAsync(_socket);
        }
        catch (VenueException e)
        {
            reason = e.Message;
        }
        catch (OperationCanceledException)
        {
            reason = "closed by this side";
        }
        catch (Exception e)
        {
            // A fault of this program must not silence the venue for ever: it is told, and the connection is made anew.
            reason = $"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        }

        IsOpen = false;
        _desk.Disconnected(Number, connected, reason);
        await FinishAsync();
        return reason;
    }

    private async Task FinishAsync()
    {
        await _end.CancelAsync();
        Task[] asides;
        lock (_asides)
        {
            asides = [.. _asides];
        }

        await Task.WhenAll(asides);
        if (_socket is not null)
        {
            await _socket.DisposeAsync();
        }
    }

    private async Task<string> ReceiveAsync(IVenueSocket socket)
    {
        while (true)
        {
            var frame = await socket.ReceiveAsync(_end.Token);
            if (frame is not { } message)
            {
                return socket.CloseCode is { } code
                    ? $"the venue closed the connection with code {code}"
                    : "the venue closed the connection";
            }

            _desk.Frame(Number, message.Span, string.Empty);
        }
    }

    private void Aside(Task task)
    {
        lock (_asides)
        {
            _asides.RemoveAll(one => one.IsCompleted);
            _asides.Add(task);
        }
    }

    private async Task SendAllAsync(IEnumerable<string> texts)
    {
        try
        {
            foreach (var text in texts)
            {
                await SendAsync(text);
            }
        }
        catch (Exception e) when (e is VenueException or OperationCanceledException)
        {
            // A broken connection is noticed where it is read.
        }
    }

    private async Task SendAsync(string text)
    {
        await _sending.WaitAsync(_end.Token);
        try
        {
            await _socket!.SendAsync(Encoding.UTF8.GetBytes(text), _end.Token);
        }
        finally
        {
            _sending.Release();
        }
    }
}
