using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Strikeline.Crypto;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Unit.Host;

/// <summary>Who is let through to the exchange's routes, and whom it costs.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Secret = "slk_owner";
    private const int PerSecond = 2;
    private const int Burst = 2 * PerSecond;

    private static readonly IPAddress Owner = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.9");
    private static readonly Needs Place = new(KeyScopes.Trade, IsChange: true);
    private static readonly Needs Cancel = new(KeyScopes.Trade, IsChange: true, IsCancel: true);

    private readonly Clock _clock = new();
    private readonly KeyDirectory _keys = new();
    private readonly Ed25519Signer _signer = new(RandomNumberGenerator.GetBytes(32));
    private readonly Access _access;
    private int _nonces;

    public AccessTests()
    {
        _keys.Put(Secret, new Bearer(1, KeyScopes.Read | KeyScopes.Trade, "signed", KeyBytes.Of(_signer.PublicKey)));
        _access = new Access(_keys, new RateLimits(PerSecond, PerSecond, _clock), new SignedRequests(_clock));
        _clock.NowMs += 6_001;
    }

    private sealed class Clock : TimeProvider
    {
        public long NowMs { get; set; } = 1_800_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task Who_knows_a_key_but_cannot_sign_uses_up_nothing_of_its_owners()
    {
        for (var i = 0; i < 50; i++)
        {
            var expected = i < Burst ? "signature_wrong" : "too_many_wrong_signatures";
            Assert.Equal(expected, await AskAsync(Stranger, Place, isRight: false));
        }

        // A right signature from where too many wrong ones came waits as well, and so does one without any.
        Assert.Equal("too_many_wrong_signatures", await AskAsync(Stranger, Place));
        for (var i = 0; i < Burst; i++)
        {
            Assert.Null(await AskAsync(Owner, Place));
        }

        Assert.Equal("rate_limited", await AskAsync(Owner, Place));
        for (var i = 0; i < Burst; i++)
        {
            Assert.Null(await AskAsync(Owner, Cancel));
        }

        Assert.Equal("rate_limited", await AskAsync(Owner, Cancel));
        Assert.Equal("signature_wrong", await AskAsync(Owner, Place, isRight: false));

        _clock.NowMs += 1_000;
        for (var i = 0; i < PerSecond; i++)
        {
            Assert.Equal("signature_wrong", await AskAsync(Stranger, Place, isRight: false));
            Assert.Null(await AskAsync(Owner, Place));
        }

        Assert.Equal("too_many_wrong_signatures", await AskAsync(Stranger, Place, isRight: false));
        Assert.Equal("rate_limited", await AskAsync(Owner, Place));
    }

    [Fact]
    public void Addresses_without_number_share_one_count_until_the_others_have_rest()
    {
        var limits = new RateLimits(PerSecond, PerSecond, _clock);
        for (var i = 0; i < 10_000; i++)
        {
            limits.Fail("1/signed", Address(i));
        }

        Assert.True(limits.MayFail("1/signed", Address(10_000)));
        for (var i = 0; i < Burst; i++)
        {
            limits.Fail("1/signed", Address(10_000 + i));
        }

        Assert.False(limits.MayFail("1/signed", Address(20_000)));
        Assert.True(limits.MayFail("1/signed", Address(7)));
        Assert.True(limits.MayFail("2/signed", Address(20_000)));

        // Addresses of one IPv6 network are one.
        _clock.NowMs += 3_000;
        for (var i = 0; i < Burst; i++)
        {
            limits.Fail("1/signed", IPAddress.Parse($"2001:db8::{i}"));
        }

        Assert.False(limits.MayFail("1/signed", IPAddress.Parse("2001:db8::99")));
        Assert.True(limits.MayFail("1/signed", IPAddress.Parse("2001:db8:1::99")));
        Assert.True(limits.MayFail("1/signed", Address(20_000)));
    }

    [Fact]
    public async Task An_operators_key_places_nothing_and_may_still_take_back()
    {
        const string Control = "slk_control";
        _keys.Put(Control, new Bearer(0, KeyScopes.Read | KeyScopes.Trade | KeyScopes.Admin, "control", default));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("account_required", await AskAsync(Owner, Place, key: Control));
        }

        // What is refused for this is no use of the key's limit.
        Assert.Null(await AskAsync(Owner, Cancel, key: Control));
        Assert.Null(await AskAsync(Owner, new Needs(KeyScopes.Admin, IsChange: true), key: Control));
    }

    private static IPAddress Address(int number) => IPAddress.Parse($"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}");

    // The stable code of what stands against a request; null where it is let through.
    private async Task<string?> AskAsync(IPAddress from, Needs needs, bool isRight = true, string key = Secret)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        var nonce = $"n{++_nonces}";
        var message = SignedRequests.Message("POST", "/api/v1/order", [], _clock.NowMs, isRight ? nonce : "other");
        var signature = new byte[64];
        _signer.Sign(message, signature);
        context.Connection.RemoteIpAddress = from;
        context.Request.Method = "POST";
        context.Request.Path = "/api/v1/order";
        context.Request.Headers.Authorization = $"Bearer {key}";
        context.Request.Headers[SignedRequests.Timestamp] = _clock.NowMs.ToString(CultureInfo.InvariantCulture);
        context.Request.Headers[SignedRequests.Nonce] = nonce;
        context.Request.Headers[SignedRequests.Signature] = Convert.ToBase64String(signature);
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(needs), "route"));
        context.Response.Body = new MemoryStream();
        var isThrough = false;
        await _access.RunAsync(context, _ =>
        {
            isThrough = true;
            return Task.CompletedTask;
        });
        if (isThrough)
        {
            return null;
        }

        context.Response.Body.Position = 0;
        using var problem = await JsonDocument.ParseAsync(context.Response.Body, default, TestContext.Current.CancellationToken);
        return problem.RootElement.GetProperty("code").GetString();
    }
}
