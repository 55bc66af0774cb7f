using System.Net.WebSockets;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Moves messages between one WebSocket and its line until either side ends.</summary>
internal sealed class LinePump(MarketFloor floor, TimeProvider clock, WebSocket socket)
{
    public async Task RunAsync(Venue venue, string path, RestQuery query)
    {
        ClientLine line;
        lock (floor.Gate)
        {
            line = floor.Connect(venue, path, query);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(line.Cut);
        var sending = SendAsync(line, ended.Token);
        try
        {
            await ReceiveAsync(line, ended.Token);
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
                floor.Booth(venue).Disconnect(line);
            }

            await ended.CancelAsync();
            await sending;
            socket.Abort();
            line.Dispose();
        }
    }

    private async Task ReceiveAsync(ClientLine line, CancellationToken stop)
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
                    floor.Booth(line.Venue).Receive(line, buffer.AsMemory(0, length), floor.NowNanos);
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
