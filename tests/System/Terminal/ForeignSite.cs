using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.SystemTests.Terminal;

/// <summary>Somebody else's site on this machine: an empty page at every address.</summary>
internal sealed class ForeignSite : IDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 34\r\nConnection: close\r\n\r\n"
        + "<!doctype html><title>foreign site");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Opens it.</summary>
    public ForeignSite()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                _ = await stream.ReadAtLeastAsync(new byte[1_024], 1, throwOnEndOfStream: false);
                await stream.WriteAsync(Answer);
            }
            catch (IOException)
            {
                // A connection that the browser has opened in advance.
            }
        }
    }
}
