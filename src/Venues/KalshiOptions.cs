namespace Strikeline.Venues;

/// <summary>How Kalshi is reached, what is watched there and how it is judged.</summary>
/// <param name="Rest">Base address of its REST interface, such as
/// <c>https://external-api.kalshi.com/trade-api/v2</c>.</param>
/// <param name="WebSocket">Address of its WebSocket, such as
/// <c>wss://external-api-ws.kalshi.com/trade-api/ws/v2</c>.</param>
/// <remarks>
/// Immutable: any thread. Without a key the socket is closed to everybody, so books are polled. A polled book is
/// proven as
/// of its answer, for <see cref="PolledBookLife"/> (longer where there are so many markets that a round takes more
/// than half
/// of that), and unproven then until the next answer.
/// </remarks>
public sealed record KalshiOptions(Uri Rest, Uri WebSocket)
{
    /// <summary>The production hosts.</summary>
    public static KalshiOptions Production { get; } = new(
        new Uri("https://external-api.kalshi.com/trade-api/v2"),
        new Uri("wss://external-api-ws.kalshi.com/trade-api/ws/v2"));

    /// <summary>The demo hosts, which have keys of their own.</summary>
    public static KalshiOptions Demo { get; } = new(
        new Uri("https://external-api.demo.kalshi.co/trade-api/v2"),
        new Uri("wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2"));

    /// <summary>The key; null to poll without one.</summary>
    public KalshiKey? Key { get; init; }

    /// <summary>Series whose markets are watched as they come and go.</summary>
    public IReadOnlyList<KalshiSeries> Series { get; init; } = KalshiSeries.Crypto;

    /// <summary>Events whose markets are watched beside those.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Markets that close later than this from now are not watched yet.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromMinutes(75);

    /// <summary>Most markets that are watched; of more, those that close first.</summary>
    public int MostMarkets { get; init; } = 400;

    /// <summary>Requests per second that the venue allows; null for 3 without a key, 20 with one. Four fifths of it are
    /// used.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Time between two rounds of polls of all books.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a polled book is believed from its answer on.</summary>
    public TimeSpan PolledBookLife { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time between two looks at the list of a series' markets; the venue's own copy is up to 15 s
    /// old.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a market is kept after its outcome is known.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Shortest silence of the socket's data that counts as frozen.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>First wait before a reconnection, and after a refusal for too many requests.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait before a reconnection.</summary>
    public TimeSpan ReconnectMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of each wait that is random, 0 to 1.</summary>
    public double ReconnectJitter { get; init; } = 0.5;

    /// <summary>An order's whole fee is a multiple of this, in millionths of a dollar: 100 for direct members of the
    /// exchange, 10,000 for a broker's customers.</summary>
    public long OrderFeeGrainMicros { get; init; } = 100;
}
