using System.Net;

namespace Strikeline.Testnet;

/// <summary>The simulated traders of one exchange, all of them on its public API.</summary>
internal sealed class TraderCrowd : IAsyncDisposable
{
    // Behind the streams of chance of the pairs.
    private const int FirstStream = 5000;

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly Task _traders;

    private TraderCrowd(HttpClient http, Func<CancellationToken, Task> run)
    {
        _http = http;
        _traders = run(_stop.Token);
    }

    /// <summary>Lets the traders of a plan begin.</summary>
    /// <param name="plan">Who trades, and where.</param>
    /// <param name="seed">Decides every size and time that is left to chance.</param>
    /// <param name="price">The fair price of an asset in dollars; null where there is none now.</param>
    /// <param name="tally">Counts their requests.</param>
    /// <param name="failed">Told of a fault of a trader itself, which then goes on.</param>
    /// <param name="clock">The time of their pauses.</param>
    /// <param name="wire">The network; disposed with the crowd.</param>
    public static TraderCrowd Start(
        TraderPlan plan, long seed, Func<string, double?> price, TraderTally tally, Action<Exception> failed,
        TimeProvider clock, HttpMessageHandler wire)
    {
        // The limit on an answer's time is each trader's own, by its clock.
        var http = new HttpClient(wire) { BaseAddress = plan.Url, Timeout = Timeout.InfiniteTimeSpan };
        var traders = plan.Seats.Select((seat, index) =>
        {
            var line = new ExchangeLine(http, seat.Key, tally, clock);
            var random = new SeededRandom(seed, FirstStream + index);
            return seat.Role == TraderRole.Taker
                ? (Trader)new Taker(seat, line, price, random, failed, clock)
                : new Maker(seat, line, price, random, failed, clock);
        }).ToArray();
        return new TraderCrowd(http, stop => Task.WhenAll(traders.Select(trader => trader.RunAsync(stop))));
    }

    /// <summary>A network of their own: no proxy, no redirects, new connections once in a while.</summary>
    public static HttpMessageHandler NewWire() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseProxy = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Stops the traders: they take their orders back, for a second at most.</summary>
    public Task StopAsync()
    {
        // Here and now, on this thread: in virtual time there is no other.
        _stop.Cancel();
        return _traders;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }
}
