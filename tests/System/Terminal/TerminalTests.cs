using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Strikeline.SystemTests.Terminal;

/// <summary>The terminal in a real browser against the real program on its testnet.</summary>
public sealed partial class TerminalTests(RunningStrikeline strikeline, Chromium chromium)
    : IClassFixture<Chromium>
{
    private static readonly string[] Venues = ["binance", "coinbase", "kraken", "bybit"];

    [Fact]
    public async Task Four_venues_books_are_live_and_change()
    {
        await using var desk = await OpenAsync();
        foreach (var venue in Venues)
        {
            var book = desk.Find($"book-{venue}");
            await Assertions.Expect(book).ToHaveAttributeAsync("data-state", "proven");
            await Assertions.Expect(book.GetByTestId("bid")).ToHaveCountAsync(10);
            await Assertions.Expect(book.GetByTestId("ask").First).ToHaveTextAsync(Price());
            var (before, after) = await desk.ChangeOfAsync(book.Locator(".levels"));
            Assert.NotEqual(before, after);
        }

        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Tapes_of_four_venues_show_trades()
    {
        await using var desk = await OpenAsync();
        foreach (var venue in Venues)
        {
            var trade = desk.Find($"tape-{venue}").GetByTestId("trade").First;
            await Assertions.Expect(trade).ToContainTextAsync(Price());
            Assert.Contains(await trade.GetAttributeAsync("data-side"), (string?[])["buy", "sell"]);
        }
    }

    [Fact]
    public async Task Composite_price_is_shown_with_its_confidence_and_moves()
    {
        await using var desk = await OpenAsync();
        var price = desk.Find("price-BTC");
        await Assertions.Expect(price).ToContainTextAsync(Price());
        await Assertions.Expect(desk.Find("confidence")).ToContainTextAsync(Confidence());
        var (before, after) = await desk.ChangeOfAsync(price);
        Assert.NotEqual(before, after);
        await Assertions.Expect(desk.Find("plot").Locator("canvas").First).ToBeVisibleAsync();
        await Assertions.Expect(desk.Find("chart-credit"))
            .ToHaveAttributeAsync("href", "https://www.tradingview.com/");
        await Assertions.Expect(desk.Find("chart-summary")).ToContainTextAsync("range");
    }

    [Theory]
    [InlineData("BTC")]
    [InlineData("ETH")]
    [InlineData("SOL")]
    public async Task Ladder_shows_markets_whose_signatures_this_browser_has_checked(string asset)
    {
        await using var desk = await OpenAsync();
        await desk.Find($"asset-{asset}").ClickAsync();
        var rows = desk.Find("strike");
        await Assertions.Expect(rows.First).ToBeVisibleAsync();
        Assert.InRange(await rows.CountAsync(), 2, 20);
        await Assertions.Expect(rows.First.GetByTestId("up-ask")).ToContainTextAsync(Probability());
        await Assertions.Expect(rows.First.GetByTestId("down-ask")).ToContainTextAsync(Probability());
        await Assertions.Expect(desk.Find("signer")).ToHaveAttributeAsync("title", Base58());
        await Assertions.Expect(desk.Find("countdown")).ToHaveTextAsync(Countdown());
        await Assertions.Expect(desk.Find("spot")).ToBeVisibleAsync();

        var checks = await rows.GetByTestId("signature")
            .EvaluateAllAsync<string[]>("marks => marks.map(mark => mark.dataset.check)");
        Assert.DoesNotContain(checks, check => check is not ("valid" or "checking"));
        Assert.Contains("valid", checks);
        var strikes = await rows.EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.strike)");
        Assert.Equal(strikes.OrderByDescending(strike => decimal.Parse(strike, CultureInfo.InvariantCulture)), strikes);
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Ladder_prices_change_and_the_countdown_runs()
    {
        await using var desk = await OpenAsync();
        await Assertions.Expect(desk.Find("strike").First).ToBeVisibleAsync();
        const string Prices = "[...document.querySelectorAll('[data-testid=fair]')].map(one => one.innerText).join()";
        var before = await desk.Page.EvaluateAsync<string>(Prices);
        await desk.Page.WaitForFunctionAsync($"before => {Prices} !== before", before);
        var (earlier, later) = await desk.ChangeOfAsync(desk.Find("countdown"));
        Assert.NotEqual(earlier, later);
        await Assertions.Expect(desk.Find("closing")).ToContainTextAsync("mean of the last 60 one-second prices");
    }

    [Fact]
    public async Task Closing_window_is_counted_out()
    {
        await using var desk = await OpenAsync(onMessage: message =>
        {
            if (Channel(message).StartsWith("markets@", StringComparison.Ordinal))
            {
                foreach (var one in message["data"]!["markets"]!.AsArray())
                {
                    one!["market"]!["expiry_ts"] = (long)message["at"]! + 30_500;
                }
            }

            return message;
        });
        var closing = desk.Find("closing");
        await Assertions.Expect(closing).ToHaveAttributeAsync("data-closing", "true");
        await Assertions.Expect(closing).ToContainTextAsync(Counted());
        await Assertions.Expect(desk.Find("countdown")).ToHaveTextAsync(Countdown());
    }

    [Fact]
    public async Task Chart_has_its_past_at_load_and_the_strikes_on_it()
    {
        await strikeline.Api.UntilAsync(
            "api/v1/prices/history?symbol=BTCUSDT&seconds=10",
            answer => answer.GetProperty("points").EnumerateArray()
                .Count(point => point.GetProperty("price").ValueKind == JsonValueKind.Number) == 10);
        // Without the live prices: whatever the chart shows was there before the page.
        await using var desk = await OpenAsync(onMessage: message => Channel(message) == "prices" ? null : message);
        await Assertions.Expect(desk.Find("chart-summary")).ToContainTextAsync("since");
        await Assertions.Expect(desk.Find("strike").First).ToBeVisibleAsync();
        await desk.Page.WaitForFunctionAsync(PixelsOf("--t1") + " > 20");
        await desk.Page.WaitForFunctionAsync(PixelsOf("--edge") + " > 100");
        await desk.Find("chart").GetByText("as table").ClickAsync();
        await Assertions.Expect(desk.Find("chart-table").Locator("tbody tr").Nth(9)).ToBeVisibleAsync();
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Faults_of_the_venues_are_said_with_their_reasons_and_heal()
    {
        await using var run = await OwnRun.OpenAsync();
        var control = await run.ControlAsync();
        await run.Api.UntilAsync("health", answer => answer.GetProperty("status").GetString() == "ok");
        await using var desk = await Desk.OpenAsync(chromium.Browser, run.Address);
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", "YES");
        await Assertions.Expect(desk.Find("quoting")).ToBeDisabledAsync();
        await control.PostAsync("control/faults", new { venue = "kraken", fault = "freeze", seconds = 600 });
        await Assertions.Expect(desk.Find("quoting")).ToContainTextAsync("kraken");
        await Assertions.Expect(desk.Find("venue-kraken")).ToContainTextAsync("out: ");
        await desk.Find("quoting").ClickAsync();
        await Assertions.Expect(desk.Find("blockers")).ToContainTextAsync("kraken BTC/");
        await Assertions.Expect(desk.Find("blockers")).ToContainTextAsync("→");
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", "YES");

        await control.PostAsync("control/faults", new { venue = "bybit", fault = "freeze", seconds = 600 });
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", "NO");
        await Assertions.Expect(desk.Find("ladder").GetByTestId("empty")).ToContainTextAsync("NO_QUORUM");
        await Assertions.Expect(desk.Find("price-reason")).ToContainTextAsync("NO_QUORUM");
        await control.DeleteAsync("control/faults");
        await Assertions.Expect(desk.Find("strike").First).ToBeVisibleAsync();
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", "YES");
        await Assertions.Expect(desk.Find("blockers")).ToBeHiddenAsync();
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Windows_can_be_walked_with_the_keyboard()
    {
        await using var desk = await OpenAsync();
        var windows = desk.Find("window");
        await Assertions.Expect(windows.First).ToHaveAttributeAsync("aria-checked", "true");
        Assert.True(await windows.CountAsync() >= 2);
        await desk.Page.Keyboard.PressAsync("]");
        await Assertions.Expect(windows.Nth(1)).ToHaveAttributeAsync("aria-checked", "true");
        await desk.Page.Keyboard.PressAsync("[");
        await Assertions.Expect(windows.First).ToHaveAttributeAsync("aria-checked", "true");
        await desk.Page.Keyboard.PressAsync("g");
        await desk.Page.Keyboard.PressAsync("e");
        await Assertions.Expect(desk.Find("asset-ETH")).ToHaveAttributeAsync("aria-checked", "true");
    }

    [Fact]
    public async Task Feeds_page_has_a_row_for_each_venue_and_pair()
    {
        await using var desk = await OpenAsync();
        await desk.Find("tab-feeds").ClickAsync();
        foreach (var venue in Venues)
        {
            var rows = desk.Page.Locator($"[data-testid=feed][data-feed^='{venue} ']");
            await Assertions.Expect(rows.First).ToBeVisibleAsync();
            Assert.True(await rows.CountAsync() >= 3, $"{venue} has fewer than three rows");
        }

        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Header_says_whose_data_these_are_and_whether_quotes_may_be_made()
    {
        await using var desk = await OpenAsync();
        await Assertions.Expect(desk.Find("badge-data")).ToContainTextAsync("simulated");
        await Assertions.Expect(desk.Find("badge-orders")).ToContainTextAsync("view only");
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", YesOrNo());
        await Assertions.Expect(desk.Find("socket")).ToContainTextAsync(" ms");
        await Assertions.Expect(desk.Find("clock")).ToContainTextAsync("UTC");
    }

    [Theory]
    [InlineData("")]
    [InlineData("#feeds")]
    public async Task Narrow_screen_does_not_scroll_sideways(string page)
    {
        await using var desk = await OpenAsync(390, 844, page);
        var content = page.Length == 0 ? desk.Find("book-binance") : desk.Find("feed").First;
        await Assertions.Expect(content).ToBeVisibleAsync();
        Assert.Equal(390, await desk.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await desk.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Assertions.Expect(desk.Find("quoting")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Digits_are_equally_wide()
    {
        await using var desk = await OpenAsync();
        var widths = await desk.Page.EvaluateAsync<double[]>(
            """
            () => ["1111.11", "0000.00"].map((digits) => {
              const probe = document.body.appendChild(document.createElement("span"));
              probe.textContent = digits;
              const { width } = probe.getBoundingClientRect();
              probe.remove();
              return width;
            })
            """);
        Assert.True(widths[0] > 0);
        Assert.Equal(widths[0], widths[1], 0.01);
    }

    [Fact]
    public async Task Lost_socket_is_said_with_the_old_figures_kept_and_heals_by_itself()
    {
        var silent = false;
        await using var desk = await OpenAsync(onMessage: message => silent ? null : message);
        await Assertions.Expect(desk.Find("book-kraken")).ToBeVisibleAsync();
        silent = true;
        await Assertions.Expect(desk.Find("socket-lost"))
            .ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 5_000 });
        await Assertions.Expect(desk.Find("quoting")).ToHaveAttributeAsync("data-answer", "UNKNOWN");
        await Assertions.Expect(desk.Find("book-kraken")).ToBeVisibleAsync();
        silent = false;
        await Assertions.Expect(desk.Find("socket-lost")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Silence_is_noticed_though_pongs_go_on()
    {
        await using var desk = await OpenAsync(onMessage: message => Channel(message) == "pong" ? message : null);
        await Assertions.Expect(desk.Find("socket-lost")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Message_of_an_unknown_shape_is_an_error_on_screen_and_nothing_else_stops()
    {
        await using var desk = await OpenAsync(onMessage: message =>
        {
            if (Channel(message).StartsWith("books@", StringComparison.Ordinal))
            {
                message["data"]!["books"] = 7;
            }

            return message;
        });
        var failed = desk.Find("books").GetByTestId("failed");
        await Assertions.Expect(failed).ToContainTextAsync("WIRE_SHAPE");
        await Assertions.Expect(failed).ToContainTextAsync("data.books");
        await Assertions.Expect(desk.Find("price-BTC")).ToContainTextAsync(Price());
    }

    [Fact]
    public async Task Waiting_nothing_and_not_known_look_different()
    {
        await using var desk = await OpenAsync(onMessage: message =>
        {
            if (Channel(message).StartsWith("books@", StringComparison.Ordinal))
            {
                return null;
            }

            if (Channel(message).StartsWith("markets@", StringComparison.Ordinal))
            {
                message["data"]!["markets"] = new JsonArray();
                message["data"]!["reason"] = "CONFIDENCE_LOW";
            }

            if (Channel(message) == "prices")
            {
                foreach (var market in message["data"]!["markets"]!.AsArray())
                {
                    market!["price"] = null;
                    market["reason"] = "NO_QUORUM";
                }
            }

            return message;
        });
        await Assertions.Expect(desk.Find("books").GetByTestId("loading")).ToContainTextAsync("waiting for BTC books");
        await Assertions.Expect(desk.Find("ladder").GetByTestId("empty")).ToContainTextAsync("CONFIDENCE_LOW");
        await Assertions.Expect(desk.Find("price-BTC")).ToHaveTextAsync(Unknown());
        await Assertions.Expect(desk.Find("price-reason")).ToContainTextAsync("NO_QUORUM");
    }

    [Fact]
    public async Task Stale_and_unproven_books_say_so_in_words()
    {
        await using var desk = await OpenAsync(onMessage: message =>
        {
            if (Channel(message).StartsWith("books@", StringComparison.Ordinal))
            {
                foreach (var book in message["data"]!["books"]!.AsArray())
                {
                    var stale = (string?)book!["venue"] == "kraken";
                    book["state"] = stale ? "stale" : "unproven";
                    book["proven"] = false;
                    book["reason"] = stale ? "no change for 4.2 s" : "resync running";
                }
            }

            return message;
        });
        var kraken = desk.Find("book-kraken");
        await Assertions.Expect(kraken).ToHaveAttributeAsync("data-state", "stale");
        await Assertions.Expect(kraken).ToContainTextAsync("STALE");
        await Assertions.Expect(kraken.GetByTestId("book-reason")).ToContainTextAsync("no change");
        await Assertions.Expect(desk.Find("book-binance")).ToContainTextAsync("UNPROVEN");
    }

    private Task<Desk> OpenAsync(
        int width = 1440, int height = 900, string page = "", Func<JsonNode, JsonNode?>? onMessage = null) =>
        Desk.OpenAsync(chromium.Browser, strikeline.Address, width, height, page, onMessage);

    private static string Channel(JsonNode message) => (string?)message["channel"] ?? "";

    // How much of the chart has about the colour of this name.
    private static string PixelsOf(string colour) =>
        """
        (() => {
          const plot = document.querySelector("[data-testid=plot]");
          const hex = getComputedStyle(plot).getPropertyValue("COLOUR").trim();
          const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
          let found = 0;
          for (const canvas of plot.querySelectorAll("canvas")) {
            if (canvas.width === 0 || canvas.height === 0) continue;
            // Read from a copy: the browser warns of a canvas that is drawn and read in turns.
            const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
            const context = copy.getContext("2d", { willReadFrequently: true });
            context.drawImage(canvas, 0, 0);
            const { data } = context.getImageData(0, 0, copy.width, copy.height);
            for (let i = 0; i < data.length; i += 4) {
              if (data[i + 3] > 200 && wanted.every((part, at) => Math.abs(part - data[i + at]) < 24)) found++;
            }
          }
          return found;
        })()
        """.Replace("COLOUR", colour, StringComparison.Ordinal);

    [GeneratedRegex(@"\d+\.\d+", RegexOptions.None, 1000)]
    private static partial Regex Price();

    [GeneratedRegex(@"(?:\.|1\.)\d{4}", RegexOptions.None, 1000)]
    private static partial Regex Probability();

    [GeneratedRegex(@"(?:\.|1\.)\d\d = coverage", RegexOptions.None, 1000)]
    private static partial Regex Confidence();

    [GeneratedRegex("^[1-9A-HJ-NP-Za-km-z]{32,44}$", RegexOptions.None, 1000)]
    private static partial Regex Base58();

    [GeneratedRegex(@"^\d\d:\d\d$", RegexOptions.None, 1000)]
    private static partial Regex Countdown();

    [GeneratedRegex(@"CLOSING \d\d/60", RegexOptions.None, 1000)]
    private static partial Regex Counted();

    [GeneratedRegex("YES|NO", RegexOptions.None, 1000)]
    private static partial Regex YesOrNo();

    [GeneratedRegex(@"^\s*—\s*$", RegexOptions.None, 1000)]
    private static partial Regex Unknown();
}
