using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Mutation;

/// <summary>
/// Feeds a harmed stream to a decoder and holds every book that it calls proven against the truth.
/// </summary>
/// <remarks>
/// <para>The truth is the unharmed stream. Where a harmed message still is a well-formed one (read naively, by the
/// venue's
/// documents), what it says is applied to the truth in place of the original: a value that changed inside an otherwise
/// valid message is invisible to every rule but a checksum. Kraken has the checksum, so its truth is never changed: the
/// ten
/// best levels, which are all that the checksum covers, are compared after the same original message. Only v1 snapshots
/// carry none, and are held against what they say.</para>
/// <para>Which state of the truth a proven book must equal: Binance and Bybit, that after the original message to which
/// the update id of the last applied event belongs; Coinbase and Kraken, that after the message just taken.</para>
/// <para>A changed id no rule can see where it happens to cover a hole: a message then takes the place of one that is
/// missing, and no state of the truth answers. Coinbase: that message is not compared. Binance and Bybit: nothing is
/// compared from there to the next good snapshot. The share of what is not compared is bounded.</para>
/// </remarks>
internal sealed class MutationRun(Venue venue, int seed, int harmPercent) : IFeedSink
{
    private const int MaxDelay = 12;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, PairTruth> _truths = [];
    private readonly Dictionary<string, long> _announced = [];
    private readonly List<(int Due, Delivery What)> _late = [];
    private readonly Dictionary<string, int> _kinds = [];
    private FeedDecoder? _decoder;

    public long Delivered { get; private set; }

    public long Frames { get; private set; }

    public long Parsed { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Proven books compared with the truth.</summary>
    public long Compared { get; private set; }

    /// <summary>Book messages after which the book was not proven.</summary>
    public long Unproven { get; private set; }

    /// <summary>Proven books that could not be compared.</summary>
    public long Blind { get; private set; }

    /// <summary>Good snapshots delivered, and those of them after which the book was proven.</summary>
    public (long Sent, long Proven) Snapshots { get; private set; }

    public string Summary =>
        $"{venue}, seed {seed}: {Frames} frames = {Parsed} parsed + {Rejected} rejected; {Compared} proven books compared, "
        + $"{Unproven} unproven, {Blind} not comparable; {Snapshots.Proven} of {Snapshots.Sent} good snapshots proven; "
        + string.Join(", ", _kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}"));

    /// <summary>Runs the stream once over a new connection; stops at the given number of messages.</summary>
    public void Run(IReadOnlyList<PristineFrame> stream, long most)
    {
        _decoder = new FeedDecoder(venue, PristineStreams.Symbols(venue), discover: false, this);
        _truths.Clear();
        _late.Clear();
        for (var i = 0; i < stream.Count && Delivered < most; i++)
        {
            Step(stream, i);
            for (var late = 0; late < _late.Count; late++)
            {
                if (_late[late].Due <= i)
                {
                    var what = _late[late].What;
                    _late.RemoveAt(late--);
                    Deliver(what);
                }
            }
        }

        Frames += _decoder.Tally.Frames;
        Parsed += _decoder.Tally.Parsed;
        Rejected += _decoder.Tally.Rejected;
    }

    void IFeedSink.OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
    }

