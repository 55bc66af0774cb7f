namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>Orders followed by commands and events alone, and the naive exchange's idea of every one of them.</summary>
public sealed class OrderTrackerReferenceTests
{
    private static readonly int[] s_tickSteps = [1, 7, 1_000, 60_000];

    [Fact]
    public void What_the_tracker_knows_of_every_order_is_what_has_become_of_it()
    {
        var scenes = new Dictionary<string, int>();
        for (var seed = 1; seed <= Counts.Of(120, 12); seed++)
        {
            using var market = new PagedMarket(seed, s_tickSteps[seed % s_tickSteps.Length]);
            var followed = new FollowedMarket(market, $"seed {seed}", scenes);
            var dice = new Random(seed);
            for (var left = Counts.Of(10_000, 2_500); left > 0; left--)
            {
                left -= market.Turn();
                if (dice.Next(100) == 0)
                {
                    followed.Restart();
                }
            }

            followed.End();
        }

        Assert.All(Scenes.All, scene => Assert.True(scenes.GetValueOrDefault(scene) > 0, $"never happened: {scene}"));
    }
}
