using Strikeline.Unit.Venues.Mutation;

namespace Strikeline.Unit.Venues;

/// <summary>
/// Real streams, harmed in every way that a broken network, a broken venue or an attacker could think of: nothing
/// throws,
/// every frame counts once, and no wrong book is ever called proven.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    // STRIKELINE_SEED tries another sequence of harm.
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("STRIKELINE_SEED"), out var seed) ? seed : 2_026_11;

    private static int Messages => Counts.Of(1_000_000, 20_000);

    [Fact]
    public void Binance_differences_with_quotes_and_trades()
    {
        Check(Venue.Binance, Seed, _ => PristineStreams.Binance(depthOnly: false), Messages / 2);
    }

    [Fact]
    public void Binance_differences_alone() =>
        Check(Venue.Binance, Seed + 1, _ => PristineStreams.Binance(depthOnly: true), Messages / 2);

    [Fact]
    public void Bybit() => Check(Venue.Bybit, Seed + 2, round => PristineStreams.Bybit(Seed + round, 4_000), Messages);

    [Fact]
    public void Coinbase_advanced_trade() => Check(Venue.Coinbase, Seed + 3, _ => PristineStreams.Coinbase(), Messages);

    [Fact]
    public void Kraken_v1() => Check(Venue.Kraken, Seed + 4, _ => PristineStreams.Kraken(v2: false), Messages);

    [Fact]
    public void Kraken_v2() => Check(Venue.Kraken, Seed + 5, _ => PristineStreams.Kraken(v2: true), Messages);

    private void Check(Venue venue, int seed, Func<int, List<PristineFrame>> streams, int messages)
    {
        // Unharmed first: otherwise the test would only prove itself.
        var calm = new MutationRun(venue, seed, harmPercent: 0);
        var stream = streams(0);
        calm.Run(stream, messages);
        Assert.Equal(0, calm.Rejected + calm.Unproven + calm.Blind);
        Assert.Equal(calm.Snapshots.Sent, calm.Snapshots.Proven);
        Assert.InRange(calm.Compared, 100, long.MaxValue);

        var run = new MutationRun(venue, seed, harmPercent: 12);
        for (var round = 0; run.Delivered < messages; round++)
        {
            stream = venue == Venue.Bybit && round % 25 == 24 ? streams(round) : stream;
            run.Run(stream, messages);
        }

        output.WriteLine(run.Summary);
        Assert.Equal(run.Frames, run.Parsed + run.Rejected);
        Assert.Equal(run.Delivered, run.Frames);
        Assert.InRange(run.Rejected, run.Frames / 50, run.Frames / 5);
        Assert.InRange(run.Blind, 0, run.Compared / 4);
        Assert.InRange(run.Compared, run.Frames / 100, long.MaxValue);

        // A harmed stream must not leave the books dead: a good snapshot brings nearly each of them back.
        Assert.InRange(run.Snapshots.Proven, run.Snapshots.Sent * 9 / 10, run.Snapshots.Sent);
    }
}
