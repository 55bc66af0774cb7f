using System.Text;

namespace Strikeline.Venues;

/// <summary>One WebSocket of a prediction feed, from opening to end. What it receives it hands on; what is said on it
/// the
/// feed decides.</summary>
/// <remarks>
/// Its receive loop runs by itself; nothing is handed on after its end was told. The callbacks are called on that loop
/// and
/// must serialise themselves.
/// </remarks>
internal sealed class OutcomeLink : IDisposable
{
    private readonly Uri _address;
    private readonly IReadOnlyList<string> _opening;
    private readonly IVenueTransport _transport;
    private readonly IOutcomeLinkOwner _owner;
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<Task> _asides = [];
    private IVenueSocket? _socket;

    /// <summary>Opens a connection.</summary>
    /// <param name="number">Its number on tapes.</param>
    /// <param name="address">Where to.</param>
    /// <param name="opening">Texts that are sent first.</param>
    /// <param name="transport">The network.</param>
    /// <param name="owner">Hears of it.</param>
    /// <param name="nowNanos">Now.</param>
    /// <param name="cancel">Ends it.</param>
    public OutcomeLink(
        int number,
        Uri address,
        IReadOnlyList<string> opening,
        IVenueTransport transport,
        IOutcomeLinkOwner owner,
        long nowNanos,
        CancellationToken cancel)
    {
        Number = number;
        _address = address;
        _opening = opening;
        _transport = transport;
        _owner = owner;
        StartedNanos = nowNanos;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Completion = RunAsync();
    }

    public int Number { get; }

    public long StartedNanos { get; }

    /// <summary>Set when the connection is open and the opening texts are sent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Ends when the connection does; its result says why, in one line. Never fails.</summary>
    public Task<string> Completion { get; }

    /// <summary>How long the venue asked to stay away; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The code that the venue closed with; null where it did not.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>Sends a text, in the order of the calls; says nothing of success.</summary>
    public void Send(string text)
    {
        if (!IsOpen)
        {
            return;
        }

        lock (_asides)
        {
            _asides.RemoveAll(one => one.IsCompleted);
            _asides.Add(SendAsideAsync(text));
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
            _socket = await _transport.ConnectAsync(_address, _end.Token);
            connected = true;
            _owner.OnConnected(this);
            foreach (var text in _opening)
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
        CloseCode = _socket?.CloseCode;
        if (connected)
        {
            _owner.OnDisconnected(this);
        }

        await FinishAsync();
        return CloseCode is { } code ? $"{reason} (code {code})" : reason;
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
                return "the venue closed the connection";
            }

            _owner.OnFrame(this, message.Span);
        }
    }

    private async Task SendAsideAsync(string text)
    {
        try
        {
            await SendAsync(text);
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

/// <summary>Hears what happens on a link.</summary>
internal interface IOutcomeLinkOwner
{
    /// <summary>It is open.</summary>
    void OnConnected(OutcomeLink link);

    /// <summary>A frame arrived; valid during the call.</summary>
    void OnFrame(OutcomeLink link, ReadOnlySpan<byte> frame);

    /// <summary>It has ended, after having been open.</summary>
    void OnDisconnected(OutcomeLink link);
}
