using Strikeline.Lab;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Venues;

namespace Strikeline.Unit.Strikes;

/// <summary>How often ladders move on a recorded price, without and with hysteresis: the figures of
/// docs/strike-ladder.md.</summary>
public sealed class LadderTapeTests(ITestOutputHelper output)
{
    private const string Recording = "binance/spot-recording-1.txt.gz";
    private const long E8 = 100_000_000;

    [Fact]
    public void Hysteresis_keeps_the_ladder_still_on_a_recorded_tape()
    {
        var tape = Play();
        Assert.True(tape.Spots.Count > 1_000, $"{tape.Spots.Count} prices");
        foreach (var spacing in (long[])[25, 50, 100])
        {
            var without = Follow(tape, spacing, 0);
            var with = Follow(tape, spacing, StrikeBench.Series.HysteresisPercent);
            output.WriteLine(
                $"{Recording}, {tape.Spots.Count} prices in {tape.Minutes:n2} min, spacing {spacing}: without "
                + $"{Line(tape, without)}, with hysteresis {Line(tape, with)}");
            Assert.True(without.Moves > with.Moves, $"spacing {spacing}: {without} without, {with} with");
            Assert.True(without.Returns > 2 * with.Returns, $"spacing {spacing}: {without} without, {with} with");
        }
    }

    private static string Line(Tape tape, (int Moves, int Returns) ladder) =>
        $"{ladder.Moves} moves ({ladder.Moves / tape.Minutes:n1}/min), {ladder.Returns} of them back";

    // A return is a move to the centre that the ladder has just left: a flap, where a move may be a true one.
    private static (int Moves, int Returns) Follow(Tape tape, long spacing, int percent)
    {
        var ladder = new StrikeLadder(
            StrikeBench.Series with { SpacingE8 = spacing * E8, HysteresisPercent = percent });
        var (moves, returns, last, before) = (-1, 0, 0L, 0L);
        foreach (var _ in tape.Spots.Where(ladder.Follow))
        {
            moves++;
            returns += ladder.CentreE8 == before ? 1 : 0;
            (before, last) = (last, ladder.CentreE8);
        }

        return (moves, returns);
    }

    // One venue is enough here: what is recorded is a single venue's noise, on which ladders flap the most.
    private static Tape Play()
    {
        var tape = new Tape();
        using var source = RecordingFiles.Open([RecordedData.File(Recording)]);
        var desk = new VenueDesk(
            Venue.Binance, [StrikeBench.Btc], discover: false, TimeSpan.FromSeconds(3), new NullSink(), tape);
        desk.Connected(0);
        while (source.MoveNext())
        {
            tape.NowNanos = source.ReceivedNanos;
            desk.Frame(source.Connection, source.Payload, source.Context, source.ReceivedNanos);
        }

        return tape;
    }

    private sealed class Tape : ITopInbox
    {
        private readonly CompositePrice _composite = new(new CompositeOptions
        {
            Series = [new CompositeSeries(StrikeBench.Btc, [new VenueSymbol(Venue.Binance, StrikeBench.Btc)])],
            MinAgreeing = 1,
            MajorityPercent = 0,
        });

        private long _firstNanos;

        public long NowNanos { get; set; }

        public List<long> Spots { get; } = [];

        public double Minutes => (NowNanos - _firstNanos) / (60.0 * Stamps.NanosPerSecond);

        public void Post(in TopOfBook top)
        {
            _composite.Update(
                top.Venue, top.Symbol, top.Bid, top.Ask, top.PriceDecimals, top.Proven, top.Live, top.ChangedNanos);
            if (_composite.Evaluate(StrikeBench.Btc, NowNanos).PriceE8 is { } spot)
            {
                _firstNanos = Spots.Count == 0 ? NowNanos : _firstNanos;
                Spots.Add(spot);
            }
        }
    }
}
