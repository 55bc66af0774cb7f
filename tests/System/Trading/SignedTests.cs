using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests.Trading;

/// <summary>A key with a public key: each request must be signed for itself, and is let through once.</summary>
public sealed class SignedTests
{
    private const string Path = "/api/v1/order";
    private const string Order = """{"market":"SOL/USDC","kind":"buy","price":"1","quantity":"1"}""";

    // The nonce is known, or meanwhile the time is over.
    private static readonly string?[] Replayed = ["nonce_used", "signature_too_old"];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private sealed record Signer(string Key, string PublicKey)
    {
        public static async Task<Signer> NewAsync()
        {
            var made = await RunAsync(null, []);
            return new Signer(made.GetProperty("key").GetString()!, made.GetProperty("public_key").GetString()!);
        }

        public async Task<string[]> SignAsync(params string[] texts) =>
            [.. (await RunAsync(Key, texts)).GetProperty("signatures").EnumerateArray().Select(one => one.GetString()!)];

        private static async Task<JsonElement> RunAsync(string? key, string[] texts)
        {
            var file = System.IO.Path.GetTempFileName();
            try
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { key, texts }), TestContext.Current.CancellationToken);
                var script = Checkout.In("tests/System/Signatures/sign-requests.mjs");
                var ended = await Run.ToEndAsync("sh", "-c", "exec node \"$0\" < \"$1\"", script, file);
                Assert.True(ended.Code == 0, ended.Error);
                return JsonDocument.Parse(ended.Output).RootElement;
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static string Text(string method, string target, string body, long at, string nonce) =>
        $"{method}\n{target}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\n{at}\n{nonce}";

    private static (string Name, string Value)[] Headers(long at, string nonce, string signature) =>
    [
        ("X-Strikeline-Timestamp", $"{at}"), ("X-Strikeline-Nonce", nonce), ("X-Strikeline-Signature", signature),
    ];

    [Fact]
    public async Task A_signed_request_is_taken_once_and_no_other_is()
    {
        await using var service = await Service.OpenAsync();
        var trader = await service.OpenTraderAsync("signer", ("USDC", 1_000));
        var (signer, stranger) = (await Signer.NewAsync(), await Signer.NewAsync());
        var key = await service.KeyAsync(trader.Account, "signed", "read trade", signer.PublicKey);
        var twin = await service.KeyAsync(trader.Account, "twin", "read trade", stranger.PublicKey);
        // In its first second the server takes none: the one before may have taken it.
        await Task.Delay(1_100, TestContext.Current.CancellationToken);
        const string Query = $"{Path}?market=SOL/USDC&order_id=1";
        const string Balances = "/api/v1/balances";
        var before = await trader.StateAsync();
        var nonces = 0;

        // Everything but the request itself.
        await RefusedAsync("signature_required", "POST", Path, Order, _ => []);
        foreach (var missing in Enumerable.Range(0, 3))
        {
            await RefusedAsync("signature_required", "POST", Path, Order, right => [.. right.Where((_, i) => i != missing)]);
        }

        await RefusedAsync("signature_required", "POST", Path, Order, right => Headers(Now, right[1].Value, right[2].Value[..86]));
        await RefusedAsync("signature_required", "POST", Path, Order, right => Headers(Now, right[1].Value, "?" + right[2].Value[1..]));
        await RefusedAsync("signature_required", "POST", Path, Order, right => Headers(Now, new string('n', 65), right[2].Value));
        await RefusedAsync("signature_required", "GET", Balances, null, _ => []);
        await RefusedAsync("signature_wrong", "POST", Path, Order, right => Headers(Now + 1, right[1].Value, right[2].Value));
        await RefusedAsync("signature_wrong", "POST", Path, Order, right => Headers(long.Parse(right[0].Value, null), "x", right[2].Value));
        foreach (var (method, path, body) in new[]
        {
            ("POST", Path, Order.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)), ("POST", Path, Order + " "),
            ("POST", Path + "?x=1", Order), ("PATCH", Path, Order), ("POST", "/api/v1//order", Order),
        })
        {
            var answer = await service.SendAsync(method, path, body, key, await SignAsync(signer, "POST", Path, Order));
            Assert.True(answer.Code == "signature_wrong" || path == "/api/v1//order", answer.Text);
        }

