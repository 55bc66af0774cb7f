using System.Net;
using System.Net.Sockets;

namespace Strikeline.SystemTests;

/// <summary>Mistakes of the user: one line on standard error that says what, where and what to do; exit code
/// 2.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-errors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{\"feeds\":{\"krakn\":{}}}", "strikeline.json:1: feeds.krakn: no such key; did you mean feeds.kraken?")]
    [InlineData("{\n\"testnet\":{\"seed\":\"x\"}}", "strikeline.json:2: testnet.seed: found \"x\"; a whole number")]
    [InlineData("{\"testnet\":", "strikeline.json:1: not JSON")]
    [InlineData("[]", "strikeline.json:1: ")]
    [InlineData("", "strikeline.json:1: not JSON")]
    public async Task A_wrong_configuration(string text, string expected)
    {
        File.WriteAllText(In("strikeline.json"), text);
        await RefusedAsync(["run", "--testnet"], expected);
    }

    [Fact]
    public async Task A_configuration_that_is_not_there() =>
        await RefusedAsync(["run", "--config", "none.json"], "none.json: the configuration cannot be read: no such file");

    [Theory]
    [InlineData("--urls")]
    [InlineData("--metrics-urls")]
    public async Task A_taken_port(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var other = option == "--urls" ? "--metrics-urls" : "--urls";
        await RefusedAsync(
            ["run", "--testnet", option, $"http://{taken.LocalEndpoint}", other, "http://127.0.0.1:0"],
            $"http://{taken.LocalEndpoint} is taken by another program",
            $"choose another address with {option} URL");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/path")]
    [InlineData("")]
    public async Task An_address_that_cannot_be(string url) =>
        await RefusedAsync(["run", "--testnet", "--urls", url], "--urls: ");

    [Theory]
    [InlineData("run", "--tape")]
    [InlineData("replay", null)]
    public async Task A_tape_that_is_missing_or_no_tape_or_damaged(string command, string? option)
    {
        string[] With(string file) =>
        [
            command, .. option is null ? Array.Empty<string>() : [option], file,
            .. command == "run" ? ["--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0"] : Array.Empty<string>(),
        ];
        await RefusedAsync(With("none.tape"), "none.tape: cannot be read: no such file");
        Directory.CreateDirectory(In("folder"));
        await RefusedAsync(With("folder"), "folder: ");
        File.WriteAllText(In("text.txt"), "hello\nworld\n");
        await RefusedAsync(With("text.txt"), "text.txt: ", "--venue");
        File.WriteAllText(In("empty.txt"), "");
        await RefusedAsync(With("empty.txt"), "empty.txt: ");

        var tape = await RecordAsync();
        var whole = await File.ReadAllBytesAsync(tape, TestContext.Current.CancellationToken);
        File.WriteAllBytes(In("truncated.tape"), whole[..(whole.Length * 2 / 3)]);
        await RefusedAsync(With("truncated.tape"), "truncated.tape: ", "--salvage");
        var corrupt = (byte[])whole.Clone();
        corrupt[corrupt.Length / 2] ^= 0x10;
        File.WriteAllBytes(In("corrupt.tape"), corrupt);
        await RefusedAsync(With("corrupt.tape"), "corrupt.tape: ", "--salvage");
        var salvaged = await Run.ToEndAsync(Checkout.Program, ["replay", "corrupt.tape", "--salvage", "--json"], _folder);
        Assert.True(salvaged.Code == 0, salvaged.ToString());
    }

    [Fact]
    public async Task A_text_that_is_no_recording_of_the_venue()
    {
        File.WriteAllText(In("text.txt"), "hello\nworld\n");
        await RefusedAsync(["replay", "--venue", "kraken", "text.txt"], "text.txt: ");
        await RefusedAsync(["run", "--venue", "kraken", "--tape", "text.txt"], "text.txt: ");
    }

    [Theory]
    [InlineData("--venue: there is no venue \"bitfinex\"; binance, coinbase, kraken, bybit, polymarket, kalshi are known", "replay", "--venue", "bitfinex", "x")]
    [InlineData("--speed: found \"fast\"", "run", "--tape", "x", "--speed", "fast")]
    [InlineData("--speed: found \"0\"", "run", "--tape", "x", "--speed", "0")]
    [InlineData("--speed: found \"-1\"", "run", "--tape", "x", "--speed=-1")]
    [InlineData("--speed is the speed of a tape", "run", "--speed", "3")]
    [InlineData("--for: found \"5\"; a duration such as", "run", "--for", "5")]
    [InlineData("--for: found \"0s\"", "run", "--for", "0s")]
    [InlineData("--for: found \"1e9h\"", "run", "--for", "1e9h")]
    [InlineData("--testnet and --tape exclude each other", "run", "--testnet", "--tape", "x")]
    [InlineData("\"--tset\" is no command or option of strikeline run", "run", "--tset")]
    [InlineData("Required argument missing", "replay")]
    [InlineData("option --set: found \"x\"; KEY=VALUE is allowed", "run", "--set", "x")]
    [InlineData("--set: no.such.key", "run", "--set", "no.such.key=1")]
    [InlineData("redis 127.0.0.1:1 refuses connections; start it, or name another with --redis URL", "run", "--testnet", "--redis", "redis://:canary-1@127.0.0.1:1")]
    [InlineData("option --redis: redis_url: the database must be a whole number", "run", "--redis", "redis://:canary-1@127.0.0.1/x")]
    [InlineData("option --redis: redis_url: this is no address of a Redis; redis://HOST[:PORT][/DATABASE], with USER", "run", "--redis", "127.0.0.1:6379")]
    [InlineData("--tape and redis_url exclude each other", "run", "--tape", "x", "--redis", "redis://127.0.0.1")]
    [InlineData("\"/\": the key cannot be kept there: this is a folder; name a file", "keys", "new", "--out", "/")]
    [InlineData("\"\": the key cannot be kept there", "keys", "new", "--out", "")]
    [InlineData("cannot be read", "verify", "quote", "")]
    [InlineData("\"redis://***@127.0.0.1\" is no command or option of strikeline run", "run", "redis://:canary-1@127.0.0.1")]
    [InlineData("/dev/null/x", "run", "--testnet", "--data", "/dev/null/x")]
    [InlineData("/dev/null/x", "record", "--testnet", "--out", "/dev/null/x")]
    [InlineData("--for: found \"x\"", "record", "--for", "x")]
    [InlineData("no testnet answers at http://127.0.0.1:1/", "testnet", "fault", "kraken", "freeze", "--control", "http://127.0.0.1:1")]
    public async Task A_wrong_option(string expected, params string[] arguments) =>
        await RefusedAsync(arguments, expected);

    private string In(string name) => Path.Combine(_folder, name);

    private async Task<string> RecordAsync()
    {
        var recorded = await Run.ToEndAsync(
            Checkout.Program, ["record", "--testnet", "--for", "3s", "--out", In("tapes"), "--data", In("data")], _folder);
        Assert.True(recorded.Code == 0, recorded.ToString());
        return Assert.Single(Directory.GetFiles(In("tapes")));
    }

    private async Task RefusedAsync(string[] arguments, params string[] expected)
    {
        await using var program = Started.Strikeline(arguments, _folder);
        var ended = await program.EndAsync();
        Assert.True(ended.Code == 2, ended.ToString());
        var line = Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("strikeline: ", line);
        Assert.All(expected, part => Assert.Contains(part, line));
        Assert.DoesNotContain("xception", line);
        Assert.DoesNotContain("canary", line);
        Assert.True(line.Length < 400, line);
    }
}
