using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>
/// An event of which exactly one market resolves YES: every YES bought together below a dollar, or every NO below what
/// all but one of them pay. Buying every NO is what selling every YES comes to, without shares to sell.
/// </summary>
/// <remarks>Strategy loop only, except for <see cref="Options"/>. Never on an event to which outcomes may be added, or
/// of which a market is not known.</remarks>
public sealed class NegativeRiskArbitrage(NegativeRiskOptions options) : IStrategy
{
    private readonly MarketLines<Event> _lines = new();
    private readonly Dictionary<(Venue Venue, string EventId), Event> _events = [];
    private readonly EdgeScout _scout = new(StrategyName);
    private readonly List<BookCopy> _books = [];
    private volatile NegativeRiskOptions _options = options;

    /// <summary>The name in signals and metrics.</summary>
    public const string StrategyName = "negative_risk_arbitrage";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <summary>The parameters; replaced as a whole. Any thread.</summary>
    public NegativeRiskOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market)
    {
        OnGone(market.Venue, market.MarketId);
        if (market.EventId.Length == 0 || !market.IsExclusive)
        {
            return;
        }

        var key = (market.Venue, market.EventId);
        if (!_events.TryGetValue(key, out var one))
        {
            _events.Add(key, one = new Event(market.Venue, market.EventId));
        }

        one.Set(market);
        _lines.Set(market, one);
        while (_books.Count < one.Members.Length)
        {
            _books.Add(new BookCopy());
        }
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId)
    {
        if (!_lines.TryGet(venue, marketId, out var one))
        {
            return;
        }

        _lines.Remove(venue, marketId);
        if (one.Remove(marketId))
        {
            _events.Remove((one.Venue, one.EventId));
        }
    }

    /// <inheritdoc/>
    public void Evaluate(in StrategyContext context)
    {
        if (_lines.OfToken(context.Updated) is not { IsDecided: false, Members.Length: > 1 } one)
        {
            return;
        }

        var members = one.Members;
        var isYes = one.IsYes(context.Updated);
        _scout.Walk.Begin(Side.Buy, isYes ? Micros.One : (members.Length - 1) * Micros.One);
        if (!TryRead(context, members, isYes) || !_scout.Walk.LooksLikeAnEdge())
        {
            return;
        }

        var now = _options;
        var reason = one.Refusal(now.MaxLegs);
        if (reason != RefusalReason.None)
        {
            _scout.Refuse(context, SignalKind.BuySet, reason, one.Pace, one.InWords);
        }
        else
        {
            _scout.Report(context, SignalKind.BuySet, now.Limits, one.Pace);
        }
    }

    // Stops at the first price that makes the set dearer than what it pays: most of the time long before the last.
    private bool TryRead(in StrategyContext context, OutcomeMarket[] members, bool isYes)
    {
        var left = _scout.Walk.PayoutPpm;
        for (var i = 0; i < members.Length && left > 0; i++)
        {
            var book = _books[i];
            if (!context.Markets.TryRead(isYes ? members[i].Yes : members[i].No, book, context.NowNanos)
                || !ReferenceEquals(book.Market, members[i]) || book.Asks.IsEmpty)
            {
                return false;
            }

            left -= book.Asks[0].Price;
            _scout.Walk.Add(book);
        }

        return left > 0;
    }

    /// <summary>One event with the markets that are known of it.</summary>
    private sealed class Event(Venue venue, string eventId)
    {
        private readonly List<OutcomeMarket> _known = [];

        public Venue Venue { get; } = venue;

        public string EventId { get; } = eventId;

        public MarketPace Pace { get; } = new();

        /// <summary>Its markets without those that have resolved NO, which neither cost nor pay a YES share.</summary>
        public OutcomeMarket[] Members { get; private set; } = [];

        /// <summary>True where a market has resolved to anything but NO.</summary>
        public bool IsDecided { get; private set; }

        public string InWords { get; private set; } = string.Empty;

        public void Set(OutcomeMarket market)
        {
            _known.Add(market);
            Rebuild();
        }

        /// <summary>True where no market is left.</summary>
        public bool Remove(string marketId)
        {
            _known.RemoveAll(market => market.MarketId == marketId);
            Rebuild();
            return _known.Count == 0;
        }

        public bool IsYes(MarketKey token)
        {
            foreach (var market in Members)
            {
                if (market.Yes == token)
                {
                    return true;
                }
            }

            return false;
        }

        public RefusalReason Refusal(int maxLegs)
        {
            var expected = 0;
            foreach (var market in _known)
            {
                if (market.IsAugmented)
                {
                    return RefusalReason.Augmented;
                }

                if (market.EventMarkets == 0 || (expected != 0 && expected != market.EventMarkets))
                {
                    return RefusalReason.EventIncomplete;
                }

                expected = market.EventMarkets;
            }

            if (expected != _known.Count)
            {
                return RefusalReason.EventIncomplete;
            }

            return Members.Length > maxLegs ? RefusalReason.TooManyLegs : RefusalReason.None;
        }

        private void Rebuild()
        {
            Members = [.. _known.Where(market => market.Phase != MarketPhase.Resolved)];
            IsDecided = _known.Exists(market => market.Phase == MarketPhase.Resolved && market.YesPaysPpm != 0);
            InWords = $"event {EventId}: {_known.Count} markets known, the venue says "
                + (_known.Count == 0 ? "nothing" : _known[0].EventMarkets.ToString());
        }
    }
}
