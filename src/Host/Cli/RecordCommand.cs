using System.CommandLine;
using Serilog;
using Spectre.Console;
using Strikeline.Host.Bots;
using Strikeline.Host.Composition;
using Strikeline.Host.Logging;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline record</c>: raw frames of live feeds, or of a testnet, to tapes.</summary>
internal static class RecordCommand
{
    public static Command Build()
    {
        var command = new Command("record", "Record live frames to tapes");
        var folder = new Option<string?>("--out") { Description = "Folder of the tapes", HelpName = "DIR" };
        var testnet = new Option<bool>("--testnet") { Description = "Against the built-in testnet" };
        var duration = new Option<string?>("--for") { Description = "Stop after this time", HelpName = "DURATION" };
        command.Options.Add(folder);
        command.Options.Add(testnet);
        command.Options.Add(duration);
        var options = SettingsOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var settings = options.Load(parsed).Settings;
            var time = Duration.Parse(parsed.GetValue(duration), "--for");
            using var stop = new StopSignal(null);
            using var log = Logs.Open(settings.Log);
            Log.Logger = log;
            var kalshiKey = Path.Combine(settings.DataDir, TestnetChild.KalshiKeyFile);
            using var child = parsed.GetValue(testnet)
                ? await TestnetChild.StartAsync(settings.Testnet, kalshiKey, null, log, stop.Token)
                : null;
            var venues = child is null
                ? settings.Predictions
                : PredictionFleet.Redirect(settings.Predictions, child.Endpoints, kalshiKey);
            settings = child?.Redirect(settings) ?? settings;
            var fleet = new FeedFleet(settings, log);
            var into = parsed.GetValue(folder) ?? settings.Tapes.Dir;
            var clock = new SteadyClock();
            using var meter = new FeedMeter();
            using var transport = new WebSocketTransport();
            var desks = fleet.Desks(new MeterSink(meter), null);
            using (var recorder = new TapeRecorder(into, settings.Tapes, fleet.Options(), clock))
            {
                using var predictions = new PredictionFleet(
                    venues, transport, new NullOutcomes(), new NothingHeld(), recorder, clock, Environment.TickCount);
                // From here on, however long a testnet took to start.
                stop.StopAfter(time);
                Task[] feeds =
                [
                    fleet.RunAsync(desks, transport, recorder, clock, Environment.TickCount, stop.Token),
                    predictions.RunAsync(stop.Token),
                ];
                await Task.WhenAny([ShowAsync(recorder, desks, clock, stop), .. feeds]);
                stop.Stop();
                await Task.WhenAll(feeds);
                var failure = recorder.StopReason;
                if (failure is null && recorder.Problem is { } loss)
                {
                    log.Warning("{Loss}", loss);
                }

                recorder.Finish();
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"recorded {recorder.Frames} frames, {recorder.StoredBytes} bytes, in {into}");
                if (failure is not null)
                {
                    throw new UserError($"{into}: {failure}");
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task ShowAsync(
        TapeRecorder recorder, List<VenueDesk> desks, TimeProvider clock, StopSignal stop)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            while (!stop.Token.IsCancellationRequested && recorder.StopReason is null)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(500)), stop.WaitAsync());
            }

            return;
        }

        await AnsiConsole.Status().StartAsync("recording", async status =>
        {
            while (!stop.Token.IsCancellationRequested && recorder.StopReason is null)
            {
                var live = desks.SelectMany(desk => desk.Report(clock.UnixNanos()))
                    .Count(report => report.State == FeedState.Live);
                status.Status(
                    $"{recorder.Frames:n0} frames, {recorder.StoredBytes >> 20:n0} MiB, {live} instruments live; "
                    + "Ctrl-C ends");
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(500)), stop.WaitAsync());
            }
        });
    }
}
