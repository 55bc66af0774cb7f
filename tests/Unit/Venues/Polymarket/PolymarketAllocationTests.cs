using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Strikeline.Venues.Polymarket;
using static Strikeline.Unit.Venues.Polymarket.PolymarketTexts;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>Once warm, no book, change, best price or trade of the market channel costs a byte of memory, in whatever
/// way
/// it
/// is written.</summary>
[Collection(Alone.Name)]
public sealed class PolymarketAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steady_state_allocates_nothing(bool rewritten)
    {
        var frames = new PolymarketStream(3).Take(400);
        frames.Add(Encoding.UTF8.GetBytes(Book(Yes, "20@.49", "10@.52", 20_000)));
        frames = rewritten ? frames.ConvertAll(frame => RecordedFrames.Rewritten(frame)) : frames;
        var decoder = new PolymarketDecoder(new NullOutcomes(), discover: true, TimeSpan.FromSeconds(3), TimeSpan.Zero);
        decoder.Connected(1, 0);
        for (var i = 0; i < 20; i++)
        {
            Pass();
        }

        Assert.Equal(0, Allocated.By(Pass));
        Assert.Equal(0, decoder.Tally.Rejected);
        Assert.True(decoder.Tally.TradeMessages > 0 && decoder.Tally.ChecksumsChecked > 0, "the frames did something");

        void Pass()
        {
            foreach (var frame in frames)
            {
                decoder.Accept(1, frame, string.Empty, 1);
            }
        }
    }
}
