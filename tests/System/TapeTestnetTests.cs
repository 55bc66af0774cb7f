using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Strikeline.SystemTests;

/// <summary>The testnet over a recording instead of the seeded markets, read by the program's own feeds.</summary>
public sealed partial class TapeTestnetTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-tape-").FullName;
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Recorded_prices_arrive_as_a_proven_book()
    {
        var recording = Path.GetFullPath(Checkout.In("../shared/data/binance/spot-recording-1.txt.gz"));
        Assert.SkipUnless(File.Exists(recording), "the recordings (../shared/data) are not on this machine");
        var testnet = Start("testnet", "--free-ports", "--end-with-input", "--tape", recording);
        var binance = await testnet.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(Within);
        var endpoint = JsonDocument.Parse(binance!).RootElement.GetProperty("binance");
        var rest = endpoint.GetProperty("rest").GetString()!;
        await ListsOnlyWhatIsRecordedAsync(rest);

        var run = Start(
            "run", "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0", "--data", _folder,
            "--set", "feeds.binance.ws_url=" + endpoint.GetProperty("ws").GetString(),
            "--set", "feeds.binance.rest_url=" + rest,
            "--set", "feeds.coinbase.enabled=false", "--set", "feeds.kraken.enabled=false",
            "--set", "feeds.bybit.enabled=false");
        var (bid, ask) = await ProvenAsync(await ListeningAsync(run));
        var (bids, asks) = Recorded(recording);
        Assert.Contains(bid, bids);
        Assert.Contains(ask, asks);
    }

    [Theory]
    [InlineData("none.tape", null, "none.tape: cannot be read: no such file")]
    [InlineData("text.txt", "hello\n", "text.txt: no venue's messages are in it")]
    [InlineData("trades.txt", "1700000000000000000 {\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1,"
        + "\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"1.0\",\"q\":\"1.0\",\"T\":1,\"m\":true,\"M\":true}}\n",
        "trades.txt: no pair with a whole book in 1 frames (1 trades)")]
    public async Task A_tape_that_is_of_no_use_is_one_line_and_exit_code_2(string name, string? text, string line)
    {
        if (text is not null)
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        var ended = await Run.ToEndAsync(Checkout.Program, ["testnet", "--free-ports", "--tape", name], _folder);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.StartsWith("strikeline: " + line, ended.Error);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
    }

    private static async Task ListsOnlyWhatIsRecordedAsync(string rest)
    {
        using var http = new HttpClient { Timeout = Within };
        var cancel = TestContext.Current.CancellationToken;
        using var listing = JsonDocument.Parse(await http.GetStringAsync(rest + "/api/v3/exchangeInfo", cancel));
        Assert.Equal(["BTCUSDT"], listing.RootElement.GetProperty("symbols").EnumerateArray()
            .Select(one => one.GetProperty("symbol").GetString()));
        using var unknown = await http.GetAsync(rest + "/api/v3/depth?symbol=ETHUSDT", cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("-1121", await unknown.Content.ReadAsStringAsync(cancel));
    }

    private static async Task<Uri> ListeningAsync(Process run)
    {
        var seen = new List<string>();
        while (await run.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Within)
            is { } line)
        {
            seen.Add(line);
            if (Listening().Match(line) is { Success: true } found)
            {
                _ = run.StandardError.ReadToEndAsync(CancellationToken.None);
                return new Uri(found.Groups["address"].Value);
            }
        }

        throw new InvalidOperationException("strikeline ended before it listened:\n" + string.Join('\n', seen));
    }

    private static async Task<(decimal Bid, decimal Ask)> ProvenAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Within };
        var cancel = TestContext.Current.CancellationToken;
        var answer = "";
        for (var tries = 0; tries < 300; tries++)
        {
            answer = await http.GetStringAsync("/api/v1/feeds", cancel);
            using var feeds = JsonDocument.Parse(answer);
            var row = feeds.RootElement.GetProperty("feeds").EnumerateArray()
                .Single(one => one.GetProperty("symbol").GetString() == "BTC/USDT");
            if (row.GetProperty("proven").GetBoolean())
            {
                return (Price(row.GetProperty("bid")), Price(row.GetProperty("ask")));
            }

            await Task.Delay(100, cancel);
        }

        throw new InvalidOperationException("the book was not proven: " + answer);
    }

    private static (HashSet<decimal> Bids, HashSet<decimal> Asks) Recorded(string path)
    {
        var bids = new HashSet<decimal>();
        var asks = new HashSet<decimal>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            if (line.Contains("@bookTicker"))
            {
                using var frame = JsonDocument.Parse(line[(line.IndexOf(' ') + 1)..]);
                bids.Add(Price(frame.RootElement.GetProperty("data").GetProperty("b")));
                asks.Add(Price(frame.RootElement.GetProperty("data").GetProperty("a")));
            }
        }

        return (bids, asks);
    }

    private static decimal Price(JsonElement text) => decimal.Parse(text.GetString()!);

    private Process Start(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(Checkout.Program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _started.Add(process);
        return process;
    }

    [GeneratedRegex(@"listening on (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
