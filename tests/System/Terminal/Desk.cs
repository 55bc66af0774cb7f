using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Strikeline.SystemTests.Terminal;

/// <summary>One open page of the terminal, with everything it did that it should not have.</summary>
public sealed class Desk : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private Desk(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
    }

    /// <summary>The browser's page.</summary>
    public IPage Page { get; }

    /// <summary>Errors on the console, unhandled exceptions and requests that left the server's origin.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return [.. _complaints];
            }
        }
    }

    /// <summary>Opens it; <paramref name="onMessage"/> may change or swallow (null) what the server says.</summary>
    public static async Task<Desk> OpenAsync(
        IBrowser browser,
        Uri address,
        int width = 1440,
        int height = 900,
        string page = "",
        Func<JsonNode, JsonNode?>? onMessage = null)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var desk = new Desk(context, await context.NewPageAsync());
        desk.Listen(address);
        if (onMessage is not null)
        {
            await desk.Page.RouteWebSocketAsync("**/ws", socket => Relay(socket, onMessage));
        }

        await desk.Page.GotoAsync(address + page);
        return desk;
    }

    /// <summary>The elements with this test id.</summary>
    public ILocator Find(string testId) => Page.GetByTestId(testId);

    /// <summary>Waits until the text of the first such element is another one, and returns both.</summary>
    public async Task<(string Before, string After)> ChangeOfAsync(ILocator locator, int withinMs = 15_000)
    {
        var before = await locator.First.InnerTextAsync();
        var handle = await locator.First.ElementHandleAsync();
        await Page.WaitForFunctionAsync(
            "([element, before]) => element.innerText !== before",
            new object[] { handle, before },
            new PageWaitForFunctionOptions { Timeout = withinMs });
        return (before, await locator.First.InnerTextAsync());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static void Relay(IWebSocketRoute socket, Func<JsonNode, JsonNode?> onMessage)
    {
        var server = socket.ConnectToServer();
        server.OnMessage(frame =>
        {
            if (frame.Text is { } text && onMessage(JsonNode.Parse(text)!) is { } changed)
            {
                socket.Send(changed.ToJsonString());
            }
        });
    }

    private void Listen(Uri address)
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complain($"console {message.Type}: {message.Text}");
            }
        };
        Page.PageError += (_, error) => Complain($"page error: {error}");
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal))
            {
                Complain($"request off origin: {request.Url}");
            }
        };
    }

    private void Complain(string complaint)
    {
        lock (_complaints)
        {
            _complaints.Add(complaint);
        }
    }
}
