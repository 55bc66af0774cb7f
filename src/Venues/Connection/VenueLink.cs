using System.Text;

namespace Strikeline.Venues.Connection;

/// <summary>One WebSocket from opening to end: connects, says what opens it, receives, sends in order.</summary>
/// <remarks>
/// Its receive loop runs by itself; the feed loop owns everything else. What it starts on the side (sends, requests)
/// ends with it. Waits, watchdogs and the next connection are the feed's.
/// </remarks>
internal abstract class VenueLink : IDisposable
{
    /// <summary>What the end of a link is called where the venue ended it.</summary>
    protected const string ClosedByVenue = "the venue closed the connection";

    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<Task> _asides = [];
    private IVenueSocket? _socket;

    /// <summary>Makes a link that <see cref="Start"/> opens.</summary>
    /// <param name="number">Its number on tapes.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    /// <param name="cancel">Ends it.</param>
    protected VenueLink(int number, long nowNanos, CancellationToken cancel)
    {
        Number = number;
        StartedNanos = nowNanos;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    /// <summary>The connection's number on tapes.</summary>
    public int Number { get; }

    /// <summary>When it was made, nanoseconds since the Unix epoch.</summary>
    public long StartedNanos { get; }

    /// <summary>Set while the socket is open, from when the opening texts are sent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Ends when the link does; its result says why, in one line. Never fails.</summary>
    public Task<string> Completion { get; private set; } = Task.FromResult("never opened");

    /// <summary>How long the venue asked to stay away; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The code that the venue closed with; null where it did not.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>Cancelled when the link ends.</summary>
    protected CancellationToken Ending => _end.Token;

    /// <summary>Ends the link; <see cref="Completion"/> follows.</summary>
    public void End() => _end.Cancel();

    /// <summary>Ends the link, waits for its end and disposes of it.</summary>
    public async Task EndAsync()
    {
        End();
        await Completion;
        Dispose();
    }

    /// <summary>Only after <see cref="Completion"/>.</summary>
    public void Dispose()
    {
        _end.Dispose();
        _sending.Dispose();
    }

    /// <summary>Opens the link: the last that a constructor does.</summary>
    protected void Start() => Completion = RunAsync();

    /// <summary>Opens the socket.</summary>
    protected abstract Task<IVenueSocket> ConnectAsync();

    /// <summary>The socket is open.</summary>
    /// <returns>Texts to send first, in order.</returns>
    protected abstract IReadOnlyList<string> Connected();

    /// <summary>Receives until <see cref="Ending"/> is cancelled or the venue closes the socket.</summary>
    /// <returns>Why it ended, in one line.</returns>
    protected abstract Task<string> ReceiveAsync(IVenueSocket socket);

    /// <summary>The link has ended; nothing of it may reach anybody after this.</summary>
    /// <param name="wasConnected">False where the socket could not even be opened.</param>
    /// <param name="reason">Why, in one line.</param>
    protected abstract void Disconnected(bool wasConnected, string reason);

    /// <summary>Sends texts in the order of the calls; says nothing of success.</summary>
    protected void Say(IReadOnlyList<string> texts) => Aside(SendAllAsync(texts));

    /// <summary>Something that the end of the link waits for. Must watch <see cref="Ending"/> and not fail.</summary>
    protected void Aside(Task task)
    {
        lock (_asides)
        {
            _asides.RemoveAll(one => one.IsCompleted);
            _asides.Add(task);
        }
    }

    private async Task<string> RunAsync()
    {
        var connected = false;
        string reason;
        try
        {
            await Task.Yield();
            _socket = await ConnectAsync();
            connected = true;
            foreach (var text in Connected())
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
        Disconnected(connected, reason);
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
