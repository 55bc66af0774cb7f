using Strikeline.Lab;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Venues.Reference;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>Every recording against a plain reconstruction: each frame, each book, each level.</summary>
public sealed class RecordedFeedTests
{
    /// <summary>
    /// Venue; files; frames; trade messages; checksums; how many book frames pass between comparisons of the whole
    /// depth
    /// (every one of them under <c>--full</c>; the best levels and the counts are compared after each frame always).
    /// </summary>
    public static TheoryData<Venue, string[], int, int, int, int> Recordings { get; } = new()
    {
        { Venue.Binance, ["binance/spot-recording-1.txt.gz"], 41_249, 9_757, 0, 2 },
        { Venue.Binance, ["binance/spot-recording-2.txt.gz"], 46_126, 8_409, 0, 2 },
        { Venue.Binance, ["binance/spot-session-1.txt.gz", "binance/rest-depth-1.txt.gz"], 269, 0, 0, 1 },
        { Venue.Binance, ["binance/spot-session-2.txt.gz", "binance/rest-depth-2.txt.gz"], 1_238, 0, 0, 1 },
        { Venue.Binance, ["binance/usdm-recording-1.txt.gz"], 93_954, -1, 0, 16 },
        { Venue.Kraken, ["kraken/v1-book-session-1.txt.gz"], 2_245, 0, 2_234, 2 },
        { Venue.Kraken, ["kraken/v1-trade-session-1.txt"], -1, 3, 0, 1 },
        { Venue.Kraken, ["kraken/v1-ticker-session-1.txt"], -1, 0, 0, 1 },
        { Venue.Coinbase, ["coinbase/exchange-session-1.txt.gz"], 5_725, 69, 0, 4 },
        { Venue.Bybit, ["bybit/v5-orderbook500-recording-1.jsonl.gz"], 25, 0, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_book_equals_the_plain_reconstruction_after_every_frame(
        Venue venue, string[] files, int expected, int trades, int checksums, int every)
    {
        var frames = RecordedFrames.Load(files);
        var decoder = new FeedDecoder(venue, [], discover: true, new NullSink());
        var reference = ReferenceFeed.Of(venue);
        var compared = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            Assert.Equal(RejectReason.None, decoder.Accept(frame.Payload, frame.Context, frame.Nanos));
            var pair = reference.Take(frame.Payload, frame.Context);
            if (pair is not null)
            {
                var instrument = decoder.Instruments.Single(x => x.WireName == pair);
                var plain = reference.Books[pair];
                Assert.True(instrument.IsProven == (plain.Synced && !plain.IsCrossed), $"frame {i}: {instrument.Proof}");
                if (plain.Synced)
                {
                    var whole = compared++ % Counts.Of(1, every) == 0;
                    BookAssert.Equal(
                        plain, instrument, compared % 97 == 1, $"frame {i}", whole ? int.MaxValue : 25);
                }
            }
        }

        foreach (var instrument in decoder.Instruments.Where(x => reference.Books.ContainsKey(x.WireName)))
        {
            BookAssert.Equal(reference.Books[instrument.WireName], instrument, asText: true, "at the end");
        }

        var tally = decoder.Tally;
        Assert.Equal(frames.Count, tally.Frames);
        Assert.Equal(frames.Count, tally.Parsed + tally.Rejected);
        Assert.Equal(reference.Trades, tally.TradeMessages);
        Assert.Equal(0, tally.Gaps);
        Assert.Equal((checksums, 0), ((int)tally.ChecksumsChecked, (int)tally.ChecksumFailures));
        Assert.Equal((checksums, 0), ((int)reference.ChecksumsMatched, (int)reference.ChecksumsFailed));
        Assert.True(expected < 0 || expected == frames.Count, $"{frames.Count} frames");
        Assert.True(trades < 0 || trades == tally.TradeMessages, $"{tally.TradeMessages} trades");
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void The_same_content_written_otherwise_gives_the_same_events(
        Venue venue, string[] files, int expected, int trades, int checksums, int every)
    {
        _ = (expected, trades, checksums, every);
        var frames = RecordedFrames.Load(files);
        var first = Replay(venue, frames);
        Assert.Equal(first.DecisionHash, Replay(venue, frames).DecisionHash);

        // Spaces and another order of fields lead every frame past the fast paths into the full reader.
        var rewritten = frames.ConvertAll(f => f with { Payload = RecordedFrames.Rewritten(f.Payload) });
        var second = Replay(venue, rewritten);
        Assert.Equal(first.DecisionHash, second.DecisionHash);
        Assert.Equal((first.Frames, first.Parsed, first.Trades), (second.Frames, second.Parsed, second.Trades));
    }

    [Fact]
    public void Another_event_gives_another_hash()
    {
        var frames = RecordedFrames.Load("bybit/v5-orderbook500-recording-1.jsonl.gz");
        var whole = Replay(Venue.Bybit, frames).DecisionHash;
        Assert.NotEqual(whole, Replay(Venue.Bybit, frames[..^1]).DecisionHash);
        var text = frames[^1].Text.Replace("\"6752\"", "\"6753\"", StringComparison.Ordinal);
        frames[^1] = frames[^1] with { Payload = System.Text.Encoding.UTF8.GetBytes(text) };
        Assert.NotEqual(whole, Replay(Venue.Bybit, frames).DecisionHash);
    }

    private static ReplayReport Replay(Venue venue, IReadOnlyList<RecordedFrame> frames)
    {
        using var replay = new VenueReplay(venue, []);
        using var source = new FrameList(frames);
        while (source.MoveNext())
        {
            replay.Take(source);
        }

        return replay.Report();
    }
}
