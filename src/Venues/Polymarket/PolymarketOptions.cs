namespace Strikeline.Venues;

/// <summary>Names a rolling crypto window of Polymarket: <c>{asset}-updown-{window}-{start}</c>.</summary>
/// <param name="Name">As it stands in the slug: <c>5m</c>, <c>15m</c>, <c>4h</c>.</param>
/// <param name="Length">How long a window is.</param>
public sealed record UpDownWindow(string Name, TimeSpan Length)
{
    /// <summary>The windows that the venue has, shortest first.</summary>
    public static IReadOnlyList<UpDownWindow> All { get; } =
    [
        new("5m", TimeSpan.FromMinutes(5)), new("15m", TimeSpan.FromMinutes(15)), new("4h", TimeSpan.FromHours(4)),
    ];

    /// <summary>The slug of the market whose window starts at a moment.</summary>
    /// <param name="asset">Lower case, such as <c>btc</c>.</param>
    /// <param name="startSeconds">Start, seconds since the Unix epoch.</param>
    public string SlugOf(string asset, long startSeconds) => $"{asset}-updown-{Name}-{startSeconds}";
}

/// <summary>The key of a CLOB account, as the venue's settlement prices over PolyBolt want it.</summary>
/// <param name="ApiKey">The key's id.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Passphrase">The passphrase.</param>
public sealed record PolymarketCredentials(string ApiKey, string Secret, string Passphrase)
{
    /// <summary>Never the secrets.</summary>
    public override string ToString() => "PolymarketCredentials";
}

/// <summary>How Polymarket's market data is reached, what is watched, and how it is judged.</summary>
public sealed record PolymarketOptions
{
    /// <summary>Market descriptions.</summary>
    public Uri Gamma { get; init; } = new("https://gamma-api.polymarket.com");

    /// <summary>Books and trading rules by REST.</summary>
    public Uri Clob { get; init; } = new("https://clob.polymarket.com");

    /// <summary>The market channel.</summary>
    public Uri MarketSocket { get; init; } = new("wss://ws-subscriptions-clob.polymarket.com/ws/market");

    /// <summary>The older settlement prices, which need no key; null for none.</summary>
    public Uri? Rtds { get; init; } = new("wss://ws-live-data.polymarket.com");

    /// <summary>The newer settlement prices, used where <see cref="Credentials"/> are given; null for none.</summary>
    public Uri? PolyBolt { get; init; } = new("wss://ws-live-v2.polymarket.com/ws");

    /// <summary>Key for PolyBolt; null where there is none.</summary>
    public PolymarketCredentials? Credentials { get; init; }

    /// <summary>Assets whose windows are watched, lower case as in slugs.</summary>
    public IReadOnlyList<string> Assets { get; init; } = ["btc", "eth", "sol"];

    /// <summary>Windows that are watched.</summary>
    public IReadOnlyList<UpDownWindow> Windows { get; init; } = [UpDownWindow.All[0], UpDownWindow.All[1]];

    /// <summary>How many windows after the running one are found and subscribed to before they start.</summary>
    public int WindowsAhead { get; init; } = 2;

    /// <summary>Further markets, by slug.</summary>
    public IReadOnlyList<string> Slugs { get; init; } = [];

    /// <summary>Further events, by slug: all of their markets.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Most tokens on one socket; the venue sends no snapshots to those that ask for more than 500.</summary>
    public int TokensPerSocket { get; init; } = 200;

    /// <summary>Time between pings, as text.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A token that has not spoken for this long after its subscription is asked for again.</summary>
    public TimeSpan FirstEventWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest silence that is looked into.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest time between two comparisons of a book with the venue's REST answer.</summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most comparisons a second, over all tokens; the venue allows 150.</summary>
    public int ComparesPerSecond { get; init; } = 10;

    /// <summary>How long a taking order is held on markets that say that they hold them; they do not say for how
    /// long.</summary>
    public TimeSpan TakerHold { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>First wait before a reconnection.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait before a reconnection.</summary>
    public TimeSpan ReconnectMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of each wait that is random, 0 to 1.</summary>
    public double ReconnectJitter { get; init; } = 0.5;

    /// <summary>How long a window's market is followed after its end while its outcome is not known.</summary>
    public TimeSpan FollowAfterEnd { get; init; } = TimeSpan.FromMinutes(30);
}
