using System.Net.WebSockets;
using Strikeline.Host.Web.Broadcast;

namespace Strikeline.Unit.Host.Broadcast;

public sealed class SharedFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(9_000)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public async Task A_frame_is_what_the_platforms_own_client_reads(int length)
    {
        var message = new byte[length];
        new Random(length).NextBytes(message);
        message.AsSpan().Fill((byte)'x');
        var frame = new SharedFrame(new Stack<SharedFrame>());
        for (var at = 0; at < length;)
        {
            var room = frame.GetSpan(Math.Min(length - at, 700));
            var part = Math.Min(room.Length, length - at);
            message.AsSpan(at, part).CopyTo(room);
            frame.Advance(part);
            at += part;
        }

        frame.Seal();
        using var stream = new MemoryStream(frame.Wire.ToArray());
        using var client = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = false });
        var read = new byte[length + 1];
        var filled = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(read.AsMemory(filled), TestContext.Current.CancellationToken);
            filled += result.Count;
        }
        while (!result.EndOfMessage);

        Assert.Equal(WebSocketMessageType.Text, result.MessageType);
        Assert.Equal(message, read[..filled]);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void The_last_holder_gives_a_frame_back_empty()
    {
        var pool = new Stack<SharedFrame>();
        var frame = new SharedFrame(pool).Retain();
        frame.GetSpan(4)[0] = 1;
        frame.Advance(1);
        frame.Retain().Release();
        Assert.Empty(pool);
        frame.Release();
        Assert.Same(frame, pool.Pop());
        Assert.Equal(0, frame.Wire.Length);
    }
}
