using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Strikeline.SystemTests.Stores;

/// <summary>The real program on one data folder, life after life, and traders of the test's own who go on whenever it is there.</summary>
internal sealed class MarketLives : IAsyncDisposable
{
    private static readonly string[] Markets = ["SOL/USDC", "BTC/USDC", "ETH/USDC"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-stores-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _enough = new();
    private readonly List<string> _logs = [];
    private readonly List<(int Account, string Key)> _accounts = [];
    private Task[] _traders = [];
    private Started? _program;
    private volatile Uri? _address;
    private long _answered;

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>The program.</summary>
    public Started Program => _program ?? throw new InvalidOperationException("it is not running");

    /// <summary>Its HTTP API.</summary>
    public Api Api => new(_address!);

    /// <summary>The test's own accounts.</summary>
    public IReadOnlyList<(int Account, string Key)> Accounts => _accounts;

    /// <summary>Orders of the test's own traders that were answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it, with further arguments, and variables of its environment.</summary>
    public async Task StartAsync(string[] arguments, params string[] environment)
    {
        _program = Started.Program(
            "/usr/bin/env",
            [
                .. environment, Checkout.Program, "run", "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0", "--for", "30m",
                "--data", Data, "--set", "exchange.requests_per_second=1000000", .. arguments,
            ],
            _folder);
        _address = new Uri(await Program.AfterAsync("listening on ") + "/");
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Stops it in order.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>Opens accounts and lets them trade in all markets, around what the living market pays.</summary>
    public async Task TradeAsync(int traders)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(Data, "control.token"), Cancel)).Trim();
        for (var i = 0; i < traders; i++)
        {
            var made = await AdminAsync(token, "accounts", new { name = $"store{i}" });
            var account = made.GetProperty("account").GetInt32();
            foreach (var (asset, amount) in ((string, string)[])[("USDC", "100000000"), ("SOL", "100000"), ("BTC", "1000"), ("ETH", "10000")])
            {
                await AdminAsync(token, "deposits", new { account, asset, amount });
            }

            _accounts.Add((account, made.GetProperty("api_key").GetString()!));
        }

        _traders = [.. _accounts.Select(one => Task.Run(() => TradeAsync(one.Key, new Random(one.Account)), Cancel))];
    }

    /// <summary>Ends the test's own traders.</summary>
    public async Task RestAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_traders);
    }

    /// <summary>Asks for text with a key.</summary>
    public async Task<string> TextAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address + path));
        request.Headers.Add("Authorization", $"Bearer {key}");
        using var answer = await _http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return text;
    }

    /// <summary>Everything that it has told anybody: its output, its log files.</summary>
    public IEnumerable<string> Told() =>
        [.. _logs, .. Directory.GetFiles(Path.Combine(Data, "logs")).Select(File.ReadAllText)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_traders);
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _http.Dispose();
        _enough.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task EndAsync(string signal)
    {
        await Program.SignalAsync(signal);
        var ended = await Program.EndAsync();
        Assert.True(signal == "KILL" || ended.Code == 0, ended.ToString());
        _logs.Add(ended.Output + ended.Error);
        await Program.DisposeAsync();
        _program = null;
    }

    private async Task<JsonElement> AdminAsync(string token, string what, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address + "api/v1/admin/" + what)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Authorization", $"Bearer {token}");
        using var answer = await _http.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task TradeAsync(string key, Random dice)
    {
        while (!_enough.IsCancellationRequested)
        {
            try
            {
                var market = Markets[dice.Next(Markets.Length)];
                var depth = await _http.GetFromJsonAsync<JsonElement>(new Uri($"{_address}api/v1/depth?market={market}&limit=1"), _enough.Token);
                for (var i = 0; i < 20; i++)
                {
                    var (isBuy, isMarket) = (dice.Next(2) == 0, dice.Next(4) == 0);
                    var side = depth.GetProperty(isBuy == (dice.Next(3) > 0) ? "asks" : "bids");
                    if (side.GetArrayLength() == 0)
                    {
                        break;
                    }

                    var quantity = (dice.Next(1, 9) * 0.01m).ToString(CultureInfo.InvariantCulture);
                    object order = isMarket
                        ? new { market, kind = isBuy ? "buy" : "sell", type = "market", quantity, tif = "ioc", stp = "cancel_oldest" }
                        : new { market, kind = isBuy ? "buy" : "sell", price = side[0][0].GetString(), quantity, stp = "decrement" };
                    using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address + "api/v1/order")) { Content = JsonContent.Create(order) };
                    request.Headers.Add("Authorization", $"Bearer {key}");
                    using var answer = await _http.SendAsync(request, _enough.Token);
                    if (answer.IsSuccessStatusCode)
                    {
                        Interlocked.Increment(ref _answered);
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
            {
                // It is down, or goes down: soon it is there again.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}
