using System.Collections.Immutable;
using System.Numerics;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>
/// Orders onto a market's grid, against the venues' rules written down a second time, in fractions: refused for its
/// format
/// none, worse than the limit none.
/// </summary>
public sealed class OrderShaperTests
{
    /// <summary>Tick, decimals of a price, of a size, of an amount: the venue's own table.</summary>
    private static readonly (long Tick, int Price, int Size, int Amount)[] Table =
    [
        (100_000, 1, 2, 3), (10_000, 2, 2, 4), (5_000, 3, 2, 5), (2_500, 4, 2, 6), (1_000, 3, 2, 5), (100, 4, 2, 6),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Polymarket_takes_every_shaped_order_and_none_is_worse_than_its_limit(int row)
    {
        var (tick, priceDecimals, sizeDecimals, amountDecimals) = Table[row];
        var rules = Polymarket(tick);
        var random = new Random(row + 1);
        var sent = 0;
        var count = Counts.Of(1_000_000, 10_000);
        for (var i = 0; i < count; i++)
        {
            var limit = random.Next(4) == 0 ? random.NextInt64(1, 1_000_000) : tick * random.NextInt64(1, 1_000_000 / tick);
            var size = random.NextInt64(1, (long)Math.Pow(10, random.Next(4, 11)));
            var side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
            var life = (OrderLife)random.Next(3);
            var order = OrderShaper.Shape(rules, side, limit, size, life);
            var what = $"{side} {size} at {limit}, tick {tick}, {life}: {order}";
            if (!order.IsSendable)
            {
                AssertRefusal(order.Refusal!, side, limit, size, tick, life, what);
                continue;
            }

            sent++;
            var buyTakes = side == Side.Buy && life != OrderLife.GoodTillCancelled;
            Assert.True(Fits(order.MakerMicros, side == Side.Buy ? buyTakes ? 2 : amountDecimals : sizeDecimals), what);
            Assert.True(Fits(order.TakerMicros, side == Side.Sell ? amountDecimals : buyTakes ? 4 : sizeDecimals), what);
            Assert.True(Fits(order.PricePpm, priceDecimals) && order.PricePpm % tick == 0, what);
            Assert.InRange(order.PricePpm, tick, 1_000_000 - tick);
            Assert.InRange(order.SizeMicro, 1, size);

            // The venue derives the price from the amounts: a buyer's comes down to the tick, a seller's up.
            var dollars = new BigInteger(order.DollarsMicros) * 1_000_000;
            var derived = side == Side.Buy
                ? dollars / order.SizeMicro / tick * tick
                : (dollars + order.SizeMicro - 1) / order.SizeMicro;
            Assert.Equal(order.PricePpm, (long)derived);
            Assert.True(side == Side.Buy ? derived <= limit : derived >= limit, what);
            if (!buyTakes)
            {
                Assert.Equal(new BigInteger(order.PricePpm) * order.SizeMicro, dollars);
            }

            Assert.True(life == OrderLife.GoodTillCancelled ? order.SizeMicro >= 5_000_000 : order.DollarsMicros >= 1_000_000, what);
        }

        Assert.InRange(sent, count / 4, count);
    }

    [Fact]
    public void Kalshi_takes_prices_of_its_ranges_and_counts_of_hundredths()
    {
        // Thousandths at the tails, hundredths between.
        var rules = new MarketRules
        {
            Bands = [new(1_000, 99_000, 1_000), new(100_000, 900_000, 10_000), new(901_000, 999_000, 1_000)],
            SizeStepMicro = 10_000,
        };
        var random = new Random(9);
        var sent = 0;
        var count = Counts.Of(1_000_000, 10_000);
        for (var i = 0; i < count; i++)
        {
            var limit = random.NextInt64(1, 1_000_000);
            var size = random.NextInt64(1, (long)Math.Pow(10, random.Next(3, 11)));
            var side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
            var order = OrderShaper.Shape(rules, side, limit, size, (OrderLife)random.Next(3));
            if (!order.IsSendable)
            {
                Assert.True(
                    (order.Refusal == OrderShaper.Zero && size < 10_000)
                    || (order.Refusal == OrderShaper.PriceRange && (side == Side.Buy ? limit < 1_000 : limit > 999_000)),
                    $"{order}");
                continue;
            }

            sent++;
            var price = order.PricePpm;
            var inTail = price is (>= 1_000 and < 100_000) or (> 900_000 and <= 999_000);
            Assert.True(inTail ? price % 1_000 == 0 : price is >= 100_000 and <= 900_000 && price % 10_000 == 0, $"{order}");
            Assert.True(side == Side.Buy ? price <= limit : price >= limit, $"{order} for {limit}");
            Assert.True(Math.Abs(price - limit) <= 10_000, $"{order} for {limit}");
            Assert.True(order.SizeMicro % 10_000 == 0 && order.SizeMicro <= size && size - order.SizeMicro < 10_000, $"{order}");
            Assert.Equal(new BigInteger(price) * order.SizeMicro, new BigInteger(order.DollarsMicros) * 1_000_000);
        }

        Assert.InRange(sent, count / 2, count);
    }

    [Theory]
    [InlineData(Side.Buy, 470_000, 10_500_000, OrderLife.FillAndKill, 4_930_000, 10_489_300)]
    [InlineData(Side.Buy, 473_000, 100_000_000, OrderLife.FillOrKill, 47_300_000, 100_000_000)]
    [InlineData(Side.Buy, 999_000, 1_010_000, OrderLife.FillOrKill, 1_000_000, 1_001_000)]
    [InlineData(Side.Sell, 470_000, 10_509_999, OrderLife.FillAndKill, 10_500_000, 4_935_000)]
    [InlineData(Side.Buy, 475_555, 10_509_999, OrderLife.GoodTillCancelled, 4_987_500, 10_500_000)]
    public void Amounts_are_what_the_venue_wants(
        Side side, long limit, long size, OrderLife life, long maker, long taker)
    {
        var order = OrderShaper.Shape(Polymarket(1_000), side, limit, size, life);
        Assert.Equal((maker, taker), (order.MakerMicros, order.TakerMicros));
    }

    [Theory]
    [InlineData(Side.Buy, 999, 10_000_000, OrderLife.GoodTillCancelled, OrderShaper.PriceRange)]
    [InlineData(Side.Sell, 999_500, 10_000_000, OrderLife.GoodTillCancelled, OrderShaper.PriceRange)]
    [InlineData(Side.Buy, 0, 10_000_000, OrderLife.GoodTillCancelled, OrderShaper.PriceRange)]
    [InlineData(Side.Buy, 1_000_000, 10_000_000, OrderLife.GoodTillCancelled, OrderShaper.PriceRange)]
    [InlineData(Side.Buy, 500_000, 4_999_999, OrderLife.GoodTillCancelled, OrderShaper.MinSize)]
    [InlineData(Side.Buy, 500_000, 1_990_000, OrderLife.FillOrKill, OrderShaper.MinNotional)]
    [InlineData(Side.Sell, 500_000, 1_999_999, OrderLife.FillAndKill, OrderShaper.MinNotional)]
    [InlineData(Side.Sell, 500_000, 9_999, OrderLife.FillAndKill, OrderShaper.Zero)]
    [InlineData(Side.Buy, 500_000, 0, OrderLife.GoodTillCancelled, OrderShaper.Zero)]
    public void What_cannot_be_sent_is_refused_with_its_code(
        Side side, long limit, long size, OrderLife life, string code) =>
        Assert.Equal(code, OrderShaper.Shape(Polymarket(1_000), side, limit, size, life).Refusal);

    [Fact]
    public void A_market_without_a_tick_takes_nothing()
    {
        var rules = Polymarket(1_000) with { Bands = [] };
        Assert.Equal(OrderShaper.Tick, OrderShaper.Shape(rules, Side.Buy, 500_000, 10_000_000, OrderLife.FillOrKill).Refusal);
    }

    private static MarketRules Polymarket(long tick) => new()
    {
        Bands = ImmutableArray.Create(new PriceBand(tick, 1_000_000 - tick, tick)),
        SizeStepMicro = 10_000,
        LeastRestingMicro = 5_000_000,
        LeastTakingMicros = 1_000_000,
        TakingDollarStepMicros = 10_000,
        TakingShareStepMicro = 100,
    };

    private static bool Fits(long micros, int decimals) => micros % (long)Math.Pow(10, 6 - decimals) == 0;

    // A refusal is right where the nearest order on the grid in the safe direction breaks the rule that it names.
    private static void AssertRefusal(string code, Side side, long limit, long size, long tick, OrderLife life, string what)
    {
        var price = side == Side.Buy ? limit / tick * tick : (limit + tick - 1) / tick * tick;
        var inRange = price >= tick && price <= 1_000_000 - tick;
        switch (code)
        {
            case OrderShaper.PriceRange:
                Assert.False(inRange && price < 1_000_000, what);
                break;
            case OrderShaper.Zero:
                Assert.True(size < 10_000 || new BigInteger(price) * size < new BigInteger(10_000) * 1_000_000, what);
                break;
            case OrderShaper.MinSize:
                Assert.True(life == OrderLife.GoodTillCancelled && size / 10_000 * 10_000 < 5_000_000, what);
                break;
            case OrderShaper.MinNotional:
                Assert.True(life != OrderLife.GoodTillCancelled, what);
                Assert.True(new BigInteger(price) * size < new BigInteger(1_010_000) * 1_000_000, what);
                break;
            default:
                Assert.Fail(what);
                break;
        }
    }
}
