using System.Security.Cryptography;
using Strikeline.Crypto;
using Strikeline.Exchange;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Unit.Host;

/// <summary>A signed request is let through once, whoever captured it, and whatever was started again since.</summary>
public sealed class SignedRequestsTests
{
    private const string Target = "/api/v1/order";

    private static readonly byte[] Body = "{}"u8.ToArray();

    private sealed class Clock : TimeProvider
    {
        public long NowMs { get; set; } = 1_800_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }

    private sealed record Captured(long At, string Nonce, string Proof);

    [Fact]
    public void Captured_requests_are_refused_in_any_order_at_any_time_also_by_the_next_program()
    {
        using var signer = new Ed25519Signer(RandomNumberGenerator.GetBytes(32));
        var key = KeyBytes.Of(signer.PublicKey);
        var clock = new Clock();
        var server = new SignedRequests(clock);
        clock.NowMs += 6_001;
        var random = new Random(5);
        var captured = new List<Captured>();
        var accepted = 0;
        for (var i = 0; i < Counts.Of(100_000, 3_000); i++)
        {
            // Clocks of clients are up to a second ahead, and requests up to five on their way.
            clock.NowMs += random.Next(20);
            var request = Sign(signer, clock.NowMs + random.Next(-5_000, 1_001), $"n{i}");
            captured.Add(request);
            Assert.Null(Check(server, key, request));

            if (random.Next(1_000) == 0)
            {
                // Killed, and back within the same millisecond.
                server = new SignedRequests(clock);
                accepted += captured.TakeLast(500).Count(one => Check(server, key, one) is null);
                clock.NowMs += 6_001;
            }

            var replayed = captured[random.Next(Math.Max(0, captured.Count - 2_000), captured.Count)];
            accepted += Check(server, key, replayed) is null ? 1 : 0;
        }

        Assert.Equal(0, accepted);
        Assert.True(captured.Count > 1_000);
    }

    [Fact]
    public void The_window_is_five_seconds_back_and_one_ahead()
    {
        using var signer = new Ed25519Signer(RandomNumberGenerator.GetBytes(32));
        var key = KeyBytes.Of(signer.PublicKey);
        var clock = new Clock();
        var server = new SignedRequests(clock);
        clock.NowMs += 60_000;
        foreach (var (offset, code) in new[]
        {
            (-5_001L, "signature_too_old"), (-5_000, null), (0, null), (1_000, null), (1_001, "signature_too_old"),
            (long.MaxValue - 1_800_000_060_000, "signature_too_old"),
        })
        {
            Assert.Equal(code, Check(server, key, Sign(signer, clock.NowMs + offset, $"{offset}"))?.Code);
        }
    }

    [Fact]
    public void Whatever_is_changed_the_signature_holds_no_longer()
    {
        using var signer = new Ed25519Signer(RandomNumberGenerator.GetBytes(32));
        var key = KeyBytes.Of(signer.PublicKey);
        var clock = new Clock();
        var server = new SignedRequests(clock);
        clock.NowMs += 60_000;
        var request = Sign(signer, clock.NowMs, "n");
        string? Code(string method, string target, byte[] body, string at, string nonce) =>
            server.Check(key, method, target, body, at, nonce, request.Proof)?.Code;
        Assert.Equal("signature_wrong", Code("PATCH", Target, Body, $"{request.At}", "n"));
        Assert.Equal("signature_wrong", Code("POST", Target + "?", Body, $"{request.At}", "n"));
        Assert.Equal("signature_wrong", Code("POST", Target, [], $"{request.At}", "n"));
        Assert.Equal("signature_wrong", Code("POST", Target, Body, $"{request.At - 1}", "n"));
        Assert.Equal("signature_wrong", Code("POST", Target, Body, $"{request.At}", "m"));
        Assert.Equal("signature_required", Code("POST", Target, Body, $"-{request.At}", "n"));
        Assert.Equal("signature_required", Code("POST", Target, Body, $"{request.At}", ""));
        Assert.Null(Code("POST", Target, Body, $"{request.At}", "n"));
        Assert.Equal("nonce_used", Code("POST", Target, Body, $"{request.At}", "n"));
    }

    private static Captured Sign(Ed25519Signer signer, long at, string nonce)
    {
        var proof = new byte[64];
        signer.Sign(SignedRequests.Message("POST", Target, Body, at, nonce), proof);
        return new Captured(at, nonce, Convert.ToBase64String(proof));
    }

    private static Mistake? Check(SignedRequests server, KeyBytes key, Captured request) =>
        server.Check(key, "POST", Target, Body, $"{request.At}", request.Nonce, request.Proof);
}
