using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests.Trading;

/// <summary>An answer of the exchange, read to its end.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="Headers">All headers, one a line.</param>
internal sealed record Answer(int Status, string Text, string Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The problem's stable code; null where it is no problem.</summary>
    public string? Code => Status >= 400 && Text.StartsWith('{') ? Json.GetProperty("code").GetString() : null;

    /// <summary>A property of the body as text.</summary>
    public string? this[string name] => Json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value
        ? value.ToString()
        : null;
}

/// <summary>The real program with its exchange and no feed, on a data folder that outlives restarts.</summary>
internal sealed class Service : IAsyncDisposable
{
    /// <summary>A rate that no test reaches.</summary>
    public const int Unlimited = 1_000_000;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    private readonly string _folder;
    private readonly List<string> _logs = [];
    private Started? _program;
    private int? _openFiles;

    private Service(string folder) => _folder = folder;

    /// <summary>The process.</summary>
    public Started Program => _program ?? throw new InvalidOperationException("it is not running");

    /// <summary>Where it listens, ending in a slash.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where its metrics are.</summary>
    public Uri Metrics { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The token that may do everything.</summary>
    public string ControlToken { get; private set; } = string.Empty;

    /// <summary>Everything that it wrote so far, also before it was restarted.</summary>
    public string Log => string.Join('\n', [.. _logs, Program.SoFar.Output, Program.SoFar.Error]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts one on a new folder.</summary>
    public static async Task<Service> OpenAsync(
        int requestsPerSecond = Unlimited, int cancelsPerSecond = Unlimited, string logLevel = "info",
        int? openFiles = null)
    {
        var service = new Service(Directory.CreateTempSubdirectory("strikeline-system-").FullName) { _openFiles = openFiles };
        var off = new { enabled = false };
        await File.WriteAllTextAsync(
            service.Configuration,
            JsonSerializer.Serialize(new
            {
                strikes = new { series = Array.Empty<object>() },
                feeds = new { binance = off, coinbase = off, kraken = off, bybit = off },
                // The bots are there, with their stop and their routes, but ask no venue.
                predictions = new { polymarket = off, kalshi = off },
                log = new { level = logLevel },
                exchange = new
                {
                    requests_per_second = requestsPerSecond, cancels_per_second = cancelsPerSecond,
                    markets = new[] { Row("SOL/USDC", "0.01", "0.001"), Row("BTC/USDC", "0.1", "0.00001"), Row("ETH/USDC", "0.01", "0.0001") },
                },
            }),
            Cancel);
        try
        {
            await service.StartAsync();
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        return service;
    }

    // The usual markets without a band, which would tie the prices of one test to those of another.
    private static object Row(string symbol, string tick, string lot) => new
    {
        symbol, tick, lot, max_price = "1000000", max_quantity = "100000", maker_fee_ppm = 200, taker_fee_ppm = 500, band_ppm = 0,
    };

    /// <summary>Its data folder.</summary>
    public string Data => Path.Combine(_folder, "data");

    private string Configuration => Path.Combine(_folder, "strikeline.json");

    /// <summary>Kills it without a word.</summary>
    public async Task KillAsync()
    {
        await Program.SignalAsync("KILL");
        await Program.EndAsync();
        _logs.Add(Program.SoFar.Output + Program.SoFar.Error);
        await Program.DisposeAsync();
        _program = null;
    }

    /// <summary>Starts it again on its folder.</summary>
    public async Task StartAsync()
    {
        string[] arguments =
        [
            "run", "--config", Configuration, "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0",
            "--data", Data, "--for", "60m",
        ];
        _program = _openFiles is { } files
            ? Started.Program(
                "/bin/sh", ["-c", $"ulimit -n {files}; exec \"$0\" \"$@\"", Checkout.Program, .. arguments], _folder)
            : Started.Strikeline(arguments, _folder);
        Address = new Uri(await Program.AfterAsync("listening on ") + "/");
        Metrics = new Uri(await Program.AfterAsync("metrics on "));
        ControlToken = (await File.ReadAllTextAsync(Path.Combine(Data, "control.token"), Cancel)).Trim();
    }

    /// <summary>Asks; a body that is text or bytes is sent as it is, any other as JSON.</summary>
    public async Task<Answer> SendAsync(
        string method, string path, object? body = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Address + path.TrimStart('/'));
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body switch
            {
                byte[] bytes => bytes,
                string text => Encoding.UTF8.GetBytes(text),
                _ => JsonSerializer.SerializeToUtf8Bytes(body),
            });
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await Http.SendAsync(request, Cancel);
        return new Answer(
            (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel),
            $"{answer.Headers}{answer.Content.Headers}");
    }

    /// <summary>Asks and expects 200.</summary>
    public async Task<Answer> MustAsync(string method, string path, object? body = null, string? key = null)
    {
        var answer = await SendAsync(method, path, body, key);
        Assert.True(answer.Status is 200 or 204, $"{method} {path}: {answer.Status} {answer.Text}");
        return answer;
    }

    /// <summary>A new account with money.</summary>
    public async Task<Trader> OpenTraderAsync(string name, params (string Asset, decimal Amount)[] money)
    {
        var made = await MustAsync("POST", "api/v1/admin/accounts", new { name }, ControlToken);
        var trader = new Trader(this, made.Json.GetProperty("account").GetInt32(), made["api_key"]!);
        foreach (var (asset, amount) in money)
        {
            await MustAsync(
                "POST", "api/v1/admin/deposits", new { account = trader.Account, asset, amount }, ControlToken);
        }

        return trader;
    }

    /// <summary>A further key.</summary>
    public async Task<string> KeyAsync(int account, string name, string scopes, string? publicKey = null) =>
        (await MustAsync(
            "POST", "api/v1/admin/keys", new { account, name, scopes, public_key = publicKey }, ControlToken))["api_key"]!;

    /// <summary>The book: price and quantity as they are written, best first.</summary>
    public async Task<(long Sequence, string[] Bids, string[] Asks)> DepthAsync(string market)
    {
        var json = (await MustAsync("GET", $"api/v1/depth?market={market}&limit=5000")).Json;
        string[] Levels(string side) =>
            [.. json.GetProperty(side).EnumerateArray().Select(level => $"{level[0].GetString()} {level[1].GetString()}")];
        return (json.GetProperty("sequence").GetInt64(), Levels("bids"), Levels("asks"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>An account that trades over REST.</summary>
/// <param name="Service">The exchange.</param>
/// <param name="Account">Its number.</param>
/// <param name="Key">Its key.</param>
internal sealed record Trader(Service Service, int Account, string Key)
{
    /// <summary>Places an order.</summary>
    public Task<Answer> PlaceAsync(object order) => Service.SendAsync("POST", "api/v1/order", order, Key);

    /// <summary>Places an order that must be taken.</summary>
    public Task<Answer> MustPlaceAsync(object order) => Service.MustAsync("POST", "api/v1/order", order, Key);

    /// <summary>A limit order that must be taken.</summary>
    public Task<Answer> LimitAsync(string kind, string price, string quantity, string market = "SOL/USDC") =>
        MustPlaceAsync(new { market, kind, price, quantity });

    /// <summary>What it has: available and held.</summary>
    public async Task<(decimal Available, decimal Held)> BalanceAsync(string asset)
    {
        var rows = (await Service.MustAsync("GET", "api/v1/balances", key: Key)).Json.EnumerateArray();
        var row = rows.Single(one => one.GetProperty("asset").GetString() == asset);
        decimal Number(string name) => decimal.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
        return (Number("available"), Number("held"));
    }

    /// <summary>Its open orders, newest first.</summary>
    public async Task<JsonElement[]> OrdersAsync() =>
        [.. (await Service.MustAsync("GET", "api/v1/orders", key: Key)).Json.GetProperty("orders").EnumerateArray()];

    /// <summary>Its open orders and balances as one text.</summary>
    public async Task<string> StateAsync() =>
        (await Service.MustAsync("GET", "api/v1/orders", key: Key)).Text
        + (await Service.MustAsync("GET", "api/v1/balances", key: Key)).Text;
}

/// <summary>A service for all tests of a class.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private Service? _service;

    internal Service Service => _service ?? throw new InvalidOperationException("it was not started");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _service = await Service.OpenAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }
}
