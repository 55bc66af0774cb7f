using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Strikeline.Host.Cli;

namespace Strikeline.Unit.Host;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_version_is_one_line_with_the_commit()
    {
        var (code, output, error) = await Run("--version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^strikeline \d+\.\d+\.\d+ \(commit [0-9a-z]+\)\n$", output);
    }

    [Fact]
    public async Task Without_arguments_it_explains_itself()
    {
        var (code, output, _) = await Run();
        Assert.Equal(0, code);
        Assert.Contains("config", output);
    }

    [Theory]
    [InlineData("strikeline: \"confg\" is no command or option of strikeline; did you mean config?", "confg")]
    [InlineData("strikeline: \"--jsn\" is no command or option of strikeline config print; did you mean --json?",
        "config", "print", "--jsn")]
    [InlineData("strikeline: Required command was not provided. (see strikeline config --help)", "config")]
    [InlineData("strikeline: option --set: found \"x\"; KEY=VALUE is allowed, such as prices.stale_ms=2000",
        "config", "print", "--set", "x")]
    [InlineData("strikeline: /no/such.json: the configuration cannot be read: no such file",
        "config", "print", "--config", "/no/such.json")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        var (code, output, error) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.Equal(expected + "\n", error);
        Assert.Empty(output);
    }

    [Fact]
    public async Task An_impossible_series_is_the_same_line_for_check_and_for_run()
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-series-").FullName;
        try
        {
            var file = Path.Combine(folder, "series.json");
            File.WriteAllText(
                file, """{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 100, "window_seconds": 50}]}}""");
            var line = $"{file}:1: strikes.series: BTC/USDT: the closing window must be 1 second to the whole window of "
                + "50 seconds\n";
            Assert.Equal((2, "", line), await Run("config", "check", file));
            Assert.Equal((2, "", "strikeline: " + line), await Run("run", "--testnet", "--config", file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Print_shows_where_a_value_comes_from()
    {
        var (code, output, _) = await Run(
            "config", "print", "--set", "prices.stale_ms=1234", "--urls", "http://[::1]:1");
        Assert.Equal(0, code);
        Assert.Matches(@"prices\.stale_ms +1234  \(option --set\)\n", output);
        Assert.Matches(@"\nurls +\[""http://\[::1\]:1""\]  \(option --urls\)\n", output);
    }

    [Fact]
    public async Task A_taken_port_is_one_line_that_names_the_address_and_the_option()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", address);
        await using var app = builder.Build();
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => app.StartAsync(TestContext.Current.CancellationToken));
        var error = BindFailure.Explain(failure, ["http://127.0.0.1:0", address], "--urls URL");
        Assert.Equal(
            address + " is taken by another program: stop that one, or choose another address with --urls URL",
            error?.Message);
        Assert.Null(BindFailure.Explain(new InvalidOperationException("other"), [address], "--urls URL"));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
