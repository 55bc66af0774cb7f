namespace Strikeline.SystemTests;

/// <summary>From start to stop: exit codes, the testnet child, and where state is kept.</summary>
public sealed class LifetimeTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Ports =
        ["--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-lifetime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_stops_by_itself_after_the_time_given_and_takes_the_testnet_along()
    {
        await using var program = Testnet("--for", "15s");
        await program.AfterAsync("testnet control ");
        var child = Assert.Single(program.Children());
        var ended = await program.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.False(Started.IsAlive(child));
    }

    [Theory]
    [InlineData("1ms")]
    [InlineData("200ms")]
    [InlineData("600ms")]
    public async Task A_time_that_is_over_before_the_start_is_a_good_end_too(string time)
    {
        await using var program = Testnet("--for", time);
        var ended = await program.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.DoesNotContain("xception", ended.Error);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_in_order_with_0(string signal)
    {
        await using var program = Testnet();
        await program.AfterAsync("testnet control ");
        var child = Assert.Single(program.Children());
        await program.SignalAsync(signal);
        var ended = await program.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.DoesNotContain("warn", ended.Error);
        Assert.False(Started.IsAlive(child));
    }

    [Fact]
    public async Task A_signal_says_goodbye_to_the_clients_of_the_streams()
    {
        await using var run = await OwnRun.OpenAsync();
        using var markets = await StreamSocket.OpenAsync(run.Address, "ws/markets");
        await markets.NextAsync();
        await run.Program.SignalAsync("TERM");
        while (await markets.NextAsync() is not null)
        {
            // Messages that were under way.
        }

        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, markets.Closed);
        Assert.Equal(0, (await run.Program.EndAsync()).Code);
    }

    [Fact]
    public async Task When_it_is_killed_its_testnet_ends_too()
    {
        await using var program = Testnet();
        await program.AfterAsync("testnet control ");
        var child = Assert.Single(program.Children());
        await program.SignalAsync("KILL");
        await program.EndAsync();
        for (var i = 0; i < 100 && Started.IsAlive(child); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.False(Started.IsAlive(child), "the testnet outlives its parent");
    }

    [Fact]
    public async Task A_taken_port_leaves_no_testnet_behind()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        await using var program = Started.Strikeline(
            ["run", "--testnet", "--urls", $"http://{taken.LocalEndpoint}", "--metrics-urls", "http://127.0.0.1:0"],
            _folder);
        var children = new HashSet<int>();
        while (!program.HasEnded)
        {
            children.UnionWith(program.Children());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, (await program.EndAsync()).Code);
        for (var i = 0; i < 100 && children.Any(Started.IsAlive); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(children, Started.IsAlive);
    }

    [Fact]
    public async Task The_data_folder_holds_all_state_and_the_key_of_the_first_start()
    {
        var data = Path.Combine(_folder, "elsewhere", "state");
        var empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        var first = await SignerAsync(data, empty);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));

        var key = Assert.Single(Directory.GetFiles(Path.Combine(data, "keys")));
        Assert.Equal(OwnerAlone, Mode(key));
        var bytes = await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken);
        Assert.Equal(first, await SignerAsync(data, empty));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken));
        Assert.NotEqual(first, await SignerAsync(Path.Combine(_folder, "other"), empty));
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? OwnerAlone : File.GetUnixFileMode(path);

    private async Task<string> SignerAsync(string data, string folder)
    {
        await using var program = Started.Strikeline(["run", "--testnet", .. Ports, "--data", data], folder);
        var api = new Api(new Uri(await program.AfterAsync("listening on ") + "/"));
        var markets = await api.UntilAsync("api/v1/markets/BTCUSDT", answer => answer.GetArrayLength() > 0);
        var key = (await api.GetAsync("api/v1/keys")).GetProperty("keys")[0];
        await program.SignalAsync("TERM");
        Assert.Equal(0, (await program.EndAsync()).Code);
        Assert.Equal(markets[0].GetProperty("signer").GetString(), key.GetProperty("public_key").GetString());
        return key.GetRawText();
    }

    private Started Testnet(params string[] more) => Started.Strikeline(
        ["run", "--testnet", .. Ports, "--data", Path.Combine(_folder, "data"), .. more], _folder);
}
