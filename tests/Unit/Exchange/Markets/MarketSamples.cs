using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.Markets;

/// <summary>What a seeded market does: a batch for each command that brought anything, from the first event on.</summary>
internal sealed class MarketSamples
{
    /// <summary>A minute before a month ends.</summary>
    public static readonly long Start =
        new DateTimeOffset(2026, 11, 30, 23, 59, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * Stamps.NanosPerMilli;


    public MarketSamples(int seed, int commands, long mostLeap = 100_000 * Stamps.NanosPerSecond)
    {
        var events = new EventBuffer();
        var pipeline = RandomCommands.Open(events);
        var random = new RandomCommands(seed, mostLeap: mostLeap);
        var tracker = new OrderTracker();
        var before = events.Sequence;

        // What listed the market.
        Batches.Add(new MarketBatch(1, before, [], []));
        for (var i = 0; i < commands; i++)
        {
            var command = random.Next();
            command.AtNanos += Start;
            command.ExpiresAtNanos += command.ExpiresAtNanos == 0 ? 0 : Start;
            pipeline.Run(command);
            random.Learn(events.Events);
            tracker.Apply(command, events.Events);
            events.Clear();
            if (events.Sequence > before)
            {
                Batches.Add(new MarketBatch(before + 1, events.Sequence, [.. tracker.Trades], [.. tracker.Orders]));
                before = events.Sequence;
            }
        }

        Assert.True(Batches.Sum(batch => batch.Trades.Count) > commands / 100);
    }

    public List<MarketBatch> Batches { get; } = [];

    /// <summary>The rows that a store must have behind some of the batches.</summary>
    public MarketTables Tables(int batches) => MarketTables.Of(Batches.Take(batches));

    public MarketTables Tables() => Tables(Batches.Count);
}
