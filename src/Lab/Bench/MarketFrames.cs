using System.Globalization;
using System.Text;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// Seeded frames of Polymarket's market channel, letter by letter as the venue writes them: one level of each token of
/// a market near its best price changes. Three fifths of the markets stand alone, a fifth are exclusive events of five,
/// a fifth are ladders of ten strikes.
/// </summary>
/// <remarks>One thread. A frame is valid until the next; after the first books no frame allocates.</remarks>
internal sealed class MarketFrames
{
    private const long Cent = 10_000;
    private const int Levels = 10;
    private const int EventSize = 5;
    private const int LadderSize = 10;
    private const int ArbitrageCents = 11;
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
    private readonly List<int> _fairCents = [];
    private readonly List<byte[]> _changes = [];
    private readonly Slots _slots;
    private readonly int _plain;
    private ulong _random;
    private int _open = -1;

    /// <summary>Makes markets and the frames about them.</summary>
    /// <param name="markets">How many.</param>
    /// <param name="seed">Equal seeds make equal frames.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    public MarketFrames(int markets, int seed, long nowNanos)
    {
        _random = (ulong)seed + 1;
        var events = markets / 5 / EventSize * EventSize;
        var rungs = markets / 5 / LadderSize * LadderSize;
        _plain = markets - events - rungs;
        for (var i = 0; i < markets; i++)
        {
            var inEvent = i - _plain;
            var inLadder = i - _plain - events;
            _markets.Add(i < _plain
                ? Plain(i)
                : inLadder < 0 ? InEvent(i, inEvent / EventSize) : InLadder(i, inLadder, nowNanos + Week));
            _fairCents.Add(i < _plain
                ? 30 + (i % 40)
                : inLadder < 0 ? 100 / EventSize : 75 - (inLadder % LadderSize * 4));
            _changes.Add(Encoding.ASCII.GetBytes(ChangeText(i)));
        }

        _slots = new Slots(_changes[0]);
    }

    /// <summary>The markets that the frames are about.</summary>
    public IReadOnlyList<OutcomeMarket> Markets => _markets;

    /// <summary>The first book of every token.</summary>
    public IEnumerable<byte[]> Books()
    {
        for (var market = 0; market < _markets.Count; market++)
        {
            yield return Encoding.ASCII.GetBytes(BookText(market, isYes: true));
            yield return Encoding.ASCII.GetBytes(BookText(market, isYes: false));
        }
    }

    /// <summary>The next frame.</summary>
    /// <param name="opens">True for one that makes an arbitrage; the next one ends it.</param>
    /// <param name="nowNanos">The venue's time, nanoseconds since the Unix epoch.</param>
    /// <param name="opened">The market in which it makes one; negative where it does not.</param>
    public ReadOnlySpan<byte> Next(bool opens, long nowNanos, out int opened)
    {
        var ends = _open >= 0;
        opened = !ends && opens ? Next(_plain) : -1;
        var market = ends ? _open : opened >= 0 ? opened : Next(_markets.Count);
        _open = opened;
        var frame = _changes[market];
        _slots.WriteTime(frame, nowNanos / Stamps.NanosPerMilli);

        var ask = BestAskCents(market, isYes: true);
        if (ends || opened >= 0)
        {
            _slots.WriteYes(frame, ask - ArbitrageCents, ends ? 0 : 150, ends ? ask : ask - ArbitrageCents);
        }
        else
        {
            _slots.WriteYes(frame, ask + Next(Levels), 100 + Next(100), ask);
        }

        ask = BestAskCents(market, isYes: false);
        _slots.WriteNo(frame, ask + Next(Levels), 100 + Next(100), ask);
        return frame;
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

    private string ChangeText(int number)
    {
        var market = _markets[number];
        string Item(MarketKey token, bool isYes) =>
            $"{{\"asset_id\":\"{token.TokenId}\",\"price\":\"0.00\",\"size\":\"000\",\"side\":\"SELL\","
            + "\"hash\":\"56621a121a47ed9333273e21c83b660cff37ae50\","
            + $"\"best_bid\":\"{Text(BestBidCents(number, isYes))}\",\"best_ask\":\"0.00\"}}";
        return $"{{\"market\":\"{market.MarketId}\",\"price_changes\":"
            + $"[{Item(market.Yes, true)},{Item(market.No, false)}],"
            + "\"timestamp\":\"0000000000000\",\"event_type\":\"price_change\"}";
    }

    private string BookText(int number, bool isYes)
    {
        var market = _markets[number];
        string Side(int bestCents, int step) => string.Join(',', Enumerable.Range(0, Levels)
            .Select(at => (Cents: bestCents + (at * step), Size: 120 + at)).Where(level => level.Cents > 0)
            .Select(level => $"{{\"price\":\"{Text(level.Cents)}\",\"size\":\"{level.Size}\"}}"));
        return $"{{\"event_type\":\"book\",\"asset_id\":\"{(isYes ? market.Yes : market.No).TokenId}\","
            + $"\"market\":\"{market.MarketId}\",\"bids\":[{Side(BestBidCents(number, isYes), -1)}],"
            + $"\"asks\":[{Side(BestAskCents(number, isYes), 1)}],\"timestamp\":\"1757908892351\",\"hash\":\"0xab\"}}";
    }

    private static string Text(int cents) => string.Create(CultureInfo.InvariantCulture, $"0.{cents:d2}");

    private int FairCents(int market, bool isYes) => isYes ? _fairCents[market] : 100 - _fairCents[market];

    // A cent above the fair price, so that no set is cheap; bids are far below, so that an arbitrage crosses no book.
    private int BestAskCents(int market, bool isYes) => FairCents(market, isYes) + 1;

    private int BestBidCents(int market, bool isYes) => FairCents(market, isYes) - 15;

    private int Next(int below)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)(_random % (ulong)below);
    }

    /// <summary>Where in a frame of changes the figures stand: the same in all, because all names have one
    /// length.</summary>
    private sealed class Slots(ReadOnlySpan<byte> frame)
    {
        private readonly int _time = After(frame, "\"timestamp\":\"", 0);
        private readonly Item _yes = new(frame, 0);
        private readonly Item _no = new(frame, After(frame, "\"best_ask\":\"", 0));

        public void WriteTime(Span<byte> into, long millis) => Digits(into.Slice(_time, 13), millis);

        public void WriteYes(Span<byte> into, int cents, int size, int bestCents) =>
            _yes.Write(into, cents, size, bestCents);

        public void WriteNo(Span<byte> into, int cents, int size, int bestCents) =>
            _no.Write(into, cents, size, bestCents);

        private static int After(ReadOnlySpan<byte> frame, string name, int from) =>
            from + frame[from..].IndexOf(Encoding.ASCII.GetBytes(name)) + name.Length;

        private static void Digits(Span<byte> into, long value)
        {
            for (var i = into.Length - 1; i >= 0; i--)
            {
                into[i] = (byte)('0' + (value % 10));
                value /= 10;
            }
        }

        private readonly struct Item(ReadOnlySpan<byte> frame, int from)
        {
            private readonly int _price = After(frame, "\"price\":\"0.", from);
            private readonly int _size = After(frame, "\"size\":\"", from);
            private readonly int _best = After(frame, "\"best_ask\":\"0.", from);

            public void Write(Span<byte> into, int cents, int size, int bestCents)
            {
                Digits(into.Slice(_price, 2), cents);
                if (size == 0)
                {
                    "0.0"u8.CopyTo(into[_size..]);
                }
                else
                {
                    Digits(into.Slice(_size, 3), size);
                }

                Digits(into.Slice(_best, 2), bestCents);
            }
        }
    }
}
