using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Venues.Connection;

/// <summary>One connection from opening to end: subscribes, receives, fetches snapshots.</summary>
/// <remarks>
/// Its receive loop runs by itself; the feed loop owns everything else. What it starts on the side (snapshots, pings)
/// ends
/// with it, and nothing reaches the desk or the tape after the end was told.
/// </remarks>
internal sealed class FeedLink : IDisposable
{
    private readonly FeedOptions _options;
    private readonly IVenueSession _session;
    private readonly IVenueTransport _transport;
    private readonly VenueDesk _desk;
    private readonly IFeedRecorder _recorder;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Lock _order = new();
    private readonly HashSet<Symbol> _fetching = [];
    private readonly List<Task> _asides = [];
    private IVenueSocket? _socket;
    private TimeSpan? _restPause;
    private bool _gone;

    public FeedLink(
        int number,
        FeedOptions options,
        IVenueTransport transport,
        VenueDesk desk,
        IFeedRecorder recorder,
        TimeProvider clock,
        CancellationToken cancel)
    {
        Number = number;
        _options = options;
        _session = VenueSessions.Of(options);
        _transport = transport;
        _desk = desk;
        _recorder = recorder;
        _clock = clock;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        StartedNanos = clock.UnixNanos();
        Completion = RunAsync();
    }

    /// <summary>The connection's number on tapes and in the desk.</summary>
    public int Number { get; }

    public long StartedNanos { get; }

    /// <summary>Set when the connection is open and subscribed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Ends when the connection does; its result says why, in one line. Never fails.</summary>
    public Task<string> Completion { get; }

    /// <summary>How long the venue asked to stay away; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    public TimeSpan PingEvery => _session.PingEvery;

    /// <summary>Asks for books again. Says nothing of success: the desk sees the snapshots or it does not.</summary>
    public void Resync(IReadOnlyList<Symbol> symbols)
    {
        if (symbols.Count == 0)
        {
            return;
        }

        if (_session.SnapshotPath(symbols[0]) is null)
        {
            Aside(SendAllAsync(_session.Resubscribe([.. symbols])));
            return;
        }

        foreach (var symbol in symbols)
        {
            Aside(FetchAsync(symbol, _session.SnapshotPath(symbol)!));
        }
    }

    /// <summary>Sends the venue's keep-alive text, where it wants one.</summary>
    public void Ping()
    {
        if (_session.Ping is { } ping && IsOpen)
        {
            Aside(SendAllAsync([ping]));
        }
    }

    /// <summary>How long the venue asked to be left alone since the last call; null where it did not.</summary>
    public TimeSpan? TakeRestPause()
    {
        lock (_fetching)
        {
            var pause = _restPause;
            _restPause = null;
            return pause;
        }
    }

    public void End() => _end.Cancel();

    public void Dispose()
    {
        _end.Dispose();
        _sending.Dispose();
    }

    private async Task<string> RunAsync()
    {
        var connected = false;
        string reason;
        try
        {
            await Task.Yield();
            _socket = await _transport.ConnectAsync(_session.Address, _end.Token);
            connected = true;
            _recorder.Connected(_options.Venue, Number, _clock.UnixNanos());
            _desk.Connected(Number);
            foreach (var text in _session.Subscribe())
            {
                await SendAsync(text);
            }

            IsOpen = true;
            reason = await ReceiveAsync(_socket);
        }
        catch (VenueException e)
        {
            reason = e.Message;
            RetryAfter = e.RetryAfter;
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
        await FinishAsync(connected, reason);
        return reason;
    }

    private async Task FinishAsync(bool connected, string reason)
    {
        lock (_order)
        {
            _gone = true;
            var now = _clock.UnixNanos();
            if (connected)
            {
                _recorder.Disconnected(_options.Venue, Number, now);
            }

            _desk.Disconnected(Number, reason, now);
        }

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
                return "the venue closed the connection";
            }

            Take(message.Span, string.Empty);
        }
    }

    // The tape and the desk see frames of socket and REST in the same order, or a replay would differ from the run.
    private void Take(ReadOnlySpan<byte> payload, string context)
    {
        lock (_order)
        {
            if (_gone)
            {
                return;
            }

            var now = _clock.UnixNanos();
            _recorder.Frame(_options.Venue, Number, context, payload, now);
            _desk.Frame(Number, payload, context, now);
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

    private async Task FetchAsync(Symbol symbol, string path)
    {
        lock (_fetching)
        {
            if (!_fetching.Add(symbol))
            {
                return;
            }
        }

        try
        {
            var address = new Uri(_options.Rest.ToString().TrimEnd('/') + path);
            Take(await _transport.GetAsync(address, _end.Token), path);
        }
        catch (VenueException e)
        {
            // The book stays unproven; the feed loop asks again when it may, or replaces the connection.
            _desk.Refused(symbol, e.Message);
            lock (_fetching)
            {
                _restPause = e.RetryAfter ?? _restPause;
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended first.
        }
        finally
        {
            lock (_fetching)
            {
                _fetching.Remove(symbol);
            }
        }
    }

    private async Task SendAllAsync(IReadOnlyList<string> texts)
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
