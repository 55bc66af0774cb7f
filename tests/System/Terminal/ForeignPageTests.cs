using Microsoft.Playwright;
using Strikeline.SystemTests.Trading;

namespace Strikeline.SystemTests.Terminal;

/// <summary>A page of another origin in a real browser, which knows a right key and tries everything that a page can: it
/// reads nothing and changes nothing.</summary>
public sealed class ForeignPageTests(ServiceFixture fixture, Chromium chromium)
    : IClassFixture<ServiceFixture>, IClassFixture<Chromium>
{
    private static readonly string Attack = File.ReadAllText(Checkout.In("tests/System/Terminal/attack.js"));

    private static string Target(Service service) => service.Address.ToString().TrimEnd('/');

    [Theory]
    [InlineData("http://127.0.0.1:{foreign}/", "")]
    [InlineData("http://localhost:{foreign}/", "")]
    [InlineData("http://127.0.0.1:{foreign}/", "<iframe sandbox='allow-scripts allow-forms allow-popups' srcdoc='<body>'></iframe>")]
    [InlineData("http://127.0.0.1:{foreign}/", "<iframe src='data:text/html,<body>'></iframe>")]
    public async Task A_page_of_another_origin_reads_nothing_and_changes_nothing(string address, string frame)
    {
        using var site = new ForeignSite();
        var trial = await TrialAsync(
            address.Replace("{foreign}", $"{site.Port}", StringComparison.Ordinal), frame, Target(fixture.Service));
        Assert.Empty(trial.Read);
        Assert.False(trial.HasChanged);

        // They did arrive. Most answers the browser has kept from everybody, also from who watches it.
        Assert.True(trial.Statuses.Length >= 15 && trial.Statuses.Contains(403), string.Join(' ', trial.Statuses));
    }

    [Fact]
    public async Task A_name_that_was_bent_to_this_machine_is_not_served()
    {
        var own = $"http://{Chromium.RebindingHost}:{fixture.Service.Address.Port}";
        var trial = await TrialAsync(own + "/", "", own);
        Assert.False(trial.HasChanged);
        Assert.True(trial.Statuses.Count(status => status == 421) >= 10, string.Join(' ', trial.Statuses));
        Assert.Equal([421], trial.Statuses.Distinct());
        Assert.All(trial.Read, line => Assert.True(
            line.Contains(": 421 {\"type\":\"urn:strikeline:problem:host_refused\"", StringComparison.Ordinal), line));
    }

    [Fact]
    public async Task The_same_page_at_the_servers_own_address_can_do_both()
    {
        var own = Target(fixture.Service);
        var trial = await TrialAsync(own + "/", "", own);
        Assert.True(trial.HasChanged);
        Assert.Contains(trial.Read, line => line.StartsWith("fetch key /api/v1/balances: 200", StringComparison.Ordinal));
        Assert.Contains(trial.Read, line => line.StartsWith("fetch POST json /api/v1/order: 200", StringComparison.Ordinal));
        Assert.Contains("socket /ws: open", trial.Read);
    }

    // Opens the page, lets it try, and looks at the exchange before and after.
    private async Task<Trial> TrialAsync(string address, string frame, string target)
    {
        var service = fixture.Service;
        var trader = await service.OpenTraderAsync("victim", ("USDC", 1_000_000));
        var order = (await trader.LimitAsync("buy", "40", "1"))["order_id"]!;
        var state = await trader.StateAsync();
        var steps = (await StepAsync(trader), await StepAsync(trader));

        await using var context = await chromium.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var statuses = new List<int>();
        page.Response += (_, response) =>
        {
            if (response.Url.StartsWith(target, StringComparison.Ordinal))
            {
                lock (statuses)
                {
                    statuses.Add(response.Status);
                }
            }
        };
        await page.GotoAsync(address);
        IFrame place = page.MainFrame;
        if (frame.Length > 0)
        {
            await page.SetContentAsync(frame);
            place = page.Frames[1];
        }

        var read = await place.EvaluateAsync<string[]>(Attack, new { target, key = trader.Key, order });
        var after = await StepAsync(trader);
        var changed = state != await trader.StateAsync() || after - steps.Item2 != steps.Item2 - steps.Item1;
        await service.MustAsync("DELETE", "api/v1/orders", key: trader.Key);
        lock (statuses)
        {
            return new Trial(read, [.. statuses], changed);
        }
    }

    // Takes a step of the exchange and says where it is: whatever else happens shows in the distance.
    private static async Task<long> StepAsync(Trading.Trader trader)
    {
        var placed = await trader.MustPlaceAsync(new { market = "ETH/USDC", kind = "buy", price = "1", quantity = "1", tif = "ioc" });
        return placed.Json.GetProperty("sequence").GetInt64();
    }

    private sealed record Trial(string[] Read, int[] Statuses, bool HasChanged);
}
