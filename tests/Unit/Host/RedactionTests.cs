using Strikeline.Host.Logging;

namespace Strikeline.Unit.Host;

public sealed class RedactionTests
{
    private const string Canary = "cAnArY0123456789abcdef";

    public static TheoryData<string> Secrets =>
    [
        "private_key=" + Canary, "PRIVATE_KEY: " + Canary, "{\"apiKey\":\"" + Canary + "\"}",
        "{\\\"api_secret\\\": \\\"" + Canary + "\\\"}", "X-MBX-APIKEY: " + Canary, "http://h/#token=" + Canary,
        "wss://h/ws?listen=1&token=" + Canary + "&x=1", "Authorization: Bearer " + Canary,
        "authorization=Basic " + Canary,
        "passphrase '" + "x' = '" + "password=" + Canary + "'", "postgres://user:" + Canary + "@db/x",
        "redis://:" + Canary + "@cache/0",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ" + Canary + "." + Canary, "API-Sign: " + Canary + "==",
        "-----BEGIN EC PRIVATE KEY-----\n" + Canary + "\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\\n" + Canary + "\\n", "secret: \"" + Canary + "\"", "control_token = " + Canary,
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_does_not_pass(string text)
    {
        var clean = Redaction.Clean("before " + text + " after");
        Assert.DoesNotContain(Canary, clean);
        Assert.Contains(Redaction.Mask, clean);
        Assert.StartsWith("before ", clean);
    }

    [Fact]
    public void A_keypair_in_any_of_its_forms_does_not_pass()
    {
        var bytes = "[" + string.Join(", ", Enumerable.Range(100, 64)) + "]";
        Assert.Equal("read [***]", Redaction.Clean("read " + bytes));
        Assert.Equal("key *** read", Redaction.Clean("key 0x" + new string('a', 64) + " read"));
        Assert.Equal("key ***", Redaction.Clean("key " + new string('5', 88)));
    }

    [Fact]
    public void A_remembered_text_does_not_pass_in_any_form()
    {
        Redaction.Remember("exact-" + Canary);
        Assert.Equal("a***b", Redaction.Clean("aexact-" + Canary + "b"));
        Redaction.Remember("short");
        Assert.Equal("too short to be a secret", Redaction.Clean("too short to be a secret"));
    }

    [Theory]
    [InlineData("BTC/USDT 64000.5 from 4 venues, sequence 123456789")]
    [InlineData("decision hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("listening on http://127.0.0.1:8080, metrics on http://127.0.0.1:9000")]
    [InlineData("token: none")]
    [InlineData("depths [10, 25, 100, 500]")]
    public void Plain_words_stay(string text) => Assert.Equal(text, Redaction.Clean(text));

    [Fact]
    public void A_long_hostile_text_ends()
    {
        var text = string.Concat(Enumerable.Repeat("token=-----BEGIN PRIVATE KEY-----[1,", 20_000));
        Assert.DoesNotContain("PRIVATE", Redaction.Clean(text));
    }
}
