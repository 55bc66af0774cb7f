using Strikeline.Host;
using Strikeline.Host.Configuration;
using Strikeline.Strikes;

namespace Strikeline.Unit.Host;

public sealed class SettingsLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_any_source_every_value_is_the_default()
    {
        var loaded = Load(null);
        Assert.Null(loaded.File);
        Assert.All(loaded.Rows, row => Assert.Equal("default", row.Source));
        Assert.Equal("data", loaded.Settings.DataDir);
        Assert.Equal(Path.Combine("data", "logs"), loaded.Settings.Log.Dir);
        Assert.Equal(["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD", "USDC/USD"], loaded.Settings.Feeds.Kraken.Symbols);
        Assert.Equal(["100", "10", "1"], loaded.Settings.Strikes.Series.Select(row => row.Spacing));
    }

    [Fact]
    public void Every_default_passes_its_own_rule()
    {
        Assert.Empty(SettingsRules.Check(new Settings()));
        foreach (var row in Load(null).Rows.Where(row => row.Key.Meta.Kind != KeyKind.Rows))
        {
            var text = row.Value is IReadOnlyList<string> list ? string.Join(',', list) : $"{row.Value}";
            Assert.Null(ValueRules.Read(row.Key.Meta, ValueRules.FromText(row.Key.Meta, text), out _));
        }
    }

    [Fact]
    public void Every_venue_has_a_section_under_its_own_name()
    {
        var feeds = new Settings().Feeds;
        Assert.All(VenueNames.Spot, venue =>
        {
            Assert.NotEmpty(feeds.Of(venue).Symbols);
            Assert.NotNull(Schema.Root.Key($"feeds.{venue.Name()}.ws_url"));
        });
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed_and_lines_are_counted_through_them()
    {
        var loaded = Load("""
            { // first
              /* two
                 lines */
              "log": { "level": "debug", },
              "feeds": { "bybit": { "symbols": ["btcusdt", "eth-usdt",], "reconnect": { "jitter": 0.5 } } },
            }
            """);
        Assert.Equal("debug", loaded.Settings.Log.Level);
        Assert.Equal(["BTC/USDT", "ETH/USDT"], loaded.Settings.Feeds.Bybit.Symbols);
        Assert.Equal(0.5, loaded.Settings.Feeds.Bybit.Reconnect.Jitter);
        Assert.Equal("strikeline.json:4", Source(loaded, "log.level"));
        Assert.Equal("strikeline.json:5", Source(loaded, "feeds.bybit.reconnect.jitter"));
        Assert.Equal("default", Source(loaded, "feeds.kraken.reconnect.jitter"));
    }

    [Fact]
    public void Options_win_over_the_environment_and_that_over_the_file()
    {
        const string File = """{"prices": {"stale_ms": 1000, "outlier_bps": 50, "min_venues": 3}}""";
        var loaded = Load(File,
            [("STRIKELINE_PRICES_STALE_MS", "2000"), ("STRIKELINE_PRICES_OUTLIER_BPS", "60")],
            new OptionValue("prices.stale_ms", "2500", "--set"));
        Assert.Equal((2500, "option --set"), (loaded.Settings.Prices.StaleMs, Source(loaded, "prices.stale_ms")));
        Assert.Equal((60, "environment STRIKELINE_PRICES_OUTLIER_BPS"),
            (loaded.Settings.Prices.OutlierBps, Source(loaded, "prices.outlier_bps")));
        Assert.Equal((3, "strikeline.json:1"), (loaded.Settings.Prices.MinVenues, Source(loaded, "prices.min_venues")));
    }

    [Fact]
    public void The_reference_names_work_and_the_own_name_wins()
    {
        Assert.Equal("warn", Load(null, [("RUST_LOG", "warn")]).Settings.Log.Level);
        Assert.Equal("error", Load(null, [("RUST_LOG", "warn"), ("LOG_LEVEL", "ERROR")]).Settings.Log.Level);
        var loaded = Load(null, [("LOG_LEVEL", "error"), ("STRIKELINE_LOG_LEVEL", "trace"), ("LOG_DIR", "/var/log/s")]);
        Assert.Equal("trace", loaded.Settings.Log.Level);
        Assert.Equal("/var/log/s", loaded.Settings.Log.Dir);
        Assert.Equal("environment LOG_DIR", Source(loaded, "log.dir"));
    }

    [Fact]
    public void Directives_for_another_program_in_RUST_LOG_are_noted_and_not_used()
    {
        var loaded = Load(null, [("RUST_LOG", "hyper=debug")]);
        Assert.Equal("info", loaded.Settings.Log.Level);
        Assert.Contains("RUST_LOG", Assert.Single(loaded.Notes));
    }

    [Fact]
    public void An_unknown_variable_is_noted_with_the_name_that_was_meant()
    {
        var loaded = Load(null, [("STRIKELINE_LOG_LEVL", "debug"), ("STRIKELINE_FULL", "1")]);
        Assert.Equal("environment STRIKELINE_LOG_LEVL: no such key; did you mean STRIKELINE_LOG_LEVEL?",
            Assert.Single(loaded.Notes));
    }

    [Fact]
    public void Folders_lie_under_the_data_folder_unless_they_are_named()
    {
        var loaded = Load("""{"data_dir": "/srv/s", "tapes": {"dir": "/tapes"}}""");
        Assert.Equal(("/srv/s/logs", "/tapes"), (loaded.Settings.Log.Dir, loaded.Settings.Tapes.Dir));
    }

    [Theory]
    [InlineData("""{"feeds": {"binanc": {}}}""", "feeds.binanc: no such key; did you mean feeds.binance?")]
    [InlineData("""{"feeds": {"deribit": {}}}""", "feeds.deribit: no such key")]
    [InlineData("""{"dataDir": "x"}""", "dataDir: no such key; did you mean data_dir?")]
    [InlineData("""{"prices": {"stale_ms": "3000"}}""",
        "prices.stale_ms: found \"3000\"; a whole number from 100 to 60000 is allowed")]
    [InlineData("""{"prices": {"stale_ms": 99}}""", "found 99; a whole number from 100 to 60000 is allowed")]
    [InlineData("""{"prices": {"stale_ms": 3e3}}""", "found 3e3; a whole number")]
    [InlineData("""{"prices": {"stale_ms": 99999999999999}}""", "found 99999999999999; a whole number")]
    [InlineData("""{"prices": null}""", "prices: found null; this is a section")]
    [InlineData("""{"tapes": {"record": "yes"}}""", "tapes.record: found \"yes\"; true or false is allowed")]
    [InlineData("""{"log": {"level": "loud"}}""", "found \"loud\"; one of trace, debug, info, warn, error is allowed")]
    [InlineData("""{"urls": "http://0.0.0.0:8080"}""", "which other machines can reach")]
    [InlineData("""{"urls": "http://*:8080"}""", "which other machines can reach")]
    [InlineData("""{"urls": ["http://127.0.0.1:8080", "http://192.168.1.4:8080"]}""", "which other machines can reach")]
    [InlineData("""{"urls": []}""", "urls: found a list; loopback addresses such as http://127.0.0.1:8080 is allowed")]
    [InlineData("""{"urls": "https://127.0.0.1:8080"}""", "urls: found \"https://127.0.0.1:8080\"; loopback")]
    [InlineData("""{"metrics_urls": "http://127.0.0.1:8080"}""",
        "metrics_urls: found http://127.0.0.1:8080, which urls has")]
    [InlineData("""{"feeds": {"kraken": {"ws_url": "http://x"}}}""",
        "an address that begins with ws:// or wss:// is allowed")]
    [InlineData("""{"feeds": {"kraken": {"ws_url": "wss://u:p@x/"}}}""", "an address that begins with ws://")]
    [InlineData("""{"feeds": {"kraken": {"symbols": ["BTC/USD", "btcusd"]}}}""", "found \"btcusd\"; a list of pairs")]
    [InlineData("""{"feeds": {"kraken": {"symbols": []}}}""", "feeds.kraken.symbols: found no pair")]
    [InlineData("""{"feeds": {"kraken": {"book_depth": 50}}}""", "found 50; kraken offers 10, 25, 100, 500, 1000")]
    [InlineData("""{"feeds": {"kraken": {"reconnect": {"first_ms": 60000}}}}""",
        "at most feeds.kraken.reconnect.max_ms")]
    [InlineData("""{"feeds": {"kraken": {"reconnect": {"jitter": 1.01}}}}""",
        "found 1.01; a number from 0 to 1 is allowed")]
    [InlineData("""{"strikes": {"series": {}}}""", "strikes.series: found an object; a list of objects is allowed")]
    [InlineData("""{"strikes": {"series": [3]}}""", "strikes.series[0]: found 3; an object")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT"}]}}""",
        "strikes.series[0].spacing: the key is missing")]
    [InlineData("""{"strikes": {"series": [{"symbol": "?", "spacing": 1}]}}""",
        "strikes.series[0].symbol: found \"?\"; a pair")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": "-1"}]}}""",
        "found \"-1\"; an amount above zero")]
    [InlineData(
        """{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1}, {"symbol": "BTCUSDT", "spacing": 2}]}}""",
        "strikes.series: BTC/USDT has 2 rows; one is allowed")]
    [InlineData("""{"tapes": {"max_file_mb": 900, "max_total_mb": 800}}""",
        "at most half of tapes.max_total_mb (800) is allowed")]
    [InlineData("""{"strikes": {"environment": "two words"}}""", "a name of 1 to 16 letters, digits and hyphens")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "spread_ppm": 300}]}}""",
        "found 300; a whole number from 200 to 500000 in steps of 200 is allowed")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "volatility_floor": 0}]}}""",
        "found 0; a number from 0.000001 to 0.1 is allowed")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "window_seconds": 30}]}}""",
        "strikes.series: BTC/USDT: the closing window must be 1 second to the whole window of 30 seconds")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1000001}]}}""",
        "strikes.series: BTC/USDT: the strike spacing must be above 0 and at most 1,000,000")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "min_renew_ms": 1001}]}}""",
        "strikes.series: BTC/USDT: the shortest renewal must be 1 ms to half of the quote lifetime")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "inventory_limit": "249.999999"}]}}""",
        "strikes.series: BTC/USDT: the inventory limit must be at least the largest quantity")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "max_quantity": "1000000001"}]}}""",
        "strikes.series: BTC/USDT: the largest quantity must be above 0 and at most 1,000,000,000")]
    [InlineData("""{"strikes": {"series": [{"symbol": "DOGE/USDT", "spacing": "1"}]}}""",
        "strikes.series: DOGE/USDT: no enabled feed has DOGE; add a pair to feeds.VENUE.symbols")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/EUR", "spacing": "1"}]}}""",
        "strikes.series: BTC/EUR: prices are made in USDT, USD, USDC")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": "1"}, {"symbol": "BTC/USD", "spacing": "1"}]}}""",
        "strikes.series: BTC has a series in USDT and USD; one is allowed")]
    [InlineData("""
        {"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": "1", "strikes_each_side": 20, "open_expiries": 12,
        "quote_lifetime_ms": 60000, "min_renew_ms": 10}]}}
        """,
        "strikes.series: up to 2952492 quotes could be valid at one time; at most 500000 are allowed")]
    [InlineData("""{"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1, "volatility_start": 1e-5}]}}""",
        "strikes.series: BTC/USDT: the volatility's floor must be above 0, its start at least the floor")]
    [InlineData("""{"strikes": {"series": [{"symbol": "ABCDEFGHIJKLM/USDT", "spacing": 1}]}}""",
        "strikes.series: the symbol ABCDEFGHIJKLM/USDT is longer than 16 characters")]
    public void A_mistake_is_one_line_that_says_where_what_and_what_is_allowed(string file, string expected)
    {
        var problem = Assert.Single(Examine(file).Problems);
        Assert.StartsWith("strikeline.json:1: ", problem);
        Assert.Contains(expected, problem);
        Assert.DoesNotContain('\n', problem);
        Assert.Equal(problem, Assert.Throws<UserError>(() => Load(file)).Message);
    }

    [Fact]
    public void Every_key_of_a_series_reaches_the_series()
    {
        var series = Load("""
            {"strikes": {"series": [{"symbol": "BTC/USDT", "spacing": "50", "window_seconds": 600, "closing_seconds": 30,
            "strikes_each_side": 3, "hysteresis_percent": 20, "open_expiries": 4, "quote_lifetime_ms": 3000,
            "min_renew_ms": 200, "spread_ppm": 30000, "max_quantity": "20", "max_skew_ppm": 5000,
            "inventory_limit": "100", "volatility_half_life_seconds": 60, "volatility_floor": 0.00003,
            "volatility_start": 0.0002}]}}
            """).Settings.Strikes.Series.Single().ToOptions();
        Assert.Equal(
            new SeriesOptions
            {
                Symbol = new Symbol("BTC", "USDT"), SpacingE8 = 5_000_000_000, WindowSeconds = 600, ClosingSeconds = 30,
                StrikesEachSide = 3, HysteresisPercent = 20, OpenExpiries = 4, QuoteLifetimeMs = 3_000,
                MinRenewMs = 200, SpreadPpm = 30_000, MaxQuantityAtoms = 20_000_000, MaxSkewPpm = 5_000,
                InventoryLimitAtoms = 100_000_000,
                Volatility = new() { HalfLifeSeconds = 60, Floor = 3e-5, Start = 2e-4 },
            },
            series);
    }

    [Fact]
    public void The_defaults_of_a_series_are_those_of_its_room() => Assert.Equal(
        new SeriesOptions { Symbol = new Symbol("BTC", "USDT"), SpacingE8 = 10_000_000_000 },
        new Settings().Strikes.Series[0].ToOptions());

    [Theory]
    [InlineData("{\n\"log\": {},\n\"log\": {}}", "strikeline.json:3: log: the key is there twice (first in line 2)")]
    [InlineData("{\"log\": {\n\"dir\": \"a\", \"dir\": \"b\"}}", "strikeline.json:2: log.dir: the key is there twice")]
    [InlineData("{\n\"log\" 3}", "strikeline.json:2: not JSON:")]
    [InlineData("[]", "strikeline.json:1: a configuration is one object")]
    [InlineData("", "strikeline.json:1: not JSON:")]
    [InlineData("{} {}", "strikeline.json:1: not JSON:")]
    public void A_file_that_is_no_configuration_is_one_line(string file, string expected)
    {
        var message = Assert.Throws<UserError>(() => Load(file)).Message;
        Assert.StartsWith(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Several_mistakes_are_all_found_and_counted()
    {
        const string File = """{"a": 1, "b": 2, "prices": {"stale_ms": 0}}""";
        Assert.Equal(3, Examine(File).Problems.Count);
        Assert.EndsWith("(and 2 more: strikeline config check)", Assert.Throws<UserError>(() => Load(File)).Message);
    }

    [Fact]
    public void A_mistake_in_the_environment_or_an_option_names_it()
    {
        Assert.StartsWith("environment STRIKELINE_PRICES_STALE_MS: prices.stale_ms: found \"soon\"; a whole number",
            Assert.Throws<UserError>(() => Load(null, [("STRIKELINE_PRICES_STALE_MS", "soon")])).Message);
        var open = new OptionValue("urls", "http://10.0.0.1:80", "--urls");
        Assert.StartsWith("option --urls: urls: found \"http://10.0.0.1:80\", which other machines can reach",
            Assert.Throws<UserError>(() => Load(null, [], open)).Message);
        Assert.Equal("option --set: price.stale_ms: no key of one value; did you mean prices.stale_ms?",
            Assert.Throws<UserError>(() => Load(null, [], new OptionValue("price.stale_ms", "1", "--set"))).Message);
    }

    [Fact]
    public void A_named_file_must_be_there_and_the_default_one_need_not()
    {
        var missing = new SettingsRequest { File = Path.Combine(_folder, "missing.json") };
        Assert.EndsWith("missing.json: the configuration cannot be read: no such file",
            Assert.Throws<UserError>(() => SettingsLoader.Load(missing)).Message);
        Assert.Null(SettingsLoader.Load(new SettingsRequest { Folder = _folder }).File);
    }

    [Fact]
    public void Broken_text_never_ends_in_another_failure()
    {
        const string Sound =
            """{"log": {"level": "info"}, "strikes": {"series": [{"symbol": "BTC/USDT", "spacing": 1}]}}""";
        var random = new Random(7);
        for (var i = 0; i < Counts.Of(100_000, 3_000); i++)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(Sound);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                ConfigText.Read(bytes, "strikeline.json");
            }
            catch (UserError refused)
            {
                Assert.StartsWith("strikeline.json:", refused.Message);
            }
        }
    }

    private static string Source(LoadedSettings loaded, string key) =>
        loaded.Rows.Single(row => row.Key.Path == key).Source;

    private LoadedSettings Examine(string file) => SettingsLoader.Examine(Request(file, [], []));

    private LoadedSettings Load(
        string? file, (string Name, string Value)[]? environment = null, params OptionValue[] options) =>
        SettingsLoader.Load(Request(file, environment ?? [], options));

    private SettingsRequest Request(string? file, (string Name, string Value)[] environment, OptionValue[] options)
    {
        if (file is not null)
        {
            File.WriteAllText(Path.Combine(_folder, SettingsRequest.DefaultFile), file);
        }

        return new SettingsRequest
        {
            Folder = _folder,
            Environment = environment.ToDictionary(pair => pair.Name, pair => pair.Value),
            Options = options,
        };
    }
}
