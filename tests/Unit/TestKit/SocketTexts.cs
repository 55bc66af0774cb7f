using System.Net.WebSockets;
using System.Text;

namespace Strikeline.Unit.TestKit;

/// <summary>Whole texts over a real WebSocket.</summary>
internal static class SocketTexts
{
    /// <summary>Sends a text.</summary>
    public static async Task SayAsync(this ClientWebSocket socket, string text, CancellationToken cancel) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancel);

    /// <summary>Waits for the next text, however many parts it comes in.</summary>
    public static async Task<string> HearAsync(this ClientWebSocket socket, CancellationToken cancel)
    {
        using var held = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancel);
            held.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(held.ToArray());
            }
        }
    }
}
