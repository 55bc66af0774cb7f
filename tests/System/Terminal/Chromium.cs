using Microsoft.Playwright;

namespace Strikeline.SystemTests.Terminal;

/// <summary>Debian's Chromium, started once for all tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>A foreign name that the browser finds at 127.0.0.1.</summary>
    public const string RebindingHost = "rebinding.example";

    private const string Path = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; skips the test where there is none, and fails it under CI=true.</summary>
    public IBrowser Browser
    {
        get
        {
            var required = Environment.GetEnvironmentVariable("CI") == "true";
            Assert.SkipUnless(_browser is not null || required, $"{Path} is not installed");
            return _browser ?? throw new FileNotFoundException("The terminal's tests need Debian's chromium.", Path);
        }
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path))
        {
            return;
        }

        // A testnet needs a moment to start, and two cores are shared: what is awaited is that it happens, not when.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                // A name of somebody else that leads here: DNS rebinding.
                $"--host-resolver-rules=MAP {RebindingHost} 127.0.0.1",
            ],
        });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
