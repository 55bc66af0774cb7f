using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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
        // A quiet market: what is in the book is what the tests have put there.
        Run = await OwnRun.OpenAsync("--testnet", "--set", "testnet.traders=false");
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
        await Assertions.Expect(desk.Find("answered")).ToHaveTextAsync("✓ last order: open · now cancelled");
        Assert.Empty(await ann.OrdersAsync());
        Assert.Empty(desk.Complaints);

        // What was said to the account is gone with its key.
        await desk.Find("forget-key").ClickAsync();
        await Assertions.Expect(desk.Find("key-notice")).ToContainTextAsync($"--url {market.Run.Address.GetLeftPart(UriPartial.Authority)}");
        await Assertions.Expect(desk.Find("answered")).ToHaveCountAsync(0);
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
        // What happens close together is one difference: the second order must not be in the lost one.
        for (var watch = Stopwatch.StartNew(); Volatile.Read(ref dropped) == 0;)
        {
            Assert.True(watch.Elapsed.TotalSeconds < 30, "no difference came");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

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
        // A connection of which anything was lost stays silent to its end, as a real one would.
        var (silent, deaf) = (false, false);
        await using var desk = await OpenAsync(fay.Key, message =>
        {
            deaf = silent || (deaf && message["channel"]?.GetValue<string>() != "auth");
            return deaf ? null : message;
        });
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
    public async Task What_was_traded_stands_in_history_fills_and_chart_and_is_saved_without_the_key_in_an_address()
    {
        var gil = await market.TraderAsync("gil");
        await gil.LimitAsync("buy", "142", "0.5");
        await gil.LimitAsync("buy", "130", "2");
        await using var desk = await OpenAsync(gil.Key);
        var addresses = new List<string>();
        desk.Page.Request += (_, request) => addresses.Add(request.Url);
        await Assertions.Expect(desk.Find("badge-orders")).ToContainTextAsync("1 open");
        var mark = desk.Find("fill-mark");
        await Assertions.Expect(mark).ToHaveAttributeAsync("aria-label", new Regex("^bought 0.5 SOL at 142.00 · .* UTC$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await mark.FocusAsync();
        await Assertions.Expect(mark.Locator(".mark-words")).ToBeVisibleAsync();

        await desk.Find("account-history").ClickAsync();
        await Assertions.Expect(desk.Find("past-order")).ToHaveCountAsync(2);
        Assert.Equal(["open", "filled"], await StatesAsync());
        await desk.Find("account-orders").ClickAsync();
        await desk.Find("cancel").ClickAsync();
        await Assertions.Expect(desk.Find("badge-orders")).ToContainTextAsync("0 open");
        await desk.Find("account-history").ClickAsync();
        await Assertions.Expect(desk.Page.Locator("[data-status=cancelled]")).ToHaveCountAsync(1);
        await Assertions.Expect(desk.Find("past-order")).ToHaveCountAsync(2);
        Assert.Equal(["cancelled", "filled"], await StatesAsync());

        await desk.Find("account-fills").ClickAsync();
        await Assertions.Expect(desk.Find("fill")).ToContainTextAsync("142.00");
        await desk.Find("span-from–to").ClickAsync();
        await desk.Find("past-from").FillAsync("2099-01-01T00:00");
        await Assertions.Expect(desk.Find("account").GetByTestId("empty")).ToContainTextAsync("No fills here");
        await desk.Find("span-24h").ClickAsync();
        await Assertions.Expect(desk.Find("fill")).ToHaveCountAsync(1);

        await desk.Page.Keyboard.PressAsync("t");
        await Assertions.Expect(desk.Find("fills")).ToContainTextAsync("+00:00");
        await Assertions.Expect(desk.Find("page-trade")).Not.ToContainTextAsync("UTC");

        var download = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Find("csv").ClickAsync());
        var rows = (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).Split('\n');
        Assert.StartsWith("trade_id,order_id,market,kind,price,quantity", rows[0]);
        Assert.Contains(",SOL/USDC,buy,142,0.5,", rows[1]);
        Assert.Contains(addresses, address => address.EndsWith("/api/v1/export/fills.csv", StringComparison.Ordinal));
        Assert.DoesNotContain(addresses, address => address.Contains(gil.Key, StringComparison.Ordinal));
        Assert.Empty(desk.Complaints);

        Task<string[]> StatesAsync() =>
            desk.Find("past-order").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.status)");
    }

    [Fact]
    public async Task Own_name_is_one_order_and_a_closed_market_says_so()
    {
        var hal = await market.TraderAsync("hal");
        await using var desk = await OpenAsync(hal.Key);
        await desk.Find("further").Locator("summary").ClickAsync();
        await SendAsync();
        await Assertions.Expect(desk.Find("answered")).ToContainTextAsync("open");
        await SendAsync();
        await Assertions.Expect(desk.Find("answered")).ToContainTextAsync("nothing new: the client id is of an order that is open");
        Assert.Equal("hal-1", Assert.Single(await hal.OrdersAsync()).GetProperty("client_id").GetString());
        await desk.Find("field-client_id").FillAsync("no name");
        await Assertions.Expect(desk.Find("why-client_id")).ToContainTextAsync("or a UUID");

        await Trader.SetStatusAsync(market.Run, "sol/usdc", "cancel_only");
        try
        {
            await desk.Find("field-client_id").FillAsync("");
            await desk.Find("field-quantity").FillAsync("1");
            await desk.Find("field-quantity").PressAsync("Enter");
            await PressLaterAsync(desk, "Enter");
            await Assertions.Expect(desk.Find("outcome")).ToContainTextAsync("instrument_halted");
            await Assertions.Expect(desk.Find("market-status")).ToHaveTextAsync("CANCEL ONLY");
            await Assertions.Expect(desk.Find("why-not")).ToContainTextAsync("the market is cancel only");
            await desk.Find("cancel").ClickAsync();
            await Assertions.Expect(desk.Find("account").GetByTestId("empty")).ToContainTextAsync("No open orders");
        }
        finally
        {
            await Trader.SetStatusAsync(market.Run, "sol/usdc", "open");
        }

        async Task SendAsync()
        {
            await desk.Find("stp").SelectOptionAsync("cancel_oldest");
            await desk.Find("field-client_id").FillAsync("hal-1");
            await desk.Find("field-price").FillAsync("129");
            await desk.Find("field-quantity").FillAsync("1");
            await desk.Find("field-quantity").PressAsync("Enter");
            await Assertions.Expect(desk.Find("armed")).ToContainTextAsync("BUY 1 SOL");
            await PressLaterAsync(desk, "Enter");
        }
    }

    [Fact]
    public async Task A_stop_gets_another_stop_price_in_its_row_and_a_restricted_account_says_so()
    {
        var ivy = await market.TraderAsync("ivy");
        await ivy.StopAsync("sell", "90", "2");
        await using var desk = await OpenAsync(ivy.Key);
        await Assertions.Expect(desk.Find("order-price")).ToHaveTextAsync("stop 90.00");
        await desk.Find("amend").ClickAsync();
        await Assertions.Expect(desk.Find("amend-stop")).ToBeFocusedAsync();
        await Assertions.Expect(desk.Find("amend-price")).ToHaveCountAsync(0);
        await Assertions.Expect(desk.Find("amend-why")).ToContainTextAsync("nothing is changed yet");
        await desk.Find("amend-stop").FillAsync("91.005");
        await Assertions.Expect(desk.Find("amend-why")).ToContainTextAsync("stop: a multiple of 0.01");
        await desk.Find("amend-stop").FillAsync("91.5");
        await desk.Find("amend-stop").PressAsync("Enter");
        await Assertions.Expect(desk.Find("amend-why")).ToContainTextAsync("ARMED: stop 91.5 for 2");
        await PressLaterAsync(desk, "Enter");
        await Assertions.Expect(desk.Find("order-price")).ToHaveTextAsync("stop 91.50");
        var stop = Assert.Single(await ivy.OrdersAsync());
        Assert.Equal(("91.5", "2"), (stop.GetProperty("stop_price").GetString(), stop.GetProperty("remaining_quantity").GetString()));

        await Assertions.Expect(desk.Find("account-status")).ToHaveCountAsync(0);
        await ivy.SetOwnStatusAsync(market.Run, "cancel_only");
        await Assertions.Expect(desk.Find("account-status")).ToHaveTextAsync("CANCEL ONLY");
        await Assertions.Expect(desk.Find("why-not")).ToContainTextAsync("the account is cancel only");
        await desk.Find("cancel").ClickAsync();
        await Assertions.Expect(desk.Find("account").GetByTestId("empty")).ToContainTextAsync("No open orders");
        await ivy.SetOwnStatusAsync(market.Run, "open");
        await Assertions.Expect(desk.Find("account-status")).ToHaveCountAsync(0);
        Assert.Empty(desk.Complaints);
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

    private static IEnumerable<string> Prices(JsonElement depth, string side) =>
        depth.GetProperty(side).EnumerateArray().Select(level => level[0].GetString()!);

    private static Task<string[]> ShownAsync(Desk desk, string level) =>
        desk.Find(level).EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.price)");
}
