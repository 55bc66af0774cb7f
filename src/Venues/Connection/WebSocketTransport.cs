using System.Net;
using System.Net.WebSockets;

namespace Strikeline.Venues;

/// <summary>The real network: one HTTP client for all REST requests, one <see cref="ClientWebSocket"/> for each
/// connection.</summary>
/// <remarks>Any thread.</remarks>
public sealed class WebSocketTransport : IVenueTransport, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = VenuesLimits.MaxFrameBytes,
    };

    /// <inheritdoc/>
    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel) =>
        ConnectAsync(address, [], cancel);

    /// <inheritdoc/>
    public async Task<IVenueSocket> ConnectAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            await socket.ConnectAsync(address, timeout.Token);
            return new VenueSocket(socket, address.Host);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            socket.Dispose();
            throw new VenueException($"cannot connect to {address}: {Innermost(e)}", inner: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(Uri address, CancellationToken cancel) => GetAsync(address, [], cancel);

    /// <inheritdoc/>
    public async Task<byte[]> GetAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await _http.SendAsync(request, cancel);
            if (!answer.IsSuccessStatusCode)
            {
                throw new VenueException(
                    $"GET {address} answered {(int)answer.StatusCode}", Pause(answer))
                {
                    Status = (int)answer.StatusCode,
                };
            }

            return await answer.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new VenueException($"GET {address} failed: {Innermost(e)}", inner: e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // 418 and 429 mean that asking on prolongs the ban, whether the venue says for how long or not.
    private static TimeSpan? Pause(HttpResponseMessage answer) =>
        (int)answer.StatusCode is 418 or 429
            ? Longer(answer.Headers.RetryAfter?.Delta, DefaultPause)
            : answer.Headers.RetryAfter?.Delta;

    private static TimeSpan Longer(TimeSpan? one, TimeSpan other) => one > other ? one.Value : other;

    private static string Innermost(Exception e)
    {
        while (e.InnerException is not null)
        {
            e = e.InnerException;
        }

        return e is OperationCanceledException ? "no answer within 10 s" : e.Message;
    }

    private sealed class VenueSocket(ClientWebSocket socket, string host) : IVenueSocket
    {
        private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

        private byte[] _buffer = new byte[64 * 1024];

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
        {
            var length = 0;
            try
            {
                while (true)
                {
                    if (length == _buffer.Length)
                    {
                        if (length >= VenuesLimits.MaxFrameBytes)
                        {
                            throw new VenueException(
                                $"{host} sent a message of more than {VenuesLimits.MaxFrameBytes} bytes");
                        }

                        Array.Resize(ref _buffer, length * 2);
                    }

                    var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        return null;
                    }

                    length += part.Count;
                    if (part.EndOfMessage)
                    {
                        return _buffer.AsMemory(0, length);
                    }
                }
            }
            catch (WebSocketException e)
            {
                throw new VenueException($"connection to {host} broke: {Innermost(e)}", inner: e);
            }
            catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
            {
                // The platform aborts a socket whose pongs stay away, and calls that a cancellation.
                throw new VenueException($"connection to {host} broke: no pong within 20 s", inner: e);
            }
        }

        public int? CloseCode => (int?)socket.CloseStatus;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancel)
        {
            try
            {
                await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancel);
            }
            catch (WebSocketException e)
            {
                throw new VenueException($"connection to {host} broke: {Innermost(e)}", inner: e);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var timeout = new CancellationTokenSource(CloseTimeout);
                try
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
                }
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
                {
                    // The other side is gone already: there is nobody to say goodbye to.
                }
            }

            socket.Dispose();
        }
    }
}
