using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// What a straightforward programmer would write: a document for each frame, an object for each event, bounded channels
/// from adapter to router,
/// worker and strategy, best prices as decimals in a concurrent dictionary, only the best level looked at. The baseline
/// of <see cref="ArbitrageBench"/>.
/// </summary>
internal sealed class PlainArbitrage : IDisposable
{
    private const decimal Rate = 0.07m;

    private readonly Channel<Update> _events = Bounded<Update>(4096);
    private readonly Channel<Update> _worker = Bounded<Update>(1024);
    private readonly Channel<(MarketKey Key, long Stamp)> _changed = Bounded<(MarketKey, long)>(512);
    private readonly ConcurrentDictionary<MarketKey, State> _cache = new();
    private readonly ConcurrentDictionary<MarketKey, OutcomeMarket> _markets = new();
    private readonly Action<string> _signal;
    private readonly Task _all;
    private long _sent;
    private long _done;

    /// <summary>Starts its tasks.</summary>
    /// <param name="signal">Told the market of each signal, on the strategy's task.</param>
    public PlainArbitrage(Action<string> signal)
    {
        _signal = signal;
        _all = Task.WhenAll(Task.Run(RouteAsync), Task.Run(WorkAsync), Task.Run(EvaluateAsync));
    }

    /// <summary>True where everything that was sent has been looked at.</summary>
    public bool IsIdle => Volatile.Read(ref _done) == Volatile.Read(ref _sent);

    /// <summary>Takes a market.</summary>
    public void Describe(OutcomeMarket market)
    {
        _markets[market.Yes] = market;
        _markets[market.No] = market;
    }

    /// <summary>Takes a frame of the market channel.</summary>
    public void Accept(ReadOnlySpan<byte> frame)
    {
        using var document = JsonDocument.Parse(frame.ToArray());
        var root = document.RootElement;
        if (root.GetProperty("event_type").GetString() == "book")
        {
            Send(Token(root), Best(root, "bids", Enumerable.Max), Best(root, "asks", Enumerable.Min));
            return;
        }

        foreach (var change in root.GetProperty("price_changes").EnumerateArray())
        {
            Send(Token(change), Number(change, "best_bid"), Number(change, "best_ask"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Writer.Complete();
        _all.GetAwaiter().GetResult();
    }

    private static Channel<T> Bounded<T>(int capacity) =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });

    private static MarketKey Token(JsonElement of) =>
        new(Venue.Polymarket, of.GetProperty("asset_id").GetString()!);

    private static decimal? Number(JsonElement of, string name) =>
        decimal.Parse(of.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static decimal? Best(JsonElement of, string side, Func<IEnumerable<decimal?>, decimal?> pick) =>
        pick(of.GetProperty(side).EnumerateArray().Select(level => Number(level, "price")));

    private void Send(MarketKey token, decimal? bid, decimal? ask)
    {
        Volatile.Write(ref _sent, _sent + 1);
        var update = new Update(token, Stopwatch.GetTimestamp(), bid, ask);
        while (!_events.Writer.TryWrite(update))
        {
            Thread.SpinWait(20);
        }
    }

    private static decimal Fee(decimal price) => Rate * price * (1 - price);

    private async Task RouteAsync()
    {
        await foreach (var update in _events.Reader.ReadAllAsync())
        {
            if (update.Key.Venue == Venue.Polymarket)
            {
                await _worker.Writer.WriteAsync(update);
            }
        }

        _worker.Writer.Complete();
    }

    private async Task WorkAsync()
    {
        await foreach (var update in _worker.Reader.ReadAllAsync())
        {
            _cache[update.Key] = new State(update.Bid, update.Ask);
            await _changed.Writer.WriteAsync((update.Key, update.Stamp));
        }

        _changed.Writer.Complete();
    }

    private async Task EvaluateAsync()
    {
        await foreach (var (key, stamp) in _changed.Reader.ReadAllAsync())
        {
            Evaluate(key, stamp);
            Volatile.Write(ref _done, _done + 1);
        }
    }

    private void Evaluate(MarketKey key, long stamp)
    {
        if (!_markets.TryGetValue(key, out var market) || !_cache.TryGetValue(market.Yes, out var yes)
            || !_cache.TryGetValue(market.No, out var no))
        {
            return;
        }

        if (yes.Ask is { } a && no.Ask is { } b && 1 - a - b - Fee(a) - Fee(b) > 0)
        {
            Signal(market, 1 - a - b, stamp);
        }
        else if (yes.Bid is { } c && no.Bid is { } d && c + d - 1 - Fee(c) - Fee(d) > 0)
        {
            Signal(market, c + d - 1, stamp);
        }
    }

    private void Signal(OutcomeMarket market, decimal edge, long stamp)
    {
        var signal = new Found([market.Yes, market.No], edge, stamp);
        if (signal.Legs.Count == 2)
        {
            _signal(market.MarketId);
        }
    }

    private sealed record Update(MarketKey Key, long Stamp, decimal? Bid, decimal? Ask);

    private sealed record State(decimal? Bid, decimal? Ask);

    private sealed record Found(List<MarketKey> Legs, decimal Edge, long Stamp);
}
