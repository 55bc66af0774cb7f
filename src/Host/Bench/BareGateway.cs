using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Strikeline.Host.Bench;

/// <summary>The baseline: a Kestrel that reads a request to its end and sends an answer that it has ready.</summary>
internal static class BareGateway
{
    /// <summary>The hidden command behind it.</summary>
    public const string CommandName = "gateway-bare";

    private const string Listening = "port ";
    private const int MaxBytes = 4 * 1024;

    private static readonly byte[] s_answer = Encoding.ASCII.GetBytes(
        "{\"order_id\":\"1099511627777\",\"client_id\":null,\"status\":\"filled\",\"executed_quantity\":\"0.01\","
        + "\"fills\":[{\"trade_id\":\"1234567\",\"price\":\"150\",\"quantity\":\"0.01\",\"fee\":\"0.000015\"}],"
        + "\"sequence\":1234568}");

    /// <summary>Starts it in a process of its own.</summary>
    public static async Task<GatewayChild> StartAsync(bool isPinned, CancellationToken stop)
    {
        var child = GatewayChild.Start(isPinned, "bench", CommandName);
        child.Port = int.Parse(await child.ExpectAsync(Listening, stop), CultureInfo.InvariantCulture);
        return child;
    }

    /// <summary>The child's side: serves until standard input ends.</summary>
    public static async Task LiveAsync(TextReader input, TextWriter output)
    {
        await using var server = await BenchServer.StartAsync(app =>
        {
            app.MapPost(OrderLoad.Route, AnswerAsync);
            app.Map(OrderLoad.SocketRoute, AcceptAsync);
        });
        await output.WriteLineAsync(Listening + GatewayChild.Text(server.Port));
        await output.FlushAsync();
        await input.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        while (true)
        {
            var part = await context.Request.BodyReader.ReadAsync();
            context.Request.BodyReader.AdvanceTo(part.Buffer.End);
            if (part.IsCompleted)
            {
                break;
            }
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = s_answer.Length;
        await context.Response.BodyWriter.WriteAsync(s_answer);
    }

    private static async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[MaxBytes];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType
                != WebSocketMessageType.Close)
            {
                await socket.SendAsync(s_answer, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // Gone without a word.
        }
    }
}
