using System.Diagnostics;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// Seeded updates of books as a feed's decoder would make them: one level of one token near its best price changes.
/// Three fifths of the markets stand alone, a fifth are exclusive events of five, a fifth are ladders of ten strikes.
/// </summary>
internal sealed class BookUpdates : IArbitrageSource
{
    private const long Cent = 10_000;
    private const int Levels = 10;
    private const int EventSize = 5;
    private const int LadderSize = 10;
    private const long Week = 7 * 86_400 * Stamps.NanosPerSecond;

    private static readonly MarketRules Rules = new()
    {
        Bands = [new PriceBand(Cent, 99 * Cent, Cent)],
        SizeStepMicro = Cent,
        LeastRestingMicro = 5 * Micros.One,
        LeastTakingMicros = Micros.One,
        TakingDollarStepMicros = Cent,
        TakingShareStepMicro = 100,
        Fee = new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 10, 10),
        MayMerge = true,
    };

    private readonly List<OutcomeMarket> _markets = [];
    private readonly List<OutcomeBook> _books = [];
    private readonly List<long> _fair = [];
    private readonly int _plain;
    private ulong _random;
    private int _open = -1;

    public BookUpdates(int markets, int seed, long nowNanos)
    {
        _random = (ulong)seed + 1;
        var events = markets / 5 / EventSize * EventSize;
        var rungs = markets / 5 / LadderSize * LadderSize;
        _plain = markets - events - rungs;
        for (var i = 0; i < markets; i++)
        {
            var inEvent = i - _plain;
            var inLadder = i - _plain - events;
            Add(i < _plain
                ? Plain(i)
                : inLadder < 0 ? InEvent(i, inEvent / EventSize) : InLadder(i, inLadder, nowNanos + Week));
            _fair.Add(i < _plain
                ? (30 + (i % 40)) * Cent
                : inLadder < 0 ? 100 * Cent / EventSize : (75 - (inLadder % LadderSize * 4)) * Cent);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<OutcomeMarket> Markets => _markets;

    /// <inheritdoc/>
    public void Begin(IOutcomeSink sink, long nowNanos)
    {
        var levels = new Level[Levels];
        foreach (var market in _markets)
        {
            sink.OnMarket(market, nowNanos);
        }

        for (var i = 0; i < _books.Count; i++)
        {
            for (var at = 0; at < Levels; at++)
            {
                levels[at] = new Level(BestAsk(i) + (at * Cent), (20 + at) * Micros.One);
            }

            _books[i].Levels.Load([], levels);
            for (var at = 0; at < Levels; at++)
            {
                var price = BestBid(i) - (at * Cent);
                levels[at] = price > 0 ? new Level(price, (20 + at) * Micros.One) : default;
            }

            _books[i].Levels.Apply(levels, []);
            _books[i].Proof = BookProof.Proven;
            sink.OnBooks([_books[i]], nowNanos);
        }
    }

    /// <inheritdoc/>
    public void Send(IOutcomeSink sink, bool opens, long nowNanos, long[] startStamp)
    {
        Span<Level> change = stackalloc Level[1];
        int book;
        if (_open >= 0)
        {
            book = _open * 2;
            change[0] = new Level(BestAsk(book) - (11 * Cent), 0);
            _open = -1;
        }
        else if (opens)
        {
            _open = Next(_plain);
            book = _open * 2;
            change[0] = new Level(BestAsk(book) - (11 * Cent), 50 * Micros.One);
            startStamp[_open] = Stopwatch.GetTimestamp();
        }
        else
        {
            book = Next(_books.Count);
            change[0] = new Level(BestAsk(book) + (Next(Levels) * Cent), (1 + Next(100)) * Micros.One);
        }

        _books[book].Levels.Apply([], change);
        _books[book].VenueNanos = nowNanos;
        sink.OnBooks([_books[book]], nowNanos);
    }

    private static OutcomeMarket Plain(int number)
    {
        // As long as the venue's own names: they are hashed at every event.
        var id = $"0x{number:x8}b5a7a8c7d3f14e5d8b3f0c6a2d9e1f7c8a4b3d2e1f0a9b8c7d6e5f40";
        var token = $"7132104567925221267921305{number:d8}86531729876465212345678901234567890123456";
        return new OutcomeMarket
        {
            Venue = Venue.Polymarket, MarketId = id, Slug = id, Question = id,
            Yes = new MarketKey(Venue.Polymarket, token + "1"), No = new MarketKey(Venue.Polymarket, token + "2"),
            Rules = Rules, Phase = MarketPhase.Open,
        };
    }

    private static OutcomeMarket InEvent(int number, int group) => Plain(number) with
    {
        EventId = $"event-{group}", IsExclusive = true, EventMarkets = EventSize,
    };

    private static OutcomeMarket InLadder(int number, int rung, long endNanos) => Plain(number) with
    {
        Price = new PriceQuestion(
            $"ASSET{rung / LadderSize}", "chainlink", "twap60", (100 + (rung % LadderSize)) * 100_000_000L,
            OpensAtStrike: false, TieIsYes: true, 0, endNanos),
    };

    private void Add(OutcomeMarket market)
    {
        _markets.Add(market);
        _books.Add(new OutcomeBook(market.Yes, market.MarketId));
        _books.Add(new OutcomeBook(market.No, market.MarketId));
    }

    private long Fair(int book) => book % 2 == 0 ? _fair[book / 2] : (100 * Cent) - _fair[book / 2];

    // A cent above the fair price, so that no set is cheap; bids are far below, so that an arbitrage crosses no book.
    private long BestAsk(int book) => Fair(book) + Cent;

    private long BestBid(int book) => Fair(book) - (15 * Cent);

    private int Next(int below)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)(_random % (ulong)below);
    }
}
