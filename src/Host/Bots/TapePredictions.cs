using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>The prediction venues of a tape: recorded frames through the production decoders, to the bots of the
/// run.</summary>
/// <remarks>The tape's thread plays, any thread asks; one lock stands between them, under which the sink is called, as
/// a live feed's is.</remarks>
internal sealed class TapePredictions : IOutcomeFeeds
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Venue, Played> _played;
    private readonly Func<int> _decide;

    /// <summary>Wires the venues.</summary>
    /// <param name="venues">Which are on the tape.</param>
    /// <param name="sink">Takes what they say.</param>
    /// <param name="decide">Lets the strategies look at what has changed.</param>
    public TapePredictions(IEnumerable<Venue> venues, IOutcomeSink sink, Func<int> decide)
    {
        _played = venues.ToDictionary(venue => venue, venue => new Played(venue, sink));
        _decide = decide;
    }

    /// <inheritdoc/>
    public IEnumerable<Venue> Venues => VenueNames.Prediction.Where(_played.ContainsKey);

    /// <inheritdoc/>
    public IReadOnlyList<OutcomeReport> Report(Venue venue)
    {
        lock (_gate)
        {
            return _played[venue].Report();
        }
    }

    /// <inheritdoc/>
    public string? Trouble(Venue venue) => null;

    /// <summary>Takes an item of the tape; one of another venue is nothing to it.</summary>
    public void Take(IFrameSource item)
    {
        if (!_played.TryGetValue(item.Venue, out var played))
        {
            return;
        }

        lock (_gate)
        {
            played.Play.Take(item);
        }

        _decide();
    }

    /// <summary>Time has passed.</summary>
    public void Pass(long nowNanos)
    {
        lock (_gate)
        {
            foreach (var played in _played.Values)
            {
                played.Play.Decoder.Pass(nowNanos);
            }
        }

        _decide();
    }

    /// <summary>One venue, and what it has said of each token.</summary>
    private sealed class Played : IOutcomeSink
    {
        private readonly IOutcomeSink _next;
        private readonly Dictionary<MarketKey, string> _markets = [];
        private readonly Dictionary<MarketKey, long> _changed = [];

        public Played(Venue venue, IOutcomeSink next)
        {
            _next = next;
            Play = new OutcomePlay(OutcomeDecoders.Of(venue, this));
        }

        public OutcomePlay Play { get; }

        public IReadOnlyList<OutcomeReport> Report() => [.. Play.Decoder.Books.Select(ReportOf)];

        public void OnMarket(OutcomeMarket market, long receivedNanos)
        {
            _markets[market.Yes] = market.MarketId;
            _markets[market.No] = market.MarketId;
            _next.OnMarket(market, receivedNanos);
        }

        public void OnGone(Venue venue, string marketId, long receivedNanos)
        {
            foreach (var (token, _) in _markets.Where(pair => pair.Value == marketId).ToArray())
            {
                _markets.Remove(token);
                _changed.Remove(token);
            }

            _next.OnGone(venue, marketId, receivedNanos);
        }

        public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
        {
            foreach (var book in books)
            {
                if (book.Proof == BookProof.Proven)
                {
                    // What is not proven any more has not changed, as far as anybody knows.
                    _changed[book.Key] = receivedNanos;
                }
            }

            _next.OnBooks(books, receivedNanos);
        }

        public void OnTrade(in OutcomeTrade trade, long receivedNanos) => _next.OnTrade(trade, receivedNanos);

        public void OnReference(in ReferencePrice price, long receivedNanos) => _next.OnReference(price, receivedNanos);

        public void OnAlert(in MarketAlert alert, long receivedNanos) => _next.OnAlert(alert, receivedNanos);

        private OutcomeReport ReportOf(OutcomeBook book)
        {
            var proven = book.Proof == BookProof.Proven;
            return new OutcomeReport
            {
                Key = book.Key,
                MarketId = _markets.GetValueOrDefault(book.Key, string.Empty),
                State = book.Proof switch
                {
                    BookProof.Proven => FeedState.Live,
                    BookProof.Waiting or BookProof.AwaitingSnapshot => FeedState.Syncing,
                    BookProof.Disconnected => FeedState.Down,
                    BookProof.Stale => FeedState.Stale,
                    _ => FeedState.Unproven,
                },
                Reason = proven ? null : book.Proof.Code(),
                NextStep = proven ? null : book.Proof.NextStep(),
                LastChangeNanos = _changed.GetValueOrDefault(book.Key),
                Proven = proven,
                Bid = proven ? book.Levels.Bids.Best : default,
                Ask = proven ? book.Levels.Asks.Best : default,
                Events = book.Events,
                Reconnects = Play.Lost,
            };
        }
    }
}
