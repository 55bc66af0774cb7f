using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Who may ask: signatures are really verified, and buckets are really empty.</summary>
public sealed class KalshiSignatureTests : IDisposable
{
    private const string Path = "/portfolio/balance";

    private readonly KalshiRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_good_signature_opens_the_account()
    {
        var (status, body) = Ask(_rig.Signed("GET", Path));
        Assert.Equal((200, 1_000_000), (status, body.GetProperty("balance").GetInt32()));
        Assert.Equal("10000.0000", body.GetProperty("balance_dollars").GetString());
    }

    [Fact]
    public void A_wrong_key_is_refused()
    {
        var (status, body) = Ask(_rig.Signed("GET", Path, KalshiRig.OtherKey));
        Assert.Equal((401, "authentication_error"), (status, KalshiRig.Code(body)));
        Assert.Equal("INCORRECT_API_KEY_SIGNATURE", Details(body));
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(-5_000, 200)]
    [InlineData(-30_000, 401)]
    [InlineData(30_000, 200)]
    [InlineData(300_000, 401)]
    public void A_time_too_far_away_is_refused(int skewMillis, int expected)
    {
        var (status, body) = Ask(_rig.Signed(
            "GET", Path, atMillis: Stamps.ToMillis(_rig.NowNanos) + skewMillis));
        Assert.Equal(expected, status);
        if (expected == 401)
        {
            Assert.Equal("header_timestamp_expired", KalshiRig.Code(body));
        }
    }

    [Fact]
    public void The_query_is_no_part_of_what_is_signed()
    {
        var target = "/portfolio/orders?limit=5";
        var without = _rig.Request("GET", target, headers: _rig.Signed("GET", "/portfolio/orders"));
        Assert.Equal(200, _rig.Booth.Answer(without, _rig.NowNanos).Status);
        var with = _rig.Request("GET", target, headers: _rig.Signed("GET", target));
        Assert.Equal(401, _rig.Booth.Answer(with, _rig.NowNanos).Status);
    }

    [Fact]
    public void The_whole_path_and_the_method_are_signed()
    {
        var time = Stamps.ToMillis(_rig.NowNanos).ToString();
        foreach (var (text, expected) in new[]
        {
            (time + "GET" + KalshiRig.Root + Path, 200), (time + "GET" + Path, 401),
            (time + "POST" + KalshiRig.Root + Path, 401), ("1" + time + "GET" + KalshiRig.Root + Path, 401),
        })
        {
            Assert.Equal(expected, Ask(Headers(time, KalshiRig.Sign(KalshiRig.Key, text))).Status);
        }
    }

