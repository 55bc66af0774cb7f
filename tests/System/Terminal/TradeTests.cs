using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Strikeline.SystemTests.Terminal;

/// <summary>The exchange's market that the tests of the page Trade share: a run, and somebody who quotes.</summary>
public sealed class TradeMarket : IAsyncLifetime
{
    internal OwnRun Run { get; private set; } = null!;

    internal Trader Maker { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Run = await OwnRun.OpenAsync();
        Maker = await Trader.OpenAsync(Run, "maker", ("USDC", "1000000"), ("SOL", "10000"));
        for (var level = 1; level <= 15; level++)
        {
            await Maker.LimitAsync("buy", $"{141 - level}", $"{level}.5");
            await Maker.LimitAsync("sell", $"{141 + level}", $"{level}.25");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Run.DisposeAsync();

    internal Task<Trader> TraderAsync(string name) => Trader.OpenAsync(Run, name, ("USDC", "100000"), ("SOL", "100"));
}

/// <summary>The page Trade in a real browser against the real exchange.</summary>
public sealed class TradeTests(TradeMarket market, Chromium chromium) : IClassFixture<TradeMarket>, IClassFixture<Chromium>
{
    [Fact]
    public async Task Order_goes_by_keyboard_alone_into_the_book_is_amended_and_taken_back()
    {
        var ann = await market.TraderAsync("ann");
        await using var desk = await OpenAsync(ann.Key);
        Assert.DoesNotContain("token", desk.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(desk.Find("whose")).ToContainTextAsync("ann");
        await Assertions.Expect(desk.Find("level-bid")).ToHaveCountAsync(12);
        await Assertions.Expect(desk.Find("level-ask")).ToHaveCountAsync(12);
        var keys = desk.Page.Keyboard;

        await keys.PressAsync("p");
        await keys.TypeAsync("140.505");
        await Assertions.Expect(desk.Find("why-price")).ToContainTextAsync("a multiple of 0.01");
        await Assertions.Expect(desk.Find("why-not")).ToContainTextAsync("price");
        await keys.PressAsync("Backspace");
        await keys.PressAsync("q");
        await keys.TypeAsync("2.5");
        await keys.PressAsync("Enter");
        await Assertions.Expect(desk.Find("armed")).ToContainTextAsync("BUY 2.5 SOL · at most 140.50 USDC");
        Assert.Empty(await ann.OrdersAsync());
        await PressLaterAsync(desk, "Enter");

        var row = desk.Find("open-order");
        await Assertions.Expect(row).ToContainTextAsync("140.50");
        await Assertions.Expect(desk.Page.Locator("[data-testid=level-bid][data-price='140.5']").GetByTestId("mine"))
            .ToBeVisibleAsync();
        var placed = Assert.Single(await ann.OrdersAsync());
        Assert.Equal("2.5", placed.GetProperty("remaining_quantity").GetString());

        await row.FocusAsync();
        await keys.PressAsync("e");
        await Assertions.Expect(desk.Find("amend-price")).ToBeFocusedAsync();
        await keys.TypeAsync("140.75");
        await keys.PressAsync("Enter");
        await Assertions.Expect(desk.Find("amend-why")).ToContainTextAsync("ARMED");
        await PressLaterAsync(desk, "Enter");
        await Assertions.Expect(desk.Find("order-price")).ToHaveTextAsync("140.75");
        Assert.Equal("140.75", Assert.Single(await ann.OrdersAsync()).GetProperty("price").GetString());

        await row.FocusAsync();
        await keys.PressAsync("x");
        await keys.PressAsync("Enter");
        await Assertions.Expect(desk.Find("account").GetByTestId("empty")).ToContainTextAsync("No open orders");
        Assert.Empty(await ann.OrdersAsync());
        Assert.Empty(Complaints(desk));
    }

    [Fact]
    public async Task Held_and_doubled_presses_are_one_order_and_cancel_all_asks_first()
    {
        var bob = await market.TraderAsync("bob");
        await using var desk = await OpenAsync(bob.Key);
        await desk.Find("field-price").FillAsync("130");
        await desk.Find("field-quantity").FillAsync("1");
        await Assertions.Expect(desk.Find("send")).ToHaveAttributeAsync("aria-disabled", "false");
        await desk.Find("send").DblClickAsync();
        await Assertions.Expect(desk.Find("armed")).ToBeVisibleAsync();
        Assert.Empty(await bob.OrdersAsync());
        await desk.Page.WaitForTimeoutAsync(200);
        await desk.Page.Keyboard.DownAsync("Enter");
        await desk.Page.Keyboard.DownAsync("Enter");
        await desk.Page.Keyboard.UpAsync("Enter");
        await Assertions.Expect(desk.Find("open-order")).ToHaveCountAsync(1);
        Assert.Single(await bob.OrdersAsync());

        await desk.Find("account-orders").FocusAsync();
        await desk.Page.Keyboard.PressAsync("Shift+X");
        await Assertions.Expect(desk.Find("cancel-all-yes")).ToBeFocusedAsync();
        Assert.Single(await bob.OrdersAsync());
        await desk.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(desk.Find("account-notice")).ToContainTextAsync("cancelled: 1");
        Assert.Empty(await bob.OrdersAsync());
    }

    [Fact]
    public async Task Order_whose_answer_is_lost_is_unknown_and_found_by_itself()
    {
        var cid = await market.TraderAsync("cid");
        await using var desk = await OpenAsync(cid.Key);
        await desk.Page.RouteAsync("**/api/v1/order", async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        });
        await desk.Find("field-price").FillAsync("131");
        await desk.Find("field-quantity").FillAsync("1");
        await desk.Find("field-quantity").PressAsync("Enter");
        await Assertions.Expect(desk.Find("armed")).ToBeVisibleAsync();
        await PressLaterAsync(desk, "Enter");
        await Assertions.Expect(desk.Find("answered")).ToContainTextAsync("found: open");
        Assert.Single(await cid.OrdersAsync());
    }

    [Fact]
    public async Task Lost_difference_leads_to_a_new_snapshot_and_the_exact_book()
    {
        var dropped = 0;
        await using var desk = await OpenAsync(null, message =>
        {
            var isUpdate = (string?)message["channel"] == "depth@SOL/USDC" && (string?)message["type"] == "update";
            return isUpdate && Interlocked.Increment(ref dropped) == 1 ? null : message;
        });
        await Assertions.Expect(desk.Find("level-bid")).ToHaveCountAsync(12);
        await market.Maker.LimitAsync("buy", "140.1", "3");
        await market.Maker.LimitAsync("buy", "140.2", "4");
        await Assertions.Expect(desk.Find("trade-health")).ToContainTextAsync("1 resynchronisations");
        await Assertions.Expect(desk.Page.Locator("[data-testid=level-bid][data-price='140.1']")).ToBeVisibleAsync();
        var rest = await market.Run.Api.GetAsync("api/v1/depth?market=sol/usdc&limit=12");
        Assert.Equal(Prices(rest, "bids"), await ShownAsync(desk, "level-bid"));
        Assert.Equal(Prices(rest, "asks"), (await ShownAsync(desk, "level-ask")).Reverse());
    }

    [Fact]
    public async Task Lost_socket_stops_sending_keeps_what_was_seen_and_goes_on_with_what_was_missed()
    {
        var fay = await market.TraderAsync("fay");
        var silent = false;
        await using var desk = await OpenAsync(fay.Key, message => silent ? null : message);
        await Assertions.Expect(desk.Find("whose")).ToContainTextAsync("fay");
        await desk.Find("field-price").FillAsync("132");
        await desk.Find("field-quantity").FillAsync("1");
        await Assertions.Expect(desk.Find("send")).ToHaveAttributeAsync("aria-disabled", "false");
        silent = true;
        await Assertions.Expect(desk.Find("why-not")).ToContainTextAsync("socket lost");
        await Assertions.Expect(desk.Find("book").GetByTestId("catching")).ToBeVisibleAsync();
        await Assertions.Expect(desk.Find("level-bid")).ToHaveCountAsync(12);
        await fay.LimitAsync("buy", "128.5", "0.5");
        silent = false;
        await Assertions.Expect(desk.Find("open-order")).ToContainTextAsync("128.50");
        await Assertions.Expect(desk.Find("book").GetByTestId("catching")).ToBeHiddenAsync();
        await Assertions.Expect(desk.Find("send")).ToHaveAttributeAsync("aria-disabled", "false");
    }

    [Fact]
    public async Task Without_a_key_the_market_is_seen_and_the_page_says_how_to_get_one()
    {
        await using var desk = await OpenAsync(null);
        await Assertions.Expect(desk.Find("level-ask")).ToHaveCountAsync(12);
        await Assertions.Expect(desk.Find("key-notice")).ToContainTextAsync("strikeline exchange account create");
        await desk.Find("field-price").FillAsync("130");
        await desk.Find("field-quantity").FillAsync("1");
        await Assertions.Expect(desk.Find("send")).ToHaveAttributeAsync("aria-disabled", "true");
        await Assertions.Expect(desk.Find("why-not")).ToContainTextAsync("no API key");

        await desk.Find("key-input").FillAsync("slk_wrong");
        await desk.Find("key-use").ClickAsync();
        await Assertions.Expect(desk.Find("key-notice")).ToContainTextAsync("key_unknown");
        var dan = await market.TraderAsync("dan");
        await desk.Find("key-input").FillAsync(dan.Key);
        await desk.Find("key-use").ClickAsync();
        await Assertions.Expect(desk.Find("whose")).ToContainTextAsync("dan");
        await desk.Find("account-balances").ClickAsync();
        await Assertions.Expect(desk.Find("balance-USDC")).ToContainTextAsync("100 000");
    }

    [Fact]
    public async Task Narrow_screen_holds_the_page_without_scrolling_sideways()
    {
        var eve = await market.TraderAsync("eve");
        await eve.LimitAsync("buy", "129.5", "1.5");
        await using var desk = await OpenAsync(eve.Key, null, 390, 844);
        await Assertions.Expect(desk.Find("open-order")).ToContainTextAsync("129.50");
        Assert.Equal(390, await desk.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private async Task<Desk> OpenAsync(
        string? key, Func<JsonNode, JsonNode?>? onMessage = null, int width = 1440, int height = 900) =>
        await Desk.OpenAsync(
            chromium.Browser, market.Run.Address, width, height, key is null ? "#trade" : $"#trade&token={key}", onMessage);

    // Two presses within 150 ms are one to the page: the second waits until it may count.
    private static async Task PressLaterAsync(Desk desk, string key)
    {
        await desk.Page.WaitForTimeoutAsync(200);
        await desk.Page.Keyboard.PressAsync(key);
    }

    // A browser writes an error for every answer of 404, which a server without recorded candles gives.
    private static string[] Complaints(Desk desk) =>
        [.. desk.Complaints.Where(one => !one.Contains("404", StringComparison.Ordinal))];

    private static IEnumerable<string> Prices(JsonElement depth, string side) =>
        depth.GetProperty(side).EnumerateArray().Select(level => level[0].GetString()!);

    private static Task<string[]> ShownAsync(Desk desk, string level) =>
        desk.Find(level).EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.price)");
}
