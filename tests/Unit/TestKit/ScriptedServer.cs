using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>A venue in memory on virtual time: who is connected, and what clients did when. What is said belongs to
/// each
/// venue.</summary>
internal abstract class ScriptedServer<TSocket>(VirtualTime time)
    where TSocket : ScriptedSocket
{
    private readonly List<TSocket> _open = [];
    private int _sockets;

    /// <summary>When, and what: connections, requests, what clients sent.</summary>
    public List<(TimeSpan At, string What)> Log { get; } = [];

    public int OpenSockets => _open.Count;

    protected VirtualTime Time => time;

    /// <summary>The open sockets of this moment, oldest first.</summary>
    protected TSocket[] Open => [.. _open];

    public IEnumerable<TimeSpan> TimesOf(string what) =>
        Log.Where(entry => entry.What.StartsWith(what, StringComparison.Ordinal)).Select(entry => entry.At);

    /// <summary>Cuts every connection.</summary>
    public void Cut() => Array.ForEach(Open, socket => socket.Break());

    /// <summary>Opens a connection.</summary>
    /// <param name="make">Makes the socket of a number; the first is 1.</param>
    protected TSocket Accept(Func<int, TSocket> make)
    {
        var socket = make(++_sockets);
        _open.Add(socket);
        Note($"open {socket.Name}");
        socket.Said += text => Said(socket, text);
        socket.Broken += () => _open.Remove(socket);
        socket.Closed += () =>
        {
            _open.Remove(socket);
            Note($"close {socket.Name}");
        };
        return socket;
    }

    protected void Note(string what) => Log.Add((time.GetUtcNow() - DateTimeOffset.UnixEpoch, what));

    /// <summary>A client said something.</summary>
    protected abstract void Said(TSocket socket, string text);
}

/// <summary>A client's connection to a scripted venue.</summary>
internal class ScriptedSocket(int number) : IVenueSocket
{
    private readonly Queue<byte[]> _queue = new();
    private TaskCompletionSource? _wake;
    private bool _broken;
    private bool _ends;

    /// <summary>The client said something.</summary>
    public event Action<string>? Said;

    /// <summary>The venue cut the connection.</summary>
    public event Action? Broken;

    /// <summary>The client has let go of it.</summary>
    public event Action? Closed;

    public int Number => number;

    /// <summary>What the log calls it.</summary>
    public virtual string Name => $"{number}";

    public int? CloseCode { get; private set; }

    /// <summary>Sends a text to the client.</summary>
    public void Deliver(string text)
    {
        _queue.Enqueue(Encoding.UTF8.GetBytes(text));
        _wake?.TrySetResult();
    }

    /// <summary>Cuts the connection at once; with a code it is closed.</summary>
    public void Break(int? code = null)
    {
        CloseCode = code;
        _broken = true;
        Broken?.Invoke();
        _wake?.TrySetResult();
    }

    /// <summary>Closes the connection once everything that was sent is received.</summary>
    public void EndAfterQueue() => _ends = true;

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (_broken)
            {
                return CloseCode is null ? throw new VenueException("the connection broke") : null;
            }

            if (_queue.TryDequeue(out var message))
            {
                return message;
            }

            if (_ends)
            {
                return null;
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
        if (_broken)
        {
            throw new VenueException("the connection broke");
        }

        Said?.Invoke(Encoding.UTF8.GetString(text.Span));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Closed?.Invoke();
        return ValueTask.CompletedTask;
    }
}
