using System.Globalization;
using System.Text;
using Strikeline.Unit.Venues.Mutation;
using Strikeline.Venues;
using Strikeline.Venues.Kalshi;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>
/// A stream of Kalshi's, harmed in every way: nothing throws, every message counts once, and no wrong book is ever
/// called
/// proven.
/// </summary>
/// <remarks>
/// A proven book must equal what a plain reader makes of the same messages. Where only the transport did harm
/// (messages lost,
/// repeated, late, cut or torn), it must also equal the venue's own book at the number that was taken last. Each
/// connection
/// is short, as a changed number that is too high is mended by a new connection only.
/// </remarks>
public sealed class KalshiMutationTests(ITestOutputHelper output)
{
    private const int MessagesOfAConnection = 240;
    private const int Sid = 5;

    private static readonly string[] Tickers = [KalshiTexts.Ticker, "KXBTCD-26NOV2101-T63249.99", "KXETH15M-26NOV210015-15"];

    private static readonly string[] TransportHarms = ["drop", "repeat", "late", "truncate", "garbage", "empty"];

    private static readonly string[] AllHarms = [.. TransportHarms, "other seq", .. Mutator.Kinds];

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("STRIKELINE_SEED"), out var seed) ? seed : 2_026_11;

    private readonly Dictionary<string, int> _kinds = [];
    private long _delivered;
    private long _compared;
    private long _unproven;
    private long _rejected;

    [Fact]
    public void Nothing_wrong_is_called_proven()
    {
        Run(Seed, [], harmPercent: 0, messages: 3_000);
        Assert.Equal((0, 0), (_rejected, _unproven));
        Assert.InRange(_compared, 2_000, long.MaxValue);
        var messages = Counts.Of(1_000_000, 5_000);
        Run(Seed + 1, TransportHarms, harmPercent: 6, messages / 2);
        Run(Seed + 2, AllHarms, harmPercent: 6, messages / 2);
        output.WriteLine(
            $"seed {Seed}: {_delivered} messages, {_rejected} rejected, {_compared} proven books compared, {_unproven} times "
            + $"not proven; {string.Join(", ", _kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}"))}");
        Assert.InRange(_rejected, _delivered / 100, _delivered / 5);
        Assert.InRange(_compared, _delivered / 4, long.MaxValue);
        Assert.All(AllHarms, kind => Assert.True(_kinds.ContainsKey(kind), kind));
    }

    private void Run(int seed, string[] harms, int harmPercent, int messages)
    {
        var random = new Random(seed);
        var mutator = new Mutator(random);
        var onlyTransport = harms.Length == TransportHarms.Length || harms.Length == 0;
        for (var done = 0; done < messages; done += MessagesOfAConnection)
        {
            var stream = Stream(random);
            var decoder = KalshiTexts.Decoder(new OutcomeNotes(), discover: false);
            foreach (var ticker in Tickers)
            {
                decoder.Table.Add(ticker);
            }

            var plain = new PlainKalshi(Tickers);
            var late = new List<(int Due, byte[] Payload)>();
            for (var i = 0; i < stream.Count; i++)
            {
                var kind = random.Next(100) < harmPercent ? harms[random.Next(harms.Length)] : "none";
                _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
                var payload = Harm(kind, stream, i, mutator, random);
                if (kind is "repeat" or "late")
                {
                    late.Add((i + random.Next(1, 12), payload));
                }

                if (kind is not ("drop" or "late"))
                {
                    Deliver(decoder, plain, payload, onlyTransport ? stream : null, seed, kind);
                }

                foreach (var (due, what) in late.Where(one => one.Due == i).ToArray())
                {
                    Deliver(decoder, plain, what, onlyTransport ? stream : null, seed, "late");
                }
            }

            Assert.Equal(decoder.Tally.Frames, decoder.Tally.Parsed + decoder.Tally.Rejected);
            _rejected += decoder.Tally.Rejected;
        }
    }

    private static byte[] Harm(string kind, List<Said> stream, int i, Mutator mutator, Random random)
    {
        var payload = stream[i].Payload;
        if (kind == "other seq")
        {
            var text = Encoding.UTF8.GetString(payload);
            var name = random.Next(4) == 0 ? "\"sid\":" : "\"seq\":";
            var at = text.IndexOf(name, StringComparison.Ordinal);
            if (at < 0)
            {
                return payload;
            }

            at += name.Length;
            var end = text.IndexOf(',', at);
            var id = long.Parse(text.AsSpan(at, end - at), CultureInfo.InvariantCulture);
            var other = random.Next(8) switch
            {
                0 => long.MaxValue,
                1 => random.Next(3),
                _ => Math.Max(0, id + random.Next(-3, 4)),
            };
            return Encoding.UTF8.GetBytes(text[..at] + other.ToString(CultureInfo.InvariantCulture) + text[end..]);
        }

        return kind is "none" or "drop" or "repeat" or "late"
            ? payload
            : mutator.Apply(kind, payload, stream[Math.Clamp(i + random.Next(-20, 20), 0, stream.Count - 1)].Payload);
    }

    private void Deliver(
        KalshiDecoder decoder, PlainKalshi plain, byte[] payload, List<Said>? truth, int seed, string kind)
    {
        _delivered++;
        try
        {
            decoder.Accept(payload, string.Empty, _delivered);
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}, {kind}: left Accept with {e}\n{Encoding.UTF8.GetString(payload)}");
        }

        plain.Take(payload);
        foreach (var book in decoder.Table.All)
        {
            if (book.Proof != BookProof.Proven)
            {
                _unproven += book.Proof == BookProof.Waiting ? 0 : 1;
                continue;
            }

            _compared++;
            if (!plain.IsEqual(book.Ticker, book.Yes))
            {
                Assert.Fail($"seed {seed}, message {_delivered}, {kind}: {book.Ticker} is proven as {KalshiTexts.Line(book.Yes)}\n"
                    + $"and should be {plain.Line(book.Ticker)}\nafter {Encoding.UTF8.GetString(payload)}");
            }

            if (truth?.FindLast(said => said.Seq == plain.LastOf(Sid)) is { } said)
            {
                var line = KalshiTexts.Line(book.Yes);
                var known = said.Lines[Array.IndexOf(Tickers, book.Ticker)];
                Assert.True(known == line, $"seed {seed}, message {_delivered}, {kind}: {line} is not the venue's {known}");
            }
        }
    }

    // Snapshots of all, then changes, trades and best prices; now and then a snapshot, as one that was asked for.
    private static List<Said> Stream(Random random)
    {
        var books = Tickers.Select(_ => (
            Yes: new SortedDictionary<int, long> { [400] = 1_000, [455] = 250 },
            No: new SortedDictionary<int, long> { [500] = 7 })).ToArray();
        string[] lines = [.. books.Select(book => Line(book.Yes, book.No))];
        var seq = random.Next(1, 1_000);
        var stream = new List<Said>();
        for (var i = 0; i < MessagesOfAConnection; i++)
        {
            var market = i < Tickers.Length ? i : random.Next(Tickers.Length);
            var (yes, no) = books[market];
            var what = i < Tickers.Length ? 0 : random.Next(12);
            string text;
            switch (what)
            {
                case 0 or 1:
                    text = KalshiTexts.Snapshot(Tickers[market], Sid, seq++, Levels(yes), Levels(no));
                    break;
                case 2:
                    text = $"{{\"type\":\"trade\",\"sid\":2,\"seq\":{i},\"msg\":{{\"trade_id\":\"t\",\"market_ticker\":\"{Tickers[market]}\","
                        + "\"yes_price_dollars\":\"0.4610\",\"count_fp\":\"8.94\",\"taker_outcome_side\":\"no\",\"ts_ms\":5}}";
                    break;
                case 3:
                    text = $"{{\"type\":\"ticker\",\"sid\":3,\"msg\":{{\"market_ticker\":\"{Tickers[market]}\",\"yes_bid_dollars\":\"0.4550\","
                        + "\"yes_ask_dollars\":\"0.5000\",\"ts_ms\":5}}";
                    break;
                case 4:
                    text = $"{{\"id\":9,\"type\":\"ok\",\"sid\":{Sid},\"seq\":{seq++},\"msg\":{{\"market_tickers\":[]}}}}";
                    break;
                default:
                    var side = random.Next(2) == 0 ? yes : no;
                    var price = random.Next(380, 490);
                    var held = side.GetValueOrDefault(price);
                    var delta = held > 0 && random.Next(3) > 0 ? -held : random.Next(1, 300);
                    side[price] = held + delta;
                    if (side[price] == 0)
                    {
                        side.Remove(price);
                    }

                    text = KalshiTexts.Delta(Tickers[market], Sid, seq++, side == yes ? "yes" : "no", Text(price, 3), Text(delta, 2));
                    break;
            }

            lines = [.. lines];
            lines[market] = Line(yes, no);
            stream.Add(new Said(Encoding.UTF8.GetBytes(text), what is 2 or 3 ? -2 : seq - 1, lines));
        }

        return stream;
    }

    private static string Levels(SortedDictionary<int, long> side) =>
        $"[{string.Join(',', side.Select(level => $"[\"{Text(level.Key, 3)}\",\"{Text(level.Value, 2)}\"]"))}]";

    private static string Text(long value, int decimals) =>
        (value < 0 ? "-" : "") + DecimalText.ToText(Math.Abs(value), decimals);

    private static string Line(SortedDictionary<int, long> yes, SortedDictionary<int, long> no)
    {
        var bids = yes.Reverse().Select(level => $"{Micros.ToText(level.Key * 1_000)}x{Micros.ToText(level.Value * 10_000)} ");
        var asks = no.Reverse().Select(level => $"{Micros.ToText(1_000_000 - (level.Key * 1_000))}x{Micros.ToText(level.Value * 10_000)} ");
        return $"{string.Concat(bids)}| {string.Concat(asks)}".TrimEnd();
    }

    private sealed record Said(byte[] Payload, long Seq, string[] Lines);
}
