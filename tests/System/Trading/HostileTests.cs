using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.SystemTests.Trading;

/// <summary>What a page of another site could make a browser send does nothing, even with a right key: over REST and
/// at the socket's door.</summary>
public sealed class HostileTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Order = """{"market":"SOL/USDC","kind":"buy","price":"50","quantity":"1"}""";

    private static readonly string[] Hosts =
    [
        "evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost.evil.example:{port}",
        "localhost.:{port}", "xlocalhost:{port}", "10.0.0.1:{port}", "0.0.0.0:{port}", "169.254.169.254", "[::]:{port}",
        "[fe80::1]:{port}", "128.0.0.1:{port}", "", "127.0.0.1@evil.example", "127.0.0.1:{port}/evil",
        "127.0.0.1 evil.example", "127.0.0.1,evil.example", "evil.example#127.0.0.1", "2130706433.evil:{port}",
    ];

    private static readonly string[] Origins =
    [
        "http://evil.example", "https://evil.example:{port}", "null", "http://127.0.0.1", "http://127.0.0.1:1",
        "http://localhost:{port}", "https://{own}", "ftp://{own}", "file://", "http://{own}.evil.example",
        "http://{own}@evil.example", "http://evil.example@{own}", "http://{own}/", "http://{own}/page",
        "http://{own}, http://evil.example", "http://evil.example, http://{own}", "{own}", "chrome-extension://abcdefgh",
        "http://[::1]:{port}", "ws://{own}", "http://{own}?",
    ];

    // What a form or a script of another origin can send without asking first, and what only looks like JSON.
    private static readonly string?[] Types =
    [
        null, "", "text/plain", "text/plain; application/json", "text/plain;charset=utf-8", "text/json", "text/html",
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp",
        "application/javascript", "application/octet-stream", "application/xml", "*/*", "json", "application/ json", "application/x+json",
        "applicationjson", "x-application/json", "application/json, text/plain", "text/plain, application/json",
    ];

    private int Port => fixture.Service.Address.Port;

    [Fact]
    public async Task Nothing_is_accepted_from_a_hostile_host_or_origin_or_as_another_type()
    {
        var trader = await fixture.Service.OpenTraderAsync("target", ("USDC", 1_000_000));
        var placed = await trader.LimitAsync("buy", "40", "1");
        var before = await trader.StateAsync();
        var own = $"127.0.0.1:{Port}";
        var tried = 0;
        var attempts = Hosts.Select(host => (Host: host, Origin: (string?)null, Type: (string?)"application/json"))
            .Concat(Origins.Select(origin => (own, (string?)origin, (string?)"application/json")))
            .Concat(Types.Select(type => (own, (string?)null, type)))
            .Concat(Types.Select(type => (own, (string?)$"http://{own}", type)))
            .Concat(Hosts.Select(host => (host, (string?)$"http://{host}", (string?)"text/plain")));
        foreach (var (host, origin, type) in attempts)
        {
            foreach (var (method, path, body) in new[]
            {
                ("POST", "/api/v1/order", Order),
                ("PATCH", "/api/v1/order", $$"""{"market":"SOL/USDC","order_id":"{{placed["order_id"]}}","price":"41"}"""),
                ("DELETE", "/api/v1/order", $$"""{"market":"SOL/USDC","order_id":"{{placed["order_id"]}}"}"""),
            })
            {
                var status = await AskAsync(
                    $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n", origin,
                    (type is null ? "" : $"Content-Type: {type}\r\n") + $"Authorization: Bearer {trader.Key}\r\n"
                    + $"Content-Length: {body.Length}\r\n\r\n{body}");
                Assert.True(status is 400 or 403 or 415 or 421, $"{method} {host} {origin} {type}: {status}");
                tried++;
            }
        }

        foreach (var (host, origin) in Hosts.Select(host => (host, (string?)null))
            .Concat(Origins.Select(origin => (own, (string?)origin)))
            .Concat(Hosts.Select(host => (host, (string?)$"http://{host}"))))
        {
            foreach (var path in (string[])["/ws", "/ws/feeds", "/ws/markets"])
            {
                var status = await AskAsync(
                    $"GET {path} HTTP/1.1\r\nHost: {host}\r\n", origin,
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                Assert.True(status is 400 or 403 or 421, $"{path} {host} {origin}: {status}");
                tried++;
            }
        }

        Assert.True(tried >= 300, $"{tried}");
        Assert.Equal(before, await trader.StateAsync());

        // The same without the hostile part is served: it was that which was refused.
        Assert.Equal(200, await AskAsync(
            $"POST /api/v1/order HTTP/1.1\r\nHost: {own}\r\n", $"http://{own}",
            $"Content-Type: application/json\r\nAuthorization: Bearer {trader.Key}\r\n"
            + $"Content-Length: {Order.Length}\r\n\r\n{Order}"));
    }

    private async Task<int> AskAsync(string head, string? origin, string rest)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancel);
        await using var stream = client.GetStream();
        var request = (origin is null ? head : $"{head}Origin: {origin}\r\n") + rest;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request
            .Replace("{own}", $"127.0.0.1:{Port}", StringComparison.Ordinal)
            .Replace("{port}", $"{Port}", StringComparison.Ordinal)), cancel);
        var buffer = new byte[12];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        Assert.True(length == buffer.Length, $"no answer to:\n{request}");
        return int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture);
    }
}
