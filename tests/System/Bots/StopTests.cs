using System.Diagnostics;
using System.Text.Json;
using Strikeline.SystemTests.Trading;

namespace Strikeline.SystemTests.Bots;

/// <summary>The bots' emergency stop: by the API, the command line and a signal, over a program's death, and where its
/// file is not to be believed.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private Service? _service;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Service Service => _service ?? throw new InvalidOperationException("it was not started");

    private string StopFile => Path.Combine(Service.Data, "trading", "emergency-stop");

    public async ValueTask InitializeAsync() => _service = await Service.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stop_by_the_api_holds_over_the_programs_death_until_it_is_cleared()
    {
        Assert.False(IsStopped(await StateAsync()));
        var stopped = await Service.MustAsync("POST", "api/emergency-stop", null, Service.ControlToken);
        Assert.Equal(["stopped", "count", "since", "scope"], stopped.Json.EnumerateObject().Select(field => field.Name));
        Assert.True(stopped.Json.GetProperty("stopped").GetBoolean());
        Assert.Equal("new_exposure", stopped["scope"]);
        var since = stopped.Json.GetProperty("since").GetInt64();
        Assert.InRange(since, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(), long.MaxValue);
        var portfolio = (await Service.MustAsync("GET", "api/v1/portfolio", key: Service.ControlToken)).Json;
        Assert.False(portfolio.GetProperty("may_trade").GetBoolean());
        var blocker = Assert.Single(
            portfolio.GetProperty("blocked_by").EnumerateArray(),
            row => row.GetProperty("code").GetString() == "EMERGENCY_STOP");
        Assert.Equal(since, blocker.GetProperty("since").GetInt64());
        Assert.NotEqual("", blocker.GetProperty("fix").GetString());

        await Service.KillAsync();
        await Service.StartAsync();
        var after = await StateAsync();
        Assert.Equal((true, "new_exposure", "api"), (IsStopped(after), Text(after, "scope"), Text(after, "by")));
        Assert.Equal(since, after.GetProperty("since").GetInt64());

        // Wider at once; what is forbidden already stays forbidden.
        var wider = await Service.MustAsync(
            "POST", "api/emergency-stop", new { scope = "halt_all", reason = "a test\nof lines" }, Service.ControlToken);
        Assert.Equal("halt_all", wider["scope"]);
        var narrower = await Service.MustAsync(
            "POST", "api/emergency-stop", new { scope = "new_exposure" }, Service.ControlToken);
        Assert.Equal("halt_all", narrower["scope"]);

        var cleared = await Service.MustAsync("POST", "api/emergency-stop/clear", null, Service.ControlToken);
        Assert.False(cleared.Json.GetProperty("stopped").GetBoolean());
        Assert.Null(cleared["scope"]);
        await Service.KillAsync();
        await Service.StartAsync();
        Assert.False(IsStopped(await StateAsync()));
    }

    [Fact]
    public async Task A_stop_that_came_after_the_one_that_is_meant_is_not_cleared_with_it()
    {
        var first = (await Service.MustAsync("POST", "api/emergency-stop", null, Service.ControlToken)).Json;
        var second = (await Service.MustAsync(
            "POST", "api/emergency-stop", new { reason = "something else" }, Service.ControlToken)).Json;
        object Of(JsonElement stop) => new { count = stop.GetProperty("count").GetInt64() };

        var refused = await Service.SendAsync("POST", "api/emergency-stop/clear", Of(first), Service.ControlToken);
        Assert.Equal((409, "newer_stop"), (refused.Status, refused.Code));
        Assert.Equal("something else", Text(await StateAsync(), "reason"));
        refused = await Service.SendAsync("POST", "api/emergency-stop/clear", new { count = -1 }, Service.ControlToken);
        Assert.Equal((400, "invalid_parameter"), (refused.Status, refused.Code));
        var cleared = await Service.MustAsync("POST", "api/emergency-stop/clear", Of(second), Service.ControlToken);
        Assert.False(IsStopped(cleared.Json));
    }

    [Fact]
    public async Task Only_who_runs_the_program_stops_its_bots_and_a_stop_that_is_none_changes_nothing()
    {
        var trader = await Service.OpenTraderAsync("trader", ("USDC", 1));
        var admin = await Service.KeyAsync(0, "admin", "read trade admin");
        foreach (var path in (string[])["api/emergency-stop", "api/emergency-stop/clear"])
        {
            foreach (var (key, status, code) in new[]
            {
                (null, 401, "key_required"), ("slk_nobody", 401, "key_unknown"), (trader.Key, 403, "scope_missing"),
                (admin, 403, "scope_missing"),
            })
            {
                var refused = await Service.SendAsync("POST", path, new { }, key);
                Assert.Equal((status, code), (refused.Status, refused.Code));
            }
        }

        // Nor can anybody make a key that may.
        var made = await Service.SendAsync(
            "POST", "api/v1/admin/keys", new { account = 0, name = "b", scopes = "read bots" }, Service.ControlToken);
        Assert.InRange(made.Status, 400, 422);
        foreach (var (body, code) in new (object, string)[]
        {
            (new { scope = "everything" }, "invalid_scope"), (new { scope = "" }, "invalid_scope"),
            (new { scop = "halt_all" }, "unknown_field"), ("{", "malformed_body"),
        })
        {
            var refused = await Service.SendAsync("POST", "api/emergency-stop", body, Service.ControlToken);
            Assert.Equal((400, code), (refused.Status, refused.Code));
        }

        Assert.False(IsStopped(await StateAsync()));
    }

    [Fact]
    public async Task The_command_line_stops_and_resumes_while_it_runs_and_while_it_is_down()
    {
        await CommandAsync("resume", "nothing was stopped");
        await CommandAsync("stop", "stopped (new_exposure)", "--reason", "the cat sat on it");
        var state = await UntilAsync(isStopped: true);
        Assert.Equal(("cli", "the cat sat on it"), (Text(state, "by"), Text(state, "reason")));
        await CommandAsync("stop", "stopped (halt_all)", "--halt-all");
        await CommandAsync("resume", "resumed; it was stopped by cli: strikeline stop");
        await UntilAsync(isStopped: false);

        await Service.KillAsync();
        await CommandAsync("stop", "stopped (halt_all)", "--halt-all");
        await Service.StartAsync();
        Assert.Equal("halt_all", Text(await StateAsync(), "scope"));
        await Service.KillAsync();
        await CommandAsync("resume", "resumed");
        await Service.StartAsync();
        Assert.False(IsStopped(await StateAsync()));
    }

    [Fact]
    public async Task A_signal_stops_and_the_program_runs_on()
    {
        await Service.Program.SignalAsync("USR1");
        var state = await UntilAsync(isStopped: true);
        Assert.Equal(
            ("signal", "SIGUSR1", "new_exposure"), (Text(state, "by"), Text(state, "reason"), Text(state, "scope")));
        Assert.False(Service.Program.HasEnded);
        await Service.KillAsync();
        await Service.StartAsync();
        Assert.Equal("signal", Text(await StateAsync(), "by"));
    }

    [Fact]
    public async Task A_file_that_is_damaged_or_gone_is_a_stop_also_after_a_start()
    {
        var whole = await File.ReadAllBytesAsync(StopFile, Cancel);
        foreach (var how in (string[])["damaged", "cut", "empty", "gone"])
        {
            Spoil();
            var state = await UntilAsync(isStopped: true);
            Assert.Equal("file", Text(state, "by"));
            Assert.Contains("look at the folder", Text(state, "reason"));
            await ClearAsync();

            void Spoil()
            {
                switch (how)
                {
                    case "gone":
                        File.Delete(StopFile);
                        break;
                    case "empty":
                        File.WriteAllBytes(StopFile, []);
                        break;
                    case "cut":
                        File.WriteAllBytes(StopFile, whole[..^2]);
                        break;
                    default:
                        File.WriteAllText(StopFile, "running\n");
                        break;
                }
            }
        }

        // The start finds the same.
        await Service.KillAsync();
        File.Delete(StopFile);
        await Service.StartAsync();
        Assert.Equal((true, "file"), (IsStopped(await StateAsync()), Text(await StateAsync(), "by")));
        await ClearAsync();
        await Service.KillAsync();
        File.WriteAllText(StopFile, "running\n");
        await Service.StartAsync();
        Assert.True(IsStopped(await StateAsync()));
        await CommandAsync("resume", "resumed; it was stopped by file");
        await UntilAsync(isStopped: false);
    }

    [Fact]
    public async Task Where_the_file_cannot_be_written_a_stop_holds_all_the_same_and_its_end_is_refused()
    {
        // In the way of the draft, which is written first.
        var draft = StopFile + ".new";
        Directory.CreateDirectory(Path.Combine(draft, "full"));
        var stopped = await Service.MustAsync("POST", "api/emergency-stop", null, Service.ControlToken);
        Assert.True(IsStopped(stopped.Json));
        var health = (await Service.MustAsync("GET", "health")).Json;
        Assert.Contains(
            health.GetProperty("reasons").EnumerateArray(),
            reason => reason.GetString()!.StartsWith("emergency stop: ", StringComparison.Ordinal));
        var refused = await Service.SendAsync("POST", "api/emergency-stop/clear", null, Service.ControlToken);
        Assert.Equal((503, "stop_stays"), (refused.Status, refused.Code));
        Assert.True(IsStopped(await StateAsync()));

        // Once it can be, it is written without anybody asking again.
        Directory.Delete(draft, recursive: true);
        var watch = Stopwatch.StartNew();
        while (!(await File.ReadAllTextAsync(StopFile, Cancel)).Contains("stopped", StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed.TotalSeconds < 20, "the stop was not saved");
            await Task.Delay(10, Cancel);
        }

        await Service.KillAsync();
        await Service.StartAsync();
        Assert.Equal("api", Text(await StateAsync(), "by"));
        await ClearAsync();
    }

    [Fact]
    public async Task A_socket_tells_everybody_of_the_stop_and_of_markets_and_of_the_rest_who_runs_the_program_alone()
    {
        var trader = await Service.OpenTraderAsync("trader", ("USDC", 1));
        foreach (var (key, code) in new[]
        {
            (null, "key_required"), (trader.Key, "scope_missing"), (Service.ControlToken, null),
        })
        {
            using var socket = await TradingSocket.OpenAsync(Service.Address, key);
            await socket.SubscribeAsync("predictions", "status");
            var markets = await socket.NextAsync("predictions");
            Assert.True(markets.GetProperty("data").TryGetProperty("markets", out _));
            // The first may be of the second before.
            var going = await socket.NextAsync(message => Text(message, "channel") == "status"
                && !IsStopped(message.GetProperty("data").GetProperty("stop")));
            Assert.Equal("paper", Text(going.GetProperty("data"), "orders"));
            foreach (var channel in (string[])["opportunities", "portfolio"])
            {
                await socket.SubscribeAsync(channel);
                var first = await socket.NextAsync(message => Text(message, "channel") == channel
                    || (Text(message, "channel") == "error" && message.ToString().Contains(channel)));
                Assert.Equal(code, first.TryGetProperty("code", out var given) ? given.GetString() : null);
                Assert.Equal(code is null, first.TryGetProperty("data", out _));
            }

            // The stop is told of on the same socket.
            var stopped = await Service.MustAsync(
                "POST", "api/emergency-stop", new { reason = "told" }, Service.ControlToken);
            var told = await socket.NextAsync(message => Text(message, "channel") == "status"
                && IsStopped(message.GetProperty("data").GetProperty("stop")));
            var stop = told.GetProperty("data").GetProperty("stop");
            Assert.Equal(stopped.Json.GetProperty("since").GetInt64(), stop.GetProperty("since").GetInt64());
            Assert.Equal(("api", "told"), (Text(stop, "by"), Text(stop, "reason")));
            await ClearAsync();
        }
    }

    private static bool IsStopped(JsonElement stop) => stop.GetProperty("stopped").GetBoolean();

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private async Task<JsonElement> StateAsync() =>
        (await Service.MustAsync("GET", "api/v1/portfolio", key: Service.ControlToken)).Json.GetProperty("stop");

    private async Task<JsonElement> UntilAsync(bool isStopped)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var state = await StateAsync();
            if (IsStopped(state) == isStopped)
            {
                return state;
            }

            Assert.True(watch.Elapsed.TotalSeconds < 20, $"stayed wrong: {state}");
            await Task.Delay(10, Cancel);
        }
    }

    private async Task ClearAsync()
    {
        var cleared = await Service.MustAsync("POST", "api/emergency-stop/clear", null, Service.ControlToken);
        Assert.False(IsStopped(cleared.Json), cleared.Text);
    }

    private async Task CommandAsync(string command, string expected, params string[] more)
    {
        var ended = await Run.ToEndAsync(
            Checkout.Program, [command, "--data", Service.Data, .. more], Path.GetTempPath());
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.StartsWith(expected, ended.Output);
    }
}
