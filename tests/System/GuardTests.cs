using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.SystemTests;

/// <summary>What a page of another site could make a browser send is refused, on HTTP and on the WebSocket
/// alike.</summary>
public sealed class GuardTests(RunningStrikeline strikeline)
{
    private const string Own = "{own}";

    private int Port => strikeline.Address.Port;

    [Theory]
    [InlineData(Own, null)]
    [InlineData("localhost:{port}", null)]
    [InlineData("LOCALHOST:{port}", null)]
    [InlineData(Own, "http://{own}")]
    [InlineData("localhost:{port}", "http://localhost:{port}")]
    public async Task Its_own_pages_are_served(string host, string? origin)
    {
        Assert.Equal(200, (await AskAsync("/health", host, origin)).Status);
        Assert.Equal(101, (await AskAsync("/ws", host, origin, upgrade: true)).Status);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("127.0.0.1.evil.example:{port}")]
    [InlineData("localhost.evil.example:{port}")]
    [InlineData("localhost.:{port}")]
    [InlineData("xlocalhost:{port}")]
    [InlineData("10.0.0.1:{port}")]
    [InlineData("0.0.0.0:{port}")]
    [InlineData("169.254.169.254")]
    [InlineData("[::]:{port}")]
    [InlineData("[fe80::1]:{port}")]
    [InlineData("128.0.0.1:{port}")]
    [InlineData("")]
    [InlineData("127.0.0.1@evil.example")]
    [InlineData("127.0.0.1:{port}/evil")]
    [InlineData("127.0.0.1 evil.example")]
    [InlineData("127.0.0.1,evil.example")]
    public async Task A_hostile_host_is_refused(string host) => await RefusedAsync(host, origin: null);

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://evil.example:{port}")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://localhost:{port}")]
    [InlineData("https://{own}")]
    [InlineData("ftp://{own}")]
    [InlineData("file://")]
    [InlineData("http://{own}.evil.example")]
    [InlineData("http://{own}@evil.example")]
    [InlineData("http://evil.example@{own}")]
    [InlineData("http://{own}/")]
    [InlineData("http://{own}/page")]
    [InlineData("http://{own}, http://evil.example")]
    [InlineData("http://evil.example, http://{own}")]
    [InlineData("{own}")]
    [InlineData("chrome-extension://abcdefgh")]
    [InlineData("http://[::1]:{port}")]
    public async Task A_hostile_origin_is_refused(string origin) => await RefusedAsync(Own, origin);

    [Theory]
    [InlineData("evil.example:{port}", "http://evil.example:{port}")]
    [InlineData("evil.example", "http://{own}")]
    [InlineData("evil.example", "null")]
    public async Task A_hostile_host_is_refused_whatever_the_origin(string host, string origin) =>
        await RefusedAsync(host, origin);

    [Fact]
    public async Task Two_hosts_or_two_origins_or_another_target_are_refused()
    {
        var own = $"127.0.0.1:{Port}";
        Assert.Equal(400, (await SendAsync($"GET /health HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n")).Status);
        Assert.Equal(400, (await SendAsync($"GET http://evil.example/ HTTP/1.1\r\nHost: {own}\r\n")).Status);
        Assert.Equal(421, (await SendAsync("GET /health HTTP/1.0\r\n")).Status);
        Assert.Equal(403, (await SendAsync(
            $"GET /health HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\nOrigin: http://evil.example\r\n")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/openapi/v1.json")]
    public async Task Answers_carry_a_policy_and_nothing_that_lets_other_origins_in(string path)
    {
        foreach (var host in (string[])[Own, "evil.example"])
        {
            var answer = await AskAsync(path, host, origin: null);
            Assert.Contains("\r\ncontent-security-policy: default-src 'self';", answer.Head);
            Assert.Contains("frame-ancestors 'none'", answer.Head);
            Assert.Contains("\r\nx-content-type-options: nosniff", answer.Head);
            Assert.DoesNotContain("access-control-", answer.Head);
            Assert.DoesNotContain("\r\nserver:", answer.Head);
        }
    }

    [Fact]
    public async Task A_preflight_gets_no_permission()
    {
        var answer = await SendAsync(
            $"OPTIONS /api/v1/prices HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nOrigin: http://evil.example\r\n"
            + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n");
        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain("access-control-", answer.Head);
    }

    private async Task RefusedAsync(string host, string? origin)
    {
        foreach (var upgrade in (bool[])[false, true])
        {
            var answer = await AskAsync(upgrade ? "/ws" : "/health", host, origin, upgrade);
            Assert.True(answer.Status is 400 or 403 or 421, $"{host} {origin}: {answer.Status}");
        }
    }

    private Task<(int Status, string Head)> AskAsync(string path, string host, string? origin, bool upgrade = false)
    {
        var request = new StringBuilder($"GET {path} HTTP/1.1\r\nHost: {Filled(host)}\r\n");
        if (origin is not null)
        {
            request.Append(CultureInfo.InvariantCulture, $"Origin: {Filled(origin)}\r\n");
        }

        if (upgrade)
        {
            request.Append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
            request.Append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        }

        return SendAsync(request.ToString());
    }

    private string Filled(string text) => text
        .Replace(Own, $"127.0.0.1:{Port}", StringComparison.Ordinal)
        .Replace("{port}", $"{Port}", StringComparison.Ordinal);

    // By hand, because no HTTP client lets a caller write such headers.
    private async Task<(int Status, string Head)> SendAsync(string head)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancel);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "\r\n"), cancel);
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        var answer = Encoding.ASCII.GetString(buffer, 0, length);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"no answer to:\n{head}");
        return (int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture), answer[..end].ToLowerInvariant());
    }
}
