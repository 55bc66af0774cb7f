using System.Collections.Concurrent;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>The newest state of every token and market: one state for each, older ones are gone.</summary>
/// <remarks>
/// Written by each venue's loop through its <see cref="VenueWorker"/>, read by any thread without a lock and without
/// allocation. Whether a book may be traded on is decided when it is read: proof, the liveness rule (nothing changed
/// for
/// max(3 s, 5 × the median gap)), the market's phase and closing time, and alerts.
/// </remarks>
public sealed class MarketCache : IMarketReader
{
    /// <summary>Tokens without a described market that are kept; further ones are dropped and counted.</summary>
    public const int MostOrphans = 4096;

    /// <summary>Alerts about markets that nobody has described, which are kept; further ones are in the log
    /// only.</summary>
    public const int MostStrangers = 256;

    private readonly ConcurrentDictionary<MarketKey, TokenState> _tokens = new();
    private readonly ConcurrentDictionary<(Venue Venue, string MarketId), MarketState> _markets = new();
    private readonly ConcurrentDictionary<(Venue Venue, string MarketId), MarketAlert> _strangers = new();
    private readonly MarketAlert[] _venueAlerts = new MarketAlert[byte.MaxValue + 1];
    private readonly long[] _venueAlertCounts = new long[byte.MaxValue + 1];
    private readonly Lock _alertGate = new();
    private readonly TimeSpan _staleAfter;
    private int _orphans;
    private long _dropped;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="staleAfter">The shortest silence that counts as stale; 3 s by the rule.</param>
    public MarketCache(TimeSpan staleAfter) => _staleAfter = staleAfter;

    /// <summary>Tokens that are known.</summary>
    public int Tokens => _tokens.Count;

    /// <summary>Books of tokens that nobody has described, dropped because there were too many.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <inheritdoc/>
    public OutcomeMarket? Market(Venue venue, string marketId) =>
        _markets.TryGetValue((venue, marketId), out var state) ? state.Current : null;

    /// <summary>Every market that is known, in no order; made for the caller.</summary>
    public IReadOnlyList<OutcomeMarket> Markets() =>
        [.. _markets.Values.Select(state => state.Current).OfType<OutcomeMarket>()];

    /// <summary>Every alert that keeps a market from being traded, one for each market, also for markets that were
    /// never
    /// described; made for the caller.</summary>
    public IReadOnlyList<MarketAlert> Alerts() =>
    [
        .. _markets.Values.Select(AlertOf).Where(alert => alert is not null).Select(alert => alert!.Value),
        .. _strangers.Values,
    ];

    /// <inheritdoc/>
    public bool TryRead(MarketKey token, BookCopy into, long nowNanos)
    {
        if (!_tokens.TryGetValue(token, out var state))
        {
            return false;
        }

        var market = state.Market;
        var moment = market?.Moment ?? 0;
        var proof = state.Read(into, out var aliveUntilNanos);
        Volatile.ReadBarrier();
        into.Moment = (moment & 1) == 0 && moment == (market?.Moment ?? 0) ? moment : -1;
        into.Market = market?.Current;
        into.IsProven = proof == BookProof.Proven;
        into.Refusal = Judge(market, into.Market, proof, aliveUntilNanos, nowNanos);
        return true;
    }

    /// <summary>Takes a market's description. The venue's loop.</summary>
    internal MarketState Describe(OutcomeMarket market)
    {
        _strangers.TryRemove((market.Venue, market.MarketId), out _);
        var state = _markets.GetOrAdd(
            (market.Venue, market.MarketId), static key => new MarketState(key.Venue, key.MarketId));
        if (state.Current is { } before)
        {
            Leave(before.Yes, market);
            Leave(before.No, market);
        }

        state.Describe(market, Volatile.Read(ref _venueAlertCounts[(int)market.Venue]));
        Adopt(market.Yes, state);
        Adopt(market.No, state);
        return state;
    }