    [Fact]
    public void Other_paddings_digests_and_salts_are_refused()
    {
        var time = Stamps.ToMillis(_rig.NowNanos).ToString();
        var text = Encoding.UTF8.GetBytes(time + "GET" + KalshiRig.Root + Path);
        foreach (var (digest, padding) in new[]
        {
            (HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), (HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
        })
        {
            var signature = Convert.ToBase64String(KalshiRig.Key.SignData(text, digest, padding));
            Assert.Equal(401, Ask(Headers(time, signature)).Status);
        }

        Assert.Equal(200, Ask(Headers(time, Pss(text, saltLength: 32))).Status);
        Assert.Equal(401, Ask(Headers(time, Pss(text, saltLength: 20))).Status);
        Assert.Equal(401, Ask(Headers(time, "no base64!")).Status);
        Assert.Equal(401, Ask(Headers(time, "")).Status);
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        var headers = _rig.Signed("GET", Path);
        headers.Remove("KALSHI-ACCESS-SIGNATURE");
        Assert.Equal("signature_is_missing_from_headers", KalshiRig.Code(Ask(headers).Body));
        headers = _rig.Signed("GET", Path);
        headers["KALSHI-ACCESS-KEY"] = "nobody";
        Assert.Equal("NOT_FOUND", Details(Ask(headers).Body));
        Assert.Equal(401, Ask([]).Status);
    }

    [Fact]
    public void Market_data_needs_no_key_but_a_wrong_one_is_refused()
    {
        Assert.Equal(200, _rig.Booth.Answer(_rig.Request("GET", "/markets"), _rig.NowNanos).Status);
        var wrong = _rig.Request("GET", "/markets", headers: _rig.Signed("GET", "/markets", KalshiRig.OtherKey));
        Assert.Equal(401, _rig.Booth.Answer(wrong, _rig.NowNanos).Status);
    }

    [Fact]
    public void Three_requests_a_second_without_a_key()
    {
        var answers = Enumerable.Range(0, 5).Select(_ => _rig.Booth.Answer(
            _rig.Request("GET", "/exchange/status"), _rig.NowNanos).Status);
        Assert.Equal([200, 200, 200, 429, 429], answers);
        _rig.Steps(34);
        Assert.Equal(200, _rig.Booth.Answer(_rig.Request("GET", "/exchange/status"), _rig.NowNanos).Status);
        Assert.Equal(429, _rig.Booth.Answer(_rig.Request("GET", "/exchange/status"), _rig.NowNanos).Status);
        Assert.Equal(200, Ask(_rig.Signed("GET", Path)).Status);
    }

    [Fact]
    public void Two_hundred_read_tokens_and_a_hundred_write_tokens_a_second()
    {
        Assert.Equal(20, Enumerable.Range(0, 30).Count(_ => Ask(_rig.Signed("GET", Path)).Status == 200));
        var orders = Enumerable.Range(0, 15).Select(_ => _rig.Place("{}").Status).ToArray();
        Assert.Equal(10, orders.Count(status => status == 400));
        Assert.Equal(5, orders.Count(status => status == 429));
        _rig.Seconds(1);
        Assert.Equal(100, Enumerable.Range(0, 120).Count(
            _ => _rig.Ask("GET", "/portfolio/orders/none").Status == 404));
    }

    [Fact]
    public void Keys_come_by_command_too()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["key_id"] = "second", ["public_key"] = KalshiRig.OtherKey.ExportSubjectPublicKeyInfoPem(), ["balance"] = 5,
        });
        Assert.Equal(201, _rig.Booth.Control("POST", "keys", body).Status);
        Assert.Equal(422, _rig.Booth.Control("POST", "keys", body).Status);
        Assert.Equal(422, _rig.Booth.Control("POST", "keys", "{\"key_id\":\"x\"}"u8.ToArray()).Status);
        var headers = _rig.Signed("GET", Path, KalshiRig.OtherKey);
        headers["KALSHI-ACCESS-KEY"] = "second";
        Assert.Equal(5, Ask(headers).Body.GetProperty("balance").GetInt32());
    }

    [Fact]
    public void A_demo_key_is_kept_where_only_its_owner_reads()
    {
        var key = KalshiDemoKey.Create();
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        try
        {
            key.SavePrivateKey(path);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }

            Assert.Throws<IOException>(() => key.SavePrivateKey(path));
            Assert.Equal(key, KalshiDemoKey.LoadOrCreate(path));
            using var read = RSA.Create();
            read.ImportFromPem(File.ReadAllText(path));
            using var rig = new KalshiRig();
            Assert.True(rig.Booth.TryAdd(key.WithBalance(7)));
            var headers = rig.Signed("GET", Path, read);
            headers["KALSHI-ACCESS-KEY"] = key.KeyId;
            Assert.Equal(200, rig.Booth.Answer(rig.Request("GET", Path, headers: headers), rig.NowNanos).Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // RSA-PSS by hand (RFC 8017, 9.1.1), since the platform only makes salts as long as the digest.
    private static string Pss(byte[] text, int saltLength)
    {
        var key = KalshiRig.Key.ExportParameters(includePrivateParameters: true);
        var (salt, length) = (new byte[saltLength], key.Modulus!.Length);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(text), .. salt]);
        byte[] block = [.. new byte[length - hash.Length - saltLength - 2], 1, .. salt];
        var mask = new List<byte>();
        for (byte counter = 0; mask.Count < block.Length; counter++)
        {
            mask.AddRange(SHA256.HashData([.. hash, 0, 0, 0, counter]));
        }

        var masked = block.Select((one, index) => (byte)(one ^ mask[index])).ToArray();
        masked[0] &= 0x7F;
        byte[] encoded = [.. masked, .. hash, 0xBC];
        var signed = BigInteger.ModPow(Number(encoded), Number(key.D!), Number(key.Modulus)).ToByteArray(true, true);
        return Convert.ToBase64String([.. new byte[length - signed.Length], .. signed]);

        static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static string? Details(JsonElement body) =>
        body.GetProperty("error").GetProperty("details").GetString();

    private static Dictionary<string, string> Headers(string time, string signature) => new(StringComparer.Ordinal)
    {
        ["KALSHI-ACCESS-KEY"] = KalshiRig.KeyId,
        ["KALSHI-ACCESS-TIMESTAMP"] = time,
        ["KALSHI-ACCESS-SIGNATURE"] = signature,
    };

    private (int Status, JsonElement Body) Ask(Dictionary<string, string> headers)
    {
        var answer = _rig.Booth.Answer(_rig.Request("GET", Path, headers: headers), _rig.NowNanos);
        return (answer.Status, JsonDocument.Parse(answer.Body).RootElement);
    }
}
