using Microsoft.Playwright;
using Strikeline.SystemTests.Bots;

namespace Strikeline.SystemTests.Terminal;

/// <summary>The page Arbitrage in a real browser, with what the bots really find on the testnet.</summary>
[Collection(OneBotRun.Name)]
public sealed class ArbitragePageTests(BotRun run, Chromium chromium) : IClassFixture<Chromium>
{
    // The first opportunities are found within two minutes of the start.
    private const float Found = 110_000;

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(390, 844)]
    public async Task Tables_fill_without_a_complaint_or_a_sideways_scroll_and_stop_stays_in_sight(int width, int height)
    {
        await using var desk = await OpenAsync("arbitrage", width, height);
        var patience = new LocatorAssertionsToBeVisibleOptions { Timeout = Found };
        await Assertions.Expect(desk.Find("prediction").First).ToBeVisibleAsync(patience);
        await Assertions.Expect(desk.Find("opportunity").First).ToBeVisibleAsync(patience);
        await Assertions.Expect(desk.Find("plan").First).ToBeVisibleAsync(patience);
        await Assertions.Expect(desk.Find("prediction-venue")).ToHaveCountAsync(2);
        await Assertions.Expect(desk.Find("limits").Locator("tbody tr").First).ToBeVisibleAsync();
        await Assertions.Expect(desk.Find("tally")).ToContainTextAsync("seen");
        await Assertions.Expect(desk.Find("may-trade")).ToHaveAttributeAsync("data-answer", "YES");

        // What is shown is what the filter says.
        await desk.Page.GetByRole(AriaRole.Radio, new() { Name = "refused" }).ClickAsync();
        await Assertions.Expect(desk.Page.Locator("[data-testid=opportunity][data-taken=true]")).ToHaveCountAsync(0);
        await desk.Page.GetByRole(AriaRole.Radio, new() { Name = "all" }).ClickAsync();
        await ShotAsync(desk, $"arbitrage-{width}");

        await Assertions.Expect(desk.Find("stop")).ToBeInViewportAsync(new() { Ratio = 1 });
        await desk.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Assertions.Expect(desk.Find("stop")).ToBeInViewportAsync(new() { Ratio = 1 });
        await ShotAsync(desk, $"arbitrage-{width}-end");
        Assert.Equal(width, await desk.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(desk.Complaints);
    }

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(390, 844)]
    public async Task Click_stops_with_the_servers_time_and_only_the_typed_word_lets_the_bots_trade_again(
        int width, int height)
    {
        await using var desk = await OpenAsync("arbitrage", width, height);
        await Assertions.Expect(desk.Find("may-trade")).ToBeVisibleAsync();
        await desk.Find("stop").ClickAsync();
        await Assertions.Expect(desk.Find("stop")).ToHaveAttributeAsync("data-state", "stopped");
        await Assertions.Expect(desk.Find("stop")).ToContainTextAsync($"STOPPED {await SinceAsync()}");
        await Assertions.Expect(desk.Find("stopped")).ToContainTextAsync("by api");
        await Assertions.Expect(desk.Find("may-trade")).ToHaveAttributeAsync("data-answer", "NO");
        await ShotAsync(desk, $"stopped-{width}");
        Assert.Equal(width, await desk.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        await Assertions.Expect(desk.Find("resume")).ToBeDisabledAsync();
        await desk.Find("resume-word").FillAsync("resum");
        await desk.Find("resume-word").PressAsync("Enter");
        await Assertions.Expect(desk.Find("resume")).ToBeDisabledAsync();
        Assert.True(await IsStoppedAsync());

        // The word is not lost while the server goes on telling how the bots stand.
        await desk.Find("resume-word").FillAsync("");
        await desk.Find("resume-word").PressSequentiallyAsync("resume", new() { Delay = 200 });
        await Assertions.Expect(desk.Find("resume-word")).ToBeFocusedAsync();
        await desk.Find("resume").ClickAsync();
        await Assertions.Expect(desk.Find("stopped")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.Find("stop")).ToHaveAttributeAsync("data-state", "idle");
        Assert.False(await IsStoppedAsync());
        Assert.Empty(desk.Complaints);
    }

    [Fact]
    public async Task Key_stops_from_inside_a_field_of_another_page_and_says_so_there()
    {
        await using var desk = await OpenAsync("trade", 1440, 900);
        await desk.Find("field-price").FillAsync("130");
        await desk.Page.Keyboard.PressAsync("Control+.");
        await Assertions.Expect(desk.Find("stop")).ToContainTextAsync($"STOPPED {await SinceAsync()}");
        await Assertions.Expect(desk.Find("field-price")).ToHaveValueAsync("130");

        // Whoever comes later, and has no key, sees it too, but cannot end it.
        await using var other = await Desk.OpenAsync(chromium.Browser, run.Address, 390, 844, "#arbitrage");
        await Assertions.Expect(other.Find("stop")).ToContainTextAsync($"STOPPED {await SinceAsync()}");
        var place = await other.Find("stop").BoundingBoxAsync();
        Assert.True(place is { X: > 0 } && place.X + place.Width <= 384, $"the stop ends at {place?.X + place?.Width}");
        await Assertions.Expect(other.Find("prediction").First).ToBeVisibleAsync();
        await Assertions.Expect(other.Find("key-notice")).ToContainTextAsync("strikeline token");
        await Assertions.Expect(other.Find("resume-word")).ToHaveCountAsync(0);
        await ShotAsync(other, "no-key-390");
        await run.ResumeAsync();
        await Assertions.Expect(other.Find("stop")).ToHaveAttributeAsync("data-state", "idle");
        await other.Find("stop").ClickAsync();
        await Assertions.Expect(other.Find("stop-failed")).ToContainTextAsync("a key is needed");
        Assert.False(await IsStoppedAsync());
        await ShotAsync(other, "stop-refused-390");
        Assert.Equal(390, await other.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Assertions.Expect(other.Find("stop")).ToBeInViewportAsync(new() { Ratio = 1 });

        // What that page says to do, done: the token that `strikeline token` prints.
        await other.Find("key-input").FillAsync(run.ControlToken);
        await other.Find("key-use").ClickAsync();
        await Assertions.Expect(other.Find("may-trade")).ToHaveAttributeAsync("data-answer", "YES");
        await Assertions.Expect(other.Find("plans")).ToBeVisibleAsync();
        await other.Find("stop").ClickAsync();
        await Assertions.Expect(other.Find("stopped")).ToContainTextAsync("by api");
        await Assertions.Expect(other.Find("stop-failed")).ToHaveCountAsync(0);
        await run.ResumeAsync();
    }

    private async Task<Desk> OpenAsync(string page, int width, int height)
    {
        await run.ResumeAsync();
        return await Desk.OpenAsync(
            chromium.Browser, run.Address, width, height, $"#{page}&token={run.DemoKey}");
    }

    private async Task<bool> IsStoppedAsync() => (await run.AskAsync("api/v1/portfolio")).Json
        .GetProperty("stop").GetProperty("stopped").GetBoolean();

    // The server's time of the stop as the page writes it, which begins in UTC.
    private async Task<string> SinceAsync()
    {
        var portfolio = await run.UntilAsync(
            "api/v1/portfolio", all => all.GetProperty("stop").GetProperty("stopped").GetBoolean(), 20);
        return DateTimeOffset.FromUnixTimeMilliseconds(
            portfolio.GetProperty("stop").GetProperty("since").GetInt64()).ToString("HH:mm:ss", null);
    }

    // For whoever wants to look at what the tests saw.
    private static async Task ShotAsync(Desk desk, string name)
    {
        if (Environment.GetEnvironmentVariable("STRIKELINE_SHOTS") is { Length: > 0 } folder)
        {
            await desk.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }
}
