using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Streams;

namespace Strikeline.Unit.Host;

/// <summary>A book's channel: what a client gets that was away.</summary>
public sealed class DepthChannelTests
{
    [Fact]
    public void Who_has_missed_more_than_a_book_gets_the_book_and_who_has_missed_less_the_difference()
    {
        var (books, differences) = (0, 0);
        for (var seed = 1; seed <= Counts.Of(5_000, 200); seed++)
        {
            var dice = new Random(seed);
            var market = Market();
            var channel = new DepthChannel(market);
            channel.Join();
            Change(market, dice, center: 1_000);
            var (known, position) = (new SortedSet<string>(), EventChannel.Start);
            Assert.Equal(EventRead.Message, channel.TryNext(ref position, hasBegun: false, nowMs: 0, out var first));
            Take(known, first);

            // It is away, and most of what it knows is gone meanwhile.
            Change(market, dice, center: 1_000 + dice.Next(-50, 50));
            foreach (var level in market.Depth.Snapshot(int.MaxValue).Asks.Where(_ => dice.Next(8) != 0))
            {
                market.Depth.Apply([level with { Lots = 0 }], market.Depth.Sequence + 1);
            }

            channel.Seal(nowMs: 0);
            var missed = market.Depth.Since(position)!.SelectMany(diff => diff.Levels).Select(level => (level.Side, level.Price));
            var isMore = missed.Distinct().Count() > Math.Max(64, market.Depth.Levels);
            Assert.Equal(EventRead.Message, channel.TryNext(ref position, hasBegun: false, nowMs: 0, out var next));
            Assert.Equal(isMore ? "snapshot" : "update", Take(known, next));
            Assert.Equal(EventRead.Nothing, channel.TryNext(ref position, hasBegun: true, nowMs: 0, out _));
            Assert.Equal(market.Depth.Sequence, position);
            var (book, there) = (market.Depth.Snapshot(int.MaxValue), new SortedSet<string>());
            there.UnionWith(book.Bids.Select(level => $"bids {market.Spot.Price(level.Price)} {market.Spot.Quantity(level.Lots)}"));
            there.UnionWith(book.Asks.Select(level => $"asks {market.Spot.Price(level.Price)} {market.Spot.Quantity(level.Lots)}"));
            Assert.Equal(there, known);
            (books, differences) = isMore ? (books + 1, differences) : (books, differences + 1);
        }

        Assert.True(books > 20 && differences > 20, $"{books} {differences}");
    }

    private static MarketDesk Market()
    {
        SpotAsset[] assets = [new SpotAsset(0, "SOL", 9), new SpotAsset(1, "USDC", 6)];
        var (terms, problem) = SpotMarket.TermsOf(assets[0], assets[1], "0.01", "0.001", "1000000", "100000");
        Assert.Null(problem);
        return new MarketDesk(SpotMarket.Of(0, "SOL/USDC", terms!, assets));
    }

    private static void Change(MarketDesk market, Random dice, int center)
    {
        var spread = dice.Next(1, 200);
        for (var changes = dice.Next(1, 300); changes > 0; changes--)
        {
            var level = new LevelChange
            {
                Price = center + dice.Next(-spread, spread),
                Lots = dice.Next(4) == 0 ? 0 : 1 + dice.Next(50),
                Side = dice.Next(2) == 0 ? Side.Buy : Side.Sell,
            };
            market.Depth.Apply([level], market.Depth.Sequence + 1 + dice.Next(3));
        }

        // Never an empty book.
        market.Depth.Apply([new LevelChange { Price = 1, Lots = 1 + dice.Next(5), Side = Side.Buy }], market.Depth.Sequence + 1);
    }

    // As a client does it: a book is all there is, a difference replaces levels and takes away those of zero.
    private static string Take(SortedSet<string> known, ReadOnlyMemory<byte> message)
    {
        var json = JsonDocument.Parse(message).RootElement;
        var type = json.GetProperty("type").GetString()!;
        if (type == "snapshot")
        {
            known.Clear();
        }

        foreach (var side in (string[])["bids", "asks"])
        {
            foreach (var level in json.GetProperty("data").GetProperty(side).EnumerateArray())
            {
                var (price, quantity) = ($"{side} {level[0].GetString()} ", level[1].GetString());
                known.RemoveWhere(one => one.StartsWith(price, StringComparison.Ordinal));
                if (quantity != "0")
                {
                    known.Add(price + quantity);
                }
            }
        }

        return type;
    }
}
