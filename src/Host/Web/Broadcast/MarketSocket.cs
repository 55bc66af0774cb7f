using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>The route <c>/ws/markets</c>: handshake and the reading side of a connection.</summary>
/// <remarks>
/// Reading, ping, pong and close are the platform's own WebSocket; what it wants to write goes through the broadcast,
/// which alone writes to the socket.
/// </remarks>
internal static class MarketSocket
{
    // RFC 6455 §1.3.
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const string Version = "13";
    private const int KeyBytes = 16;
    private const int MaxMessageBytes = 4 * 1024;

    /// <summary>Serves one client until it goes.</summary>
    public static async Task AcceptAsync(HttpContext context, MarketBroadcast broadcast)
    {
        var headers = context.Request.Headers;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        var key = headers.SecWebSocketKey.ToString();
        if (upgrade is not { IsUpgradableRequest: true } || socket is null || !IsKey(key)
            || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        {
            await Problems.Of(
                StatusCodes.Status400BadRequest, "websocket_expected", "this route speaks WebSocket",
                "connect with a WebSocket client").ExecuteAsync(context);
            return;
        }

        if (headers.SecWebSocketVersion != Version)
        {
            context.Response.Headers.SecWebSocketVersion = Version;
            await Problems.Of(
                StatusCodes.Status426UpgradeRequired, "websocket_version",
                "only version 13 of WebSocket is spoken here", "connect with a newer client").ExecuteAsync(context);
            return;
        }

        if (!TryStreams(context.Request.Query["symbols"].ToString(), broadcast, out var streams, out var unknown))
        {
            await Problems.Of(
                StatusCodes.Status404NotFound, "unknown_symbol", $"no markets are made on '{unknown}'",
                "GET /api/v1/markets lists what there is").ExecuteAsync(context);
            return;
        }

        var guest = ConnectionGate.Of(context);
        if (broadcast.ClientCount >= MarketBroadcast.MaxClients || guest is { HasRoom: false })
        {
            await Problems.Of(
                StatusCodes.Status503ServiceUnavailable, "too_many_clients", "no further client can be served",
                "try again later").ExecuteAsync(context);
            return;
        }

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = Accept(key);

        // Kestrel has handed the answer to the kernel when this returns, because it may hold nothing back
        // (WebServer sets its write buffer so): from here on the socket is the broadcast's.
        await using var stream = await upgrade.UpgradeAsync();
        using var client = new BroadcastClient(socket, streams);
        await using var replies = new ReplyStream(stream, frame => broadcast.ReplyAsync(client, frame));
        using var reading = WebSocket.CreateFromStream(
            replies, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        broadcast.Join(client);
        guest?.Settle(isKnown: false);
        try
        {
            await ReadAsync(reading, client.Ended);
        }
        finally
        {
            broadcast.Leave(client);
            await client.Gone;
        }
    }

    private static async Task ReadAsync(WebSocket socket, CancellationToken ended)
    {
        // What a client says has no meaning here; it must only stay small.
        var buffer = new byte[256];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), ended);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended);
                    return;
                }

                length = part.EndOfMessage ? 0 : length + part.Count;
                if (length > MaxMessageBytes)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "message too big", ended);
                    return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException
            or ObjectDisposedException)
        {
            // Gone without a word, cut off, or the server stops.
        }
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

#pragma warning disable CA5350 // The protocol prescribes SHA-1 here (RFC 6455 §4.2.2); nothing rests on its strength.
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350

    private static bool TryStreams(
        string names, MarketBroadcast broadcast, out IReadOnlyList<LadderStream> streams, out string unknown)
    {
        unknown = string.Empty;
        streams = broadcast.Streams;
        if (names.Length == 0)
        {
            return true;
        }

        var wanted = new List<LadderStream>();
        foreach (var name in names.Split(','))
        {
            if (!Symbol.TryParse(name, out var symbol) || broadcast.Find(symbol) is not { } stream)
            {
                unknown = name;
                return false;
            }

            if (!wanted.Contains(stream))
            {
                wanted.Add(stream);
            }
        }

        streams = wanted;
        return true;
    }
}
