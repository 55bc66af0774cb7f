using System.CommandLine;
using Strikeline.Lab;
using Strikeline.Testnet;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline testnet</c>: only the local venue servers; <c>testnet fault</c> commands a fault.</summary>
internal static class TestnetCommand
{
    public static Command Build()
    {
        var command = new Command("testnet", "Local servers that speak the venues' protocols");
        var freePorts = new Option<bool>("--free-ports") { Description = "Take free ports for the venues" };
        var endWithInput = new Option<bool>("--end-with-input")
        {
            Description = "Stop when standard input ends", Hidden = true,
        };
        var traders = new Option<bool>("--traders")
        {
            Description = "Start the traders of the plan that is the first line of standard input", Hidden = true,
        };
        var duration = new Option<string?>("--for") { Description = "Stop after this time", HelpName = "DURATION" };
        command.Options.Add(freePorts);
        command.Options.Add(endWithInput);
        command.Options.Add(traders);
        command.Options.Add(duration);
        var tape = TapeOptions.AddTo(command);
        command.Subcommands.Add(Fault());
        var options = SettingsOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var settings = options.Load(parsed).Settings.Testnet;
            using var script = tape.Open(parsed);
            using var stop = new StopSignal(Duration.Parse(parsed.GetValue(duration), "--for"));
            var asked = new TestnetOptions
            {
                Seed = settings.Seed,
                Rate = settings.Rate,
                Depth = settings.Depth,
                ControlPort = settings.ControlPort,
                BinancePort = settings.BinancePort,
                CoinbasePort = settings.CoinbasePort,
                KrakenPort = settings.KrakenPort,
                BybitPort = settings.BybitPort,
                Polymarket = new PolymarketOptions
                {
                    ClobPort = settings.PolymarketClobPort,
                    GammaPort = settings.PolymarketGammaPort,
                    LivePort = settings.PolymarketLivePort,
                },
                Script = script,
            };
            if (parsed.GetValue(freePorts))
            {
                asked = asked.OnFreePorts();
            }

            try
            {
                await using var server = await TestnetServer.StartAsync(asked, TimeProvider.System, stop.Token);
                var output = parsed.InvocationConfiguration.Output;
                output.WriteLine(server.Endpoints.ToJson());
                output.Flush();
                if (parsed.GetValue(traders) && await Console.In.ReadLineAsync(stop.Token) is { Length: > 0 } plan)
                {
                    server.StartTraders(TraderPlan.Parse(plan));
                }

                if (parsed.GetValue(endWithInput))
                {
                    var input = new Thread(() => EndWithInput(stop)) { IsBackground = true };
                    input.Start();
                }

                await Task.WhenAny(stop.WaitAsync(), server.Completion);
                if (server.Completion.IsFaulted)
                {
                    await server.Completion;
                }
            }
            catch (Exception e) when (e is TestnetException or RecordingException)
            {
                throw new UserError(e.Message, e);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void EndWithInput(StopSignal stop)
    {
        while (Console.In.Read() >= 0)
        {
            // What comes is of no interest, only its end.
        }

        stop.Stop();
    }

    private static Command Fault()
    {
        var command = new Command("fault", "Command a fault of a running testnet");
        var venue = new Argument<string>("VENUE") { Description = "binance, coinbase, kraken, bybit or polymarket" };
        var fault = new Argument<string>("FAULT")
        {
            Description = "disconnect, refuse, freeze, gap, duplicate, reorder, garbage, truncate, offset, slow; "
                + "kraken: checksum; binance: shutdown; bybit: restart; "
                + "polymarket has others, which a wrong name lists",
        };
        var symbol = new Option<string?>("--symbol") { Description = "One pair only" };
        var duration = new Option<string?>("--for") { Description = "How long; 10s by default", HelpName = "DURATION" };
        var percent = new Option<double?>("--percent") { Description = "How far off; 5 by default" };
        var control = new Option<string>("--control")
        {
            Description = "The testnet's control address",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:18080",
        };
        command.Arguments.Add(venue);
        command.Arguments.Add(fault);
        command.Options.Add(symbol);
        command.Options.Add(duration);
        command.Options.Add(percent);
        command.Options.Add(control);
        command.SetAction(async (parsed, cancel) =>
        {
            var seconds = (Duration.Parse(parsed.GetValue(duration), "--for") ?? TimeSpan.FromSeconds(10)).TotalSeconds;
            var body = new Dictionary<string, object?>
            {
                ["venue"] = parsed.GetValue(venue),
                ["fault"] = parsed.GetValue(fault),
                ["symbol"] = parsed.GetValue(symbol),
                ["seconds"] = seconds,
            };
            if (parsed.GetValue(percent) is { } off)
            {
                body["percent"] = off;
            }

            var address = parsed.GetValue(control)!.TrimEnd('/') + "/control/faults";
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            try
            {
                using var answer = await http.PostAsJsonAsync(address, body, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                if (!answer.IsSuccessStatusCode)
                {
                    throw new UserError($"{address} refused: {text.ReplaceLineEndings(" ")}");
                }

                parsed.InvocationConfiguration.Output.WriteLine(text);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException
                or InvalidOperationException)
            {
                throw new UserError(
                    $"no testnet answers at {address} ({e.Message}): name its control address with --control URL", e);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