        Assert.Equal("signature_wrong", (await service.SendAsync(
            "DELETE", Query.Replace("=1", "=2", StringComparison.Ordinal), null, key, await SignAsync(signer, "DELETE", Query, ""))).Code);
        Assert.Equal("signature_wrong", (await service.SendAsync(
            "POST", Path, Order, key, await SignAsync(stranger, "POST", Path, Order))).Code);
        Assert.Equal("signature_wrong", (await service.SendAsync(
            "POST", Path, Order, twin, await SignAsync(signer, "POST", Path, Order))).Code);
        foreach (var offset in (int[])[-5_001, -60_000, 60_000])
        {
            Assert.Equal("signature_too_old", (await service.SendAsync(
                "POST", Path, Order, key, await SignAsync(signer, "POST", Path, Order, offset))).Code);
        }

        Assert.Equal(before, await trader.StateAsync());

        // Itself, once; what was refused for its signature has not used the nonce up.
        var once = await SignAsync(signer, "POST", Path, Order);
        Assert.Equal("signature_wrong", (await service.SendAsync("POST", Path, Order + " ", key, once)).Code);
        Assert.Equal(200, (await service.SendAsync("POST", Path, Order, key, once)).Status);
        var after = await trader.StateAsync();
        Assert.NotEqual(before, after);
        for (var i = 0; i < 20; i++)
        {
            Assert.Contains((await service.SendAsync("POST", Path, Order, key, once)).Code, Replayed);
        }

        var cancel = await SignAsync(signer, "DELETE", Query, "");
        Assert.Equal("unknown_order", (await service.SendAsync("DELETE", Query, null, key, cancel)).Code);
        Assert.Contains((await service.SendAsync("DELETE", Query, null, key, cancel)).Code, Replayed);
        var read = await SignAsync(signer, "GET", Balances, "");
        Assert.Equal(200, (await service.SendAsync("GET", Balances, null, key, read)).Status);
        Assert.Contains((await service.SendAsync("GET", Balances, null, key, read)).Code, Replayed);
        Assert.Equal(after, await trader.StateAsync());

        // The socket's first word the same way.
        var word = await SignAsync(signer, "AUTH", "/ws", "");
        Assert.Equal("signature_required", await AuthAsync(_ => null));
        Assert.Equal("signature_wrong", await AuthAsync(name => name == "nonce" ? "other" : null, word));
        Assert.Equal("signature_wrong", await AuthAsync(_ => null, await SignAsync(stranger, "AUTH", "/ws", "")));
        Assert.Equal("signature_wrong", await AuthAsync(_ => null, await SignAsync(signer, "GET", "/ws", "")));
        Assert.Equal("signature_too_old", await AuthAsync(_ => null, await SignAsync(signer, "AUTH", "/ws", "", -5_001)));
        word = await SignAsync(signer, "AUTH", "/ws", "");
        Assert.Null(await AuthAsync(_ => null, word));
        Assert.Contains(await AuthAsync(_ => null, word), Replayed);

        // Captured, and then the program starts again: it cannot know what the one before has taken.
        var captured = await SignAsync(signer, "POST", Path, Order);
        await service.KillAsync();
        await service.StartAsync();
        Assert.Equal("signature_too_old", (await service.SendAsync("POST", Path, Order, key, captured)).Code);
        Assert.Equal("signature_too_old", (await service.SendAsync("POST", Path, Order, key, once)).Code);
        Assert.Equal("signature_too_old", await AuthAsync(_ => null, word));
        Assert.Single(await trader.OrdersAsync());
        Assert.Equal((999, 1), await trader.BalanceAsync("USDC"));
        return;

        async Task<(string Name, string Value)[]> SignAsync(Signer by, string method, string target, string body, long offset = 0)
        {
            var (at, nonce) = (Now + offset, $"n{++nonces}");
            return Headers(at, nonce, (await by.SignAsync(Text(method, target, body, at, nonce)))[0]);
        }

        async Task RefusedAsync(
            string code, string method, string path, string? body, Func<(string Name, string Value)[], (string, string)[]> change)
        {
            var headers = change(await SignAsync(signer, method, path, body ?? ""));
            var answer = await service.SendAsync(method, path, body, key, headers);
            Assert.True((answer.Status, answer.Code) == (401, code), $"{code} {method} {path}: {answer.Status} {answer.Text}");
        }

        async Task<string?> AuthAsync(Func<string, string?> change, (string Name, string Value)[]? signed = null)
        {
            using var socket = await TradingSocket.OpenAsync(service.Address, null);
            await socket.SayAsync(signed is null ? (object)new { op = "auth", key } : new
            {
                op = "auth", key, timestamp = signed[0].Value, nonce = change("nonce") ?? signed[1].Value, signature = signed[2].Value,
            });
            var answer = await socket.NextAsync(message => message.GetProperty("channel").GetString() is "auth" or "error");
            return answer.TryGetProperty("code", out var given) ? given.GetString() : null;
        }
    }
}
