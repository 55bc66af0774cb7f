using System.Diagnostics;
using System.Text.Json;
using Strikeline.Host.Configuration;
using Strikeline.Testnet;

namespace Strikeline.Host.Composition;

/// <summary>The testnet as a child process: it ends when this program does, whatever ends it.</summary>
/// <remarks>The child reads its standard input, which breaks with the parent.</remarks>
internal sealed class TestnetChild : IDisposable
{
    /// <summary>The file under the data folder with the private key of the demo account on its Kalshi.</summary>
    public const string KalshiKeyFile = "testnet-kalshi.pem";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    private readonly Process _process;

    private TestnetChild(Process process, JsonElement endpoints)
    {
        _process = process;
        Endpoints = endpoints;
    }

    /// <summary>Where its servers are: <c>{"control":…,"binance":{"ws":…,"rest":…},…}</c>.</summary>
    public JsonElement Endpoints { get; }

    /// <summary>Ends when the child does.</summary>
    public Task Exited => _process.WaitForExitAsync(CancellationToken.None);

    /// <summary>Starts the child and waits for its addresses.</summary>
    /// <param name="settings">Its markets.</param>
    /// <param name="kalshiKeyFile">Where the private key of a demo account on its Kalshi is, or is made.</param>
    /// <param name="traders">Who trades from there on the exchange of this program; null for nobody.</param>
    /// <param name="log">Where its errors go.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="UserError">It does not start.</exception>
    public static async Task<TestnetChild> StartAsync(
        TestnetSettings settings, string kalshiKeyFile, TraderPlan? traders, Serilog.ILogger log,
        CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "testnet", "--end-with-input", "--free-ports", "--kalshi-key", kalshiKeyFile,
            "--set", $"testnet.seed={settings.Seed}",
            "--set", $"testnet.rate={settings.Rate}",
            "--set", $"testnet.depth={settings.Depth}",
            "--set", $"testnet.kalshi_five_minutes={(settings.KalshiFiveMinutes ? "true" : "false")}",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (traders is not null)
        {
            start.ArgumentList.Add("--traders");
        }

        var process = Process.Start(start) ?? throw new UserError("the testnet process could not be started");
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data))
            {
                log.Warning("testnet: {Line}", line.Data);
            }
        };
        process.BeginErrorReadLine();
        try
        {
            if (traders is not null)
            {
                // Through the pipe, since everybody on the machine can read a command line.
                await process.StandardInput.WriteLineAsync(traders.ToJson().AsMemory(), cancel);
                await process.StandardInput.FlushAsync(cancel);
            }

            var line = await process.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(StartTimeout, cancel);
            if (line is null)
            {
                throw new UserError("the testnet process ended before it was ready; the log says why");
            }

            var endpoints = JsonDocument.Parse(line).RootElement.Clone();
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new TestnetChild(process, endpoints);
        }
        catch (Exception e)
        {
            process.Kill();
            throw e is JsonException or TimeoutException or IOException
                ? new UserError("the testnet process did not say where it listens; the log may say why", e)
                : e;
        }
    }

    /// <summary>The settings with every feed pointed at the testnet.</summary>
    public Settings Redirect(Settings settings)
    {
        FeedSettings Point(FeedSettings feed, string venue, string path) => feed with
        {
            WsUrl = Endpoints.GetProperty(venue).GetProperty("ws").GetString() + path,
            RestUrl = Endpoints.GetProperty(venue).GetProperty("rest").GetString()!,
        };

        return settings with
        {
            Feeds = settings.Feeds with
            {
                Binance = Point(settings.Feeds.Binance, "binance", string.Empty),
                Coinbase = Point(settings.Feeds.Coinbase, "coinbase", string.Empty),
                Kraken = Point(settings.Feeds.Kraken, "kraken", "/v2"),
                Bybit = Point(settings.Feeds.Bybit, "bybit", "/v5/public/spot"),
            },
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(EndTimeout))
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }
}
