using System.Net.WebSockets;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Moves messages between one WebSocket and its line until either side ends.</summary>
internal sealed class LinePump(MarketFloor floor, TimeProvider clock, WebSocket socket)
{
    public Task RunAsync(Venue venue, string path, RestQuery query) => RunAsync(
        () => floor.Connect(venue, path, query),
        (line, message) => floor.Booth(venue).Receive(line, message, floor.NowNanos),
        floor.Booth(venue).Disconnect);

    /// <summary>The same for a line of somebody else's; each step is called under the floor's lock.</summary>
    /// <param name="open">Makes the line.</param>
    /// <param name="receive">Takes what the client has sent.</param>
    /// <param name="leave">The client has gone.</param>
    public async Task RunAsync(
        Func<ClientLine> open, Action<ClientLine, ReadOnlyMemory<byte>> receive, Action<ClientLine> leave)
    {
        ClientLine line;
        lock (floor.Gate)
        {
            line = open();
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(line.Cut);
        var sending = SendAsync(line, ended.Token);
        try
        {
            await ReceiveAsync(line, receive, ended.Token);
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException)
        {
            // A lost client is nothing to tell: it comes back or it does not.
        }
        catch (Exception failed)
        {
            floor.Failed(failed);
        }
        finally
        {
            lock (floor.Gate)
            {
                leave(line);
            }

            await ended.CancelAsync();
            await sending;
            socket.Abort();
            line.Dispose();
        }
    }

    private async Task ReceiveAsync(
        ClientLine line, Action<ClientLine, ReadOnlyMemory<byte>> receive, CancellationToken stop)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                lock (floor.Gate)
                {
                    line.Close((int)WebSocketCloseStatus.NormalClosure, "bye", floor.NowNanos);
                }

                return;
            }

            if (received.EndOfMessage)
            {
                lock (floor.Gate)
                {
                    receive(line, buffer.AsMemory(0, length));
                }

                length = 0;
            }
            else if (length == buffer.Length)
            {
                if (length >= TestnetLimits.IncomingBytes)
                {
                    return;
                }

                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    private async Task SendAsync(ClientLine line, CancellationToken stop)
    {
        try
        {
            await foreach (var frame in line.Outgoing.ReadAllAsync(stop))
            {
                var early = frame.ReleaseNanos - clock.UnixNanos();
                if (early > Stamps.NanosPerMilli)
                {
                    await Task.Delay(TimeSpan.FromTicks(early / 100), clock, stop);
                }

                if (frame.CloseStatus != 0)
                {
                    await socket.CloseOutputAsync((WebSocketCloseStatus)frame.CloseStatus, frame.CloseReason, stop);
                    return;
                }

                await socket.SendAsync(frame.Bytes, WebSocketMessageType.Text, endOfMessage: true, stop);
                line.Drained(frame);
            }
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException)
        {
            line.Abort();
        }
        catch (Exception failed)
        {
            floor.Failed(failed);
            line.Abort();
        }
    }
}
