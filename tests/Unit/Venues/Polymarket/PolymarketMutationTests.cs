using System.Text;
using System.Text.Json;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Venues.Mutation;
using Strikeline.Venues;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>
/// The market channel harmed in every way: nothing throws, every frame counts once, and no book is proven that differs
/// from
/// a plain reading of the messages that were accepted. A lost change nobody can see; the next best prices show it.
/// </summary>
public sealed class PolymarketMutationTests(ITestOutputHelper output)
{
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("STRIKELINE_SEED"), out var seed) ? seed : 2_026_12;

    [Fact]
    public void Unharmed_messages_are_all_taken_and_proven()
    {
        var run = new Run(Seed, harmPercent: 0);
        run.Take(new PolymarketStream(Seed).Take(2_000));
        Assert.Equal((0L, 0L), (run.Rejected, run.Unproven));
        Assert.True(run.Compared > 4_000, $"{run.Compared}");
    }

    [Fact]
    public void Harmed_messages_never_leave_a_wrong_book_proven()
    {
        var total = Counts.Of(1_000_000, 5_000);
        var (delivered, rejected, unproven, compared) = (0L, 0L, 0L, 0L);
        for (var round = 0; delivered < total; round++)
        {
            var run = new Run(Seed + round, harmPercent: 15);
            run.Take(new PolymarketStream(Seed + round).Take(Math.Min(5_000, total)));
            Assert.Equal(run.Delivered, run.Rejected + run.Parsed);
            (delivered, rejected, unproven, compared) =
                (delivered + run.Delivered, rejected + run.Rejected, unproven + run.Unproven, compared + run.Compared);
        }

        output.WriteLine($"{delivered} delivered, {rejected} rejected, {compared} proven books compared, {unproven} unproven");
        Assert.InRange(rejected, delivered / 50, delivered / 4);
        Assert.InRange(compared, delivered / 2, long.MaxValue);
        Assert.InRange(unproven, delivered / 100, delivered * 3);
    }

    [Fact]
    public void The_next_best_prices_show_most_changes_of_the_top_that_were_lost()
    {
        var stream = new PolymarketStream(7).Take(4_000);
        var texts = new PolymarketTexts();
        var lost = 0;
        for (var i = 0; i < stream.Count; i++)
        {
            if (i > 4 && i % 50 == 0)
            {
                lost++;
                continue;
            }

            texts.Decoder.Accept(1, stream[i], string.Empty, i);
        }

        Assert.InRange(texts.Decoder.Tally.Gaps, lost / 10, lost * 3);
    }

    private sealed class Run(int seed, int harmPercent)
    {
        private readonly Random _random = new(seed);
        private readonly PlainPolymarket _plain = new() { Tokens = PolymarketStream.Tokens };
        private readonly List<(int Due, byte[] Payload, string Harm)> _late = [];
        private PolymarketDecoder _decoder = null!;
        private OutcomeRecord _record = null!;

        public long Delivered { get; private set; }

        public long Parsed => _decoder.Tally.Parsed;

        public long Rejected => _decoder.Tally.Rejected;

        public long Compared { get; private set; }

        public long Unproven { get; private set; }

        public void Take(List<byte[]> stream)
        {
            _record = new OutcomeRecord();
            _decoder = new PolymarketDecoder(_record, discover: false, TimeSpan.FromSeconds(3), TimeSpan.Zero);
            _decoder.Tokens.Declare(PolymarketStream.Tokens[0], PolymarketStream.Tokens[1], "0x0");
            _decoder.Tokens.Declare(PolymarketStream.Tokens[2], PolymarketStream.Tokens[3], "0x1");
            _decoder.Connected(1, 0);
            for (var i = 0; i < stream.Count; i++)
            {
                var harmed = i >= 4 && _random.Next(100) < harmPercent;
                var kind = harmed ? _random.Next(Mutator.Kinds.Count + 3) : -1;
                if (kind < 0)
                {
                    Deliver(stream[i], "none");
                }
                else if (kind < Mutator.Kinds.Count)
                {
                    var other = stream[_random.Next(stream.Count)];
                    Deliver(new Mutator(_random).Apply(Mutator.Kinds[kind], stream[i], other), Mutator.Kinds[kind]);
                }
                else if (kind == Mutator.Kinds.Count)
                {
                    _late.Add((i + _random.Next(1, 9), stream[i], "late"));
                }
                else if (kind == Mutator.Kinds.Count + 1)
                {
                    Deliver(stream[i], "first of two");
                    Deliver(stream[i], "second of two");
                }

                foreach (var late in _late.FindAll(one => one.Due <= i))
                {
                    _late.Remove(late);
                    Deliver(late.Payload, late.Harm);
                }
            }
        }

        private void Deliver(byte[] payload, string harm)
        {
            Delivered++;
            RejectReason reason;
            try
            {
                reason = _decoder.Accept(1, payload, string.Empty, Delivered * Stamps.NanosPerMilli);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, message {Delivered}, {harm}: left Accept: {e}\n{Encoding.UTF8.GetString(payload)}");
                return;
            }

            if (reason == RejectReason.None)
            {
                try
                {
                    _plain.Take(payload);
                }
                catch (Exception e) when (e is JsonException or FormatException or OverflowException or KeyNotFoundException)
                {
                    Assert.Fail($"seed {seed}, message {Delivered}, {harm}: accepted, and plainly is no message: {e.Message}\n{Encoding.UTF8.GetString(payload)}");
                }
            }

            foreach (var token in PolymarketStream.Tokens)
            {
                if (!_record.Books.TryGetValue(token, out var told) || told.Proof != BookProof.Proven)
                {
                    Unproven += Delivered > 4 ? 1 : 0;
                    continue;
                }

                Compared++;
                var text = string.Join(' ', told.Bids.Select(level => $"{level.Price}:{level.Quantity}")) + "|"
                    + string.Join(' ', told.Asks.Select(level => $"{level.Price}:{level.Quantity}"));
                if (text != _plain.TextOf(token))
                {
                    Assert.Fail(
                        $"seed {seed}, message {Delivered}, {harm}: the book is wrong and proven\n{text}\n{_plain.TextOf(token)}\n"
                        + Encoding.UTF8.GetString(payload));
                }
            }
        }
    }
}
