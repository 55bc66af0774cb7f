using System.Text.Json;
using System.Text.Json.Nodes;
using Strikeline.Crypto;
using Strikeline.Host.Cli;
using Strikeline.Host.Composition;
using Strikeline.Strikes;
using Strikeline.Unit.House;
using Strikeline.Unit.Strikes;

namespace Strikeline.Unit.Host;

/// <summary><c>strikeline keys</c> and <c>strikeline verify quote</c>.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string At = "2023-11-14T22:16:01Z";

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-keys-").FullName;

    private static string Address { get; } = Base58.Encode(StrikeBench.Signer.PublicKey);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_new_key_is_shown_without_its_secret_and_is_the_one_that_a_run_signs_with()
    {
        var (code, output, error) = await RunAsync("keys", "new", "--data", _folder);
        Assert.Equal((0, ""), (code, error));
        var path = SigningKey.PathIn(_folder);
        using var key = SigningKey.Open(_folder);
        var keyId = QuoteIssuer.KeyIdOf(key.PublicKey);
        Assert.Equal($"address  {key.Address}\nkey id   {keyId}\npath     {path}\n", output);
        Assert.Equal(OwnerAlone, OperatingSystem.IsWindows() ? OwnerAlone : File.GetUnixFileMode(path));
        Assert.Equal((0, output, ""), await RunAsync("keys", "show", "--data", _folder));
        Assert.Equal((0, output, ""), await RunAsync("keys", "show", path));
        using var json = JsonDocument.Parse((await RunAsync("keys", "show", path, "--json")).Output);
        Assert.Equal(
            [("address", key.Address), ("key_id", keyId), ("path", path)],
            json.RootElement.EnumerateObject().Select(one => (one.Name, one.Value.GetString()!)));
    }

    [Fact]
    public async Task A_key_is_never_overwritten()
    {
        var path = In("own.json");
        Assert.Equal(0, (await RunAsync("keys", "new", "--out", path, "--json")).Code);
        var before = File.ReadAllText(path);
        await RefusedAsync("exists and is never overwritten", "keys", "new", "--out", path);
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_used_is_one_line()
    {
        await RefusedAsync("does not exist; make one with 'strikeline keys new'", "keys", "show", In("none.json"));
        await RefusedAsync("does not exist", "keys", "show", "--data", In("nowhere"));
        await RefusedAsync("cannot be", "keys", "new", "--out", "/dev/null/key.json");
        File.WriteAllText(In("short.json"), "[1,2,3]");
        Restrict(In("short.json"), OwnerAlone);
        await RefusedAsync("is not a Solana keypair", "keys", "show", In("short.json"));
        Assert.Equal(0, (await RunAsync("keys", "new", "--out", In("open.json"))).Code);
        Restrict(In("open.json"), OwnerAlone | UnixFileMode.OtherRead);
        await RefusedAsync("run 'chmod 600", "keys", "show", In("open.json"));
    }

    [Fact]
    public void A_key_is_valid_from_the_time_of_its_file_whenever_it_is_published()
    {
        using var key = SigningKey.Open(_folder);
        var made = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(SigningKey.PathIn(_folder), made);
        using var again = SigningKey.Open(_folder);
        var row = SigningKey.Publish(_folder, again.PublicKey, "testnet");
        Assert.Equal(
            (key.Address, "ed25519", new DateTimeOffset(made).ToUnixTimeMilliseconds(), (long?)null, "testnet"),
            (row.PublicKey, row.Algorithm, row.ValidFrom, row.ValidUntil, row.Environment));
        Assert.Equal(QuoteIssuer.KeyIdOf(key.PublicKey), row.KeyId);
    }

    [Fact]
    public async Task Valid_quotes_are_said_to_be_valid_and_whose_word_that_is()
    {
        var file = Golden(_ => { });
        var (code, output, error) = await RunAsync("verify", "quote", file, "--at", At, "--key", Address);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(5, output.TrimEnd('\n').Split('\n').Count(line => line.StartsWith("valid ", StringComparison.Ordinal)));
        Assert.DoesNotContain("claims", output);
        (code, output, _) = await RunAsync("verify", "quote", file, "--at", "1700000161000");
        Assert.Equal(0, code);
        Assert.EndsWith($"signer   {Address} is only what the file claims: name the key that you trust with --key\n", output);
        using var json = JsonDocument.Parse((await RunAsync("verify", "quote", file, "--at", At, "--key", Address, "--json")).Output);
        Assert.True(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(1_700_000_161_000, json.RootElement.GetProperty("at").GetInt64());
        Assert.All(json.RootElement.GetProperty("quotes").EnumerateArray(), quote =>
        {
            Assert.True(quote.GetProperty("signer_trusted").GetBoolean());
            Assert.Equal("BTC/USDT", quote.GetProperty("signed").GetProperty("symbol").GetString());
        });
    }

    [Fact]
    public async Task An_invalid_quote_is_exit_code_1_and_says_why()
    {
        await InvalidAsync(_ => { }, "market.valid_until: it was valid until 2023-11-14T22:16:02.000Z");
        await InvalidAsync(_ => { }, "was not made before", "--at", "2023-11-14T22:15:00Z");
        await InvalidAsync(
            _ => { }, $"signer: {Address} is not the key that you trust", "--at", At, "--key", Base58.Encode(new byte[32]));
        await InvalidAsync(
            markets => markets[1]!["market"]!["up_price"] = 0.01, "market.up_price: it says 0.01; 0.", "--at", At);
        await InvalidAsync(
            markets => markets[1]!["payload"] = markets[0]!["payload"]!.DeepClone(),
            "signature: the signer has not signed this payload", "--at", At);
        await InvalidAsync(markets => markets[0]!.AsObject().Remove("signer"), "signer: it is missing", "--at", At);
        await InvalidAsync(markets => markets[0] = 7, "it is not an object", "--at", At);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_one_line()
    {
        await RefusedAsync("no such file", "verify", "quote", In("none.json"));
        await RefusedAsync("cannot be read", "verify", "quote", _folder);
        foreach (var (text, expected) in (IEnumerable<(string, string)>)
            [
                ("", "not JSON"), ("{", "not JSON"), ("[]", "no signed market is in it"), ("7", "no signed market is in it"),
                ("""{"payload":"","payload":""}""", "a name stands in it twice"), ("\uFEFF\0", "not JSON"),
                (new string(' ', 5 * 1024 * 1024), "more than 4 MiB"),
            ])
        {
            File.WriteAllText(In("text.json"), text);
            await RefusedAsync(expected, "verify", "quote", In("text.json"));
        }

        var good = Golden(_ => { });
        await RefusedAsync("--key: found \"abc\"", "verify", "quote", good, "--key", "abc");
        await RefusedAsync("--at: found \"noon\"", "verify", "quote", good, "--at", "noon");
    }

    private static void Restrict(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static async Task RefusedAsync(string expected, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("strikeline: ", error);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Contains(expected, error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private async Task InvalidAsync(Action<JsonArray> change, string expected, params string[] options)
    {
        var (code, output, error) = await RunAsync(["verify", "quote", Golden(change), .. options]);
        Assert.Equal((1, ""), (code, error));
        var line = output.Split('\n').First(one => one.StartsWith("INVALID ", StringComparison.Ordinal));
        Assert.Contains(expected, line);
    }

    private string Golden(Action<JsonArray> change)
    {
        var message = JsonNode.Parse(Repository.Read("contracts/messages/ws-markets-snapshot.json"))!;
        var markets = message["markets"]!.AsArray();
        change(markets);
        File.WriteAllText(In("quotes.json"), markets.ToJsonString());
        return In("quotes.json");
    }

    private string In(string name) => Path.Combine(_folder, name);
}