    void IFeedSink.OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        _announced[instrument.WireName] = e.LastId;
        if (e.Kind == VenueEventKind.BookSnapshot && venue is (Venue.Binance or Venue.Bybit))
        {
            TruthOf(instrument.WireName).SnapshotApplied(e.LastId);
        }
    }

    void IFeedSink.OnProof(FeedInstrument instrument, long receivedNanos)
    {
    }

    private void Step(IReadOnlyList<PristineFrame> stream, int i)
    {
        var frame = stream[i];
        var harm = _random.Next(100) < harmPercent && i > 0 ? _random.Next(Mutator.Kinds.Count + 3) : -1;
        var delivery = new Delivery(frame, i, frame.Payload, "none");
        if (harm >= 0 && harm < Mutator.Kinds.Count)
        {
            var kind = Mutator.Kinds[harm];
            var other = stream[Math.Clamp(i + _random.Next(-20, 20), 0, stream.Count - 1)];
            var payload = new Mutator(_random).Apply(kind, frame.Payload, other.Payload);
            delivery = delivery with { Payload = payload, Harm = kind, Other = other };
        }
        else if (harm >= 0)
        {
            delivery = delivery with { Harm = (harm - Mutator.Kinds.Count) switch { 0 => "drop", 1 => "repeat", _ => "late" } };
        }

        _kinds[delivery.Harm] = _kinds.GetValueOrDefault(delivery.Harm) + 1;
        Advance(delivery);
        if (delivery.Harm is "repeat" or "late")
        {
            _late.Add((i + _random.Next(1, MaxDelay), delivery));
        }

        if (delivery.Harm is not ("drop" or "late"))
        {
            Deliver(delivery);
        }
    }

    private void Advance(Delivery delivery)
    {
        if (venue == Venue.Kraken)
        {
            return;
        }

        var original = delivery.Frame.Parts;
        var read = delivery.IsChanged
            ? PlainReading.Read(venue, delivery.Payload, delivery.Frame.Context)
            : delivery.Harm == "drop" && delivery.Frame.SnapshotOf is not null ? [] : original;
        foreach (var part in read ?? (delivery.Frame.SnapshotOf is null ? original : []))
        {
            TruthOf(part.Pair).Advance(delivery.Index, part, original.FirstOrDefault(p => p.Pair == part.Pair), venue);
        }
    }

    private void Deliver(Delivery delivery)
    {
        _announced.Clear();
        Delivered++;
        try
        {
            _decoder!.Accept(delivery.Payload, delivery.Frame.Context, Delivered);
        }
        catch (Exception e)
        {
            Fail(delivery, $"left Accept: {e}");
        }

        foreach (var instrument in _decoder!.Instruments)
        {
            if (!_announced.TryGetValue(instrument.WireName, out var id))
            {
                continue;
            }

            if (instrument.IsProven)
            {
                Compare(delivery, instrument, id);
            }
            else
            {
                Unproven++;
            }
        }

        if (delivery is { Harm: "none", Frame.SnapshotOf: { } pair })
        {
            var instrument = _decoder.Instruments.Single(x => x.WireName == pair);
            Snapshots = (Snapshots.Sent + 1, Snapshots.Proven + (instrument.IsProven ? 1 : 0));
        }
    }

    private void Compare(Delivery delivery, FeedInstrument instrument, long id)
    {
        if (venue == Venue.Kraken)
        {
            Compared++;
            if (!KrakenTops(delivery, instrument.WireName).Contains(TruthBook.Of(instrument.Book, 10)))
            {
                Fail(delivery, $"the ten best levels of {instrument.Symbol} are wrong and proven");
            }

            return;
        }

        var truth = TruthOf(instrument.WireName);
        var renumbered = venue == Venue.Coinbase ? truth.IsRenumbered(delivery.Index) : truth.IsBorrowed(id);
        truth.IsBlind |= renumbered && venue != Venue.Coinbase;
        if (truth.IsBlind || renumbered)
        {
            Blind++;
            return;
        }

        Compared++;
        var expected = venue == Venue.Coinbase ? truth.At(delivery.Index) : truth.AtId(id);
        if (!expected.Contains(TruthBook.Of(instrument.Book)))
        {
            Fail(delivery, $"the book of {instrument.Symbol} at {id} is wrong and proven; {expected.Count} states known");
        }
    }

    private static IEnumerable<ulong> KrakenTops(Delivery delivery, string pair)
    {
        if (delivery.Frame.Pair == pair)
        {
            yield return delivery.Frame.Top;
        }

        if (delivery.Other?.Pair == pair)
        {
            // The tail of another pair's message, its checksum included: the checksum proves that pair's levels.
            yield return delivery.Other.Top;
        }

        foreach (var part in delivery.IsChanged ? PlainReading.Read(Venue.Kraken, delivery.Payload, "") ?? [] : [])
        {
            var plain = new TruthBook();
            plain.Load(part.Bids, part.Asks);
            yield return PristineStreams.Top(plain.Levels(Side.Buy), plain.Levels(Side.Sell));
        }
    }

    private PairTruth TruthOf(string pair)
    {
        if (!_truths.TryGetValue(pair, out var truth))
        {
            _truths.Add(pair, truth = new PairTruth());
        }

        return truth;
    }

    private void Fail(Delivery delivery, string what)
    {
        var text = Encoding.UTF8.GetString(delivery.Payload);
        var was = Encoding.UTF8.GetString(delivery.Frame.Payload);
        Assert.Fail(
            $"{venue}, seed {seed}, message {Delivered} (original {delivery.Index}, harm: {delivery.Harm}): {what}\n"
            + $"message:  {text[..Math.Min(text.Length, 1_500)]}\noriginal: {was[..Math.Min(was.Length, 1_500)]}");
    }

    private sealed record Delivery(
        PristineFrame Frame, int Index, byte[] Payload, string Harm, PristineFrame? Other = null)
    {
        public bool IsChanged => !ReferenceEquals(Payload, Frame.Payload);
    }
}