    /// <summary>Forgets a market and its tokens; null where it was not known. The venue's loop.</summary>
    internal MarketState? Forget(Venue venue, string marketId)
    {
        _strangers.TryRemove((venue, marketId), out _);
        if (!_markets.TryRemove((venue, marketId), out var state))
        {
            return null;
        }

        if (state.Current is { } market)
        {
            _tokens.TryRemove(market.Yes, out _);
            _tokens.TryRemove(market.No, out _);
        }

        state.Describe(null, 0);
        return state;
    }

    /// <summary>Takes an alert about a market, or about a whole venue where it names none. The venue's loop.</summary>
    internal void Raise(in MarketAlert alert)
    {
        if (alert.MarketId.Length == 0)
        {
            lock (_alertGate)
            {
                _venueAlerts[(int)alert.Venue] = alert;
            }

            Interlocked.Increment(ref _venueAlertCounts[(int)alert.Venue]);
        }
        else if (_markets.TryGetValue((alert.Venue, alert.MarketId), out var state))
        {
            state.Raise(alert);
        }
        else if (_strangers.Count < MostStrangers || _strangers.ContainsKey((alert.Venue, alert.MarketId)))
        {
            _strangers[(alert.Venue, alert.MarketId)] = alert;
        }
    }

    /// <summary>Takes a book; null where the token is dropped. The venue's loop.</summary>
    internal TokenState? Write(OutcomeBook book, long receivedNanos)
    {
        if (!_tokens.TryGetValue(book.Key, out var state))
        {
            if (Volatile.Read(ref _orphans) >= MostOrphans)
            {
                Interlocked.Increment(ref _dropped);
                return null;
            }

            Interlocked.Increment(ref _orphans);
            state = _tokens.GetOrAdd(book.Key, new TokenState(book.Key, _staleAfter));
        }

        state.Write(book, receivedNanos);
        return state;
    }

    /// <summary>A token's state; null where it is not known.</summary>
    internal TokenState? Token(MarketKey key) => _tokens.GetValueOrDefault(key);

    private BookRefusal Judge(
        MarketState? state, OutcomeMarket? market, BookProof proof, long aliveUntilNanos, long nowNanos)
    {
        if (state is null || market is null)
        {
            return BookRefusal.Unknown;
        }

        if (state.Alert is not null || IsBehind(state))
        {
            return BookRefusal.Alerted;
        }

        if (market.Phase != MarketPhase.Open || (market.ClosesNanos != 0 && nowNanos >= market.ClosesNanos))
        {
            return BookRefusal.NotOpen;
        }

        if (proof != BookProof.Proven)
        {
            return BookRefusal.Unproven;
        }

        return nowNanos > aliveUntilNanos ? BookRefusal.Stale : BookRefusal.None;
    }

    // An alert about the venue counts for each market until that market is described again.
    private bool IsBehind(MarketState state) =>
        state.DescribedAt < Volatile.Read(ref _venueAlertCounts[(int)state.Venue]);

    private MarketAlert? AlertOf(MarketState state)
    {
        if (state.Alert is { } own)
        {
            return own;
        }

        if (!IsBehind(state))
        {
            return null;
        }

        lock (_alertGate)
        {
            return _venueAlerts[(int)state.Venue] with { MarketId = state.MarketId };
        }
    }

    private void Leave(MarketKey token, OutcomeMarket now)
    {
        if (token != now.Yes && token != now.No)
        {
            _tokens.TryRemove(token, out _);
        }
    }

    private void Adopt(MarketKey token, MarketState market)
    {
        if (string.IsNullOrEmpty(token.TokenId))
        {
            return;
        }

        if (_tokens.TryGetValue(token, out var state))
        {
            if (state.Market is null)
            {
                Interlocked.Decrement(ref _orphans);
            }

            state.Market = market;
        }
        else
        {
            _tokens[token] = new TokenState(token, _staleAfter) { Market = market };
        }
    }
}
