using System.Net.WebSockets;
using Strikeline.Host.Web.Streams;

namespace Strikeline.Unit.Host.Streams;

/// <summary>Who sends to a WebSocket client: one at a time, and nothing is forgotten.</summary>
public sealed class StreamOutboxTests
{
    private const int Threads = 4;

    private readonly WebSocket _socket = WebSocket.CreateFromStream(
        Stream.Null, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });

    private StreamOutbox? _outbox;
    private long _put;
    private long _sent;
    private int _inside;
    private bool _hasOverlapped;
    private volatile bool _ends;

    [Fact]
    public async Task One_at_a_time_sends_and_all_that_was_put_before_the_sending_rests_is_sent()
    {
        var each = Counts.Of(1_000_000, 20_000);
        using var outbox = new StreamOutbox(_socket, SendAsync);
        _outbox = outbox;
        var threads = Enumerable.Range(0, Threads).Select(one => new Thread(() => Put(one, each))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        while (!outbox.TryBegin())
        {
            await Task.Yield();
        }

        Assert.Equal((Threads * (long)each, false), (Interlocked.Read(ref _sent), _hasOverlapped));
        outbox.Finish();
    }

    [Fact]
    public async Task It_ends_once_nobody_sends_and_then_nobody_does()
    {
        using var outbox = new StreamOutbox(_socket, SendAsync);
        _outbox = outbox;
        Assert.True(outbox.TryBegin());
        _ends = true;
        var end = outbox.EndAsync();
        Assert.False(end.IsCompleted);
        outbox.Finish();
        await end;
        Interlocked.Increment(ref _put);
        Assert.False(outbox.Wake());
        Assert.False(outbox.TryBegin());
        Assert.Equal(0, Interlocked.Read(ref _sent));

        using var resting = new StreamOutbox(_socket, SendAsync);
        await resting.EndAsync();
        Assert.False(resting.Wake());
    }

    [Fact]
    public void What_comes_while_a_message_is_taken_in_is_sent_by_who_takes_it_in()
    {
        using var outbox = new StreamOutbox(_socket, SendAsync);
        Assert.True(outbox.TryBegin());
        Interlocked.Increment(ref _put);
        Assert.False(outbox.Wake());
        Assert.Equal(0, Interlocked.Read(ref _sent));
        outbox.Finish();
        Assert.Equal(1, Interlocked.Read(ref _sent));
    }

    // One thread reads from the client, the others deliver to it.
    private void Put(int thread, int each)
    {
        for (var i = 0; i < each; i++)
        {
            var sends = thread == 0 && _outbox!.TryBegin();
            Interlocked.Increment(ref _put);
            _outbox!.Wake();
            if (sends)
            {
                _outbox.Finish();
            }
        }
    }

    private async ValueTask<bool> SendAsync()
    {
        if (_ends)
        {
            return false;
        }

        _hasOverlapped |= Interlocked.Exchange(ref _inside, 1) != 0;
        var put = Interlocked.Exchange(ref _put, 0);
        if (put % 16 == 15)
        {
            await Task.Yield();
        }

        Interlocked.Add(ref _sent, put);
        Interlocked.Exchange(ref _inside, 0);
        return true;
    }
}
