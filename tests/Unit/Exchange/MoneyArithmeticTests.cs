using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Every product and quotient of money in the core against numbers without end, the largest ones included.</summary>
public sealed class MoneyArithmeticTests
{
    private static readonly BigInteger s_million = 1_000_000;
    private static readonly BigInteger s_limit = BigInteger.One << 62;

    [Fact]
    public void What_an_order_binds_is_exact_for_every_price_and_quantity()
    {
        var random = new Random(1);
        var book = new OrderBook(Terms(1), new OrderPool(1), new LadderPages(1));
        for (var i = 0; i < Counts.Of(10_000_000, 200_000); i++)
        {
            var instrument = Sound(random);
            var price = Near(random, instrument.MaxPrice);
            var lots = Near(random, instrument.MaxQuantity);
            var quote = (BigInteger)price * lots * instrument.QuoteAtomsPerTickLot;
            var atoms = (BigInteger)lots * instrument.BaseAtomsPerLot;
            book.Instrument = instrument;
            if (book.Bound(Side.Buy, (int)price, lots) != quote || book.Bound(Side.Sell, (int)price, lots) != atoms)
            {
                Assert.Fail($"{price} ticks for {lots} lots of {instrument}");
            }
        }
    }

    [Fact]
    public void A_fee_is_rounded_up_and_never_more_than_what_is_received()
    {
        var random = new Random(2);
        for (var i = 0; i < Counts.Of(10_000_000, 200_000); i++)
        {
            var atoms = Near(random, (1L << 62) - 1);
            var ppm = random.Next(4) switch { 0 => 0, 1 => 1, 2 => 100_000, _ => random.Next(100_001) };
            var fee = Matcher.FeeOf(atoms, ppm);
            var exact = BigInteger.DivRem((BigInteger)atoms * ppm, s_million, out var rest) + (rest.IsZero ? 0 : 1);
            if (fee != exact || fee > atoms)
            {
                Assert.Fail($"{ppm} ppm of {atoms} are {exact}, not {fee}");
            }
        }
    }

    [Fact]
    public void A_band_holds_exactly_the_prices_that_are_near_enough()
    {
        var random = new Random(3);
        var pages = new LadderPages(1);
        var book = new OrderBook(Terms(maxPrice: PriceLadder.MaxPrice), new OrderPool(1), pages);
        for (var i = 0; i < Counts.Of(10_000_000, 200_000); i++)
        {
            var ppm = random.Next(3) switch { 0 => 1, 1 => 999_999, _ => 1 + random.Next(999_999) };
            var maxPrice = (int)Near(random, PriceLadder.MaxPrice);
            book.Instrument = i % 64 == 0 ? Terms(maxPrice, ppm) : book.Instrument;
            (maxPrice, ppm) = (book.Instrument.MaxPrice, book.Instrument.BandPpm);
            var reference = (int)Near(random, maxPrice);
            (book.SetReference, book.LastPrice) = i % 2 == 0 ? (reference, 1) : (0, reference);
            var (low, high) = book.Band();
            if (ppm != 0 && (!IsNear(low) || !IsNear(high) || (low > 1 && IsNear(low - 1)) || (high < maxPrice && IsNear(high + 1L))))
            {
                Assert.Fail($"{ppm} ppm around {reference} of {maxPrice}: {low} to {high}");
            }

            bool IsNear(long price) => price >= 1 && price <= maxPrice
                && BigInteger.Abs(price - reference) * s_million <= (BigInteger)reference * ppm;
        }
    }

    [Fact]
    public void An_instrument_is_sound_exactly_where_its_largest_order_can_be_counted()
    {
        var random = new Random(4);
        var sound = 0;
        for (var i = 0; i < Counts.Of(10_000_000, 200_000); i++)
        {
            var instrument = Any(random);
            var isSound = instrument.MaxPrice is > 0 and <= PriceLadder.MaxPrice && instrument.MaxQuantity > 0
                && instrument.BaseAtomsPerLot > 0 && instrument.QuoteAtomsPerTickLot > 0
                && (BigInteger)instrument.MaxPrice * instrument.MaxQuantity * instrument.QuoteAtomsPerTickLot < s_limit
                && (BigInteger)instrument.MaxQuantity * instrument.BaseAtomsPerLot < s_limit;
            sound += isSound ? 1 : 0;
            if (instrument.Problem(2) is null != isSound)
            {
                Assert.Fail($"{instrument}: {instrument.Problem(2) ?? "sound"}");
            }
        }

        Assert.True(sound > Counts.Of(100_000, 2_000), $"{sound}");
    }

    /// <summary>How many lots a sum buys, by a whole order: what is spent, and that one lot more was not to be had.</summary>
    [Fact]
    public void An_order_by_value_buys_as_many_lots_as_its_sum_pays_for()
    {
        var random = new Random(5);
        var events = new EventBuffer();
        for (var i = 0; i < Counts.Of(20_000, 1_000); i++)
        {
            var instrument = Sound(random);
            var price = (int)Near(random, instrument.MaxPrice);
            var offered = Math.Min(Near(random, instrument.MaxQuantity), (1L << 60) / instrument.BaseAtomsPerLot);
            var sum = Near(random, 1L << 60);
            if (offered == 0)
            {
                continue;
            }

            var pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 4, ExpectedAccounts = 3, ExpectedPages = 0, ExpectedClientIds = 1 }, events);
            pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
            pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
            pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", instrument));
            pipeline.Run(new Command { Type = CommandType.OpenAccount });
            pipeline.Run(new Command { Type = CommandType.Deposit, Account = 0, Target = 0, Quantity = 1L << 60 });
            pipeline.Run(new Command { Type = CommandType.Deposit, Account = 1, Target = 1, Quantity = sum });
            pipeline.Run(new Command { Type = CommandType.Place, Side = Side.Sell, Price = price, Quantity = offered });
            events.Clear();
            pipeline.Run(new Command
            {
                Type = CommandType.Place, Account = 1, Side = Side.Buy, Quantity = sum, Kind = OrderKind.MarketByValue, TimeInForce = TimeInForce.Ioc,
            });
            var each = (BigInteger)price * instrument.QuoteAtomsPerTickLot;
            var bought = BigInteger.Min(offered, sum / each);
            Assert.Equal(sum - (bought * each), pipeline.Balance(1, 1).Available);
            Assert.Equal(bought, events.Events.ToArray().Where(e => e.Type == EventType.Trade).Aggregate(BigInteger.Zero, (lots, e) => lots + e.Quantity));
            Assert.Null(pipeline.Audit());
        }
    }

    private static SpotInstrument Terms(int maxPrice, int bandPpm = 0) => new()
    {
        BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = maxPrice, MaxQuantity = 1, BandPpm = bandPpm,
    };

    // Its largest order is worth just less than can be counted, or anything below.
    private static SpotInstrument Sound(Random random)
    {
        var maxPrice = (int)Near(random, PriceLadder.MaxPrice);
        var quoteAtoms = Near(random, (long)((s_limit - 1) / maxPrice));
        var maxQuantity = Near(random, (long)((s_limit - 1) / maxPrice / quoteAtoms));
        return Terms(maxPrice) with
        {
            QuoteAtomsPerTickLot = quoteAtoms, MaxQuantity = maxQuantity, BaseAtomsPerLot = Near(random, (long)((s_limit - 1) / maxQuantity)),
        };
    }

    private static SpotInstrument Any(Random random)
    {
        var one = Sound(random);
        return random.Next(8) switch
        {
            0 => one with { MaxQuantity = one.MaxQuantity + 1 },
            1 => one with { QuoteAtomsPerTickLot = one.QuoteAtomsPerTickLot + 1 },
            2 => one with { BaseAtomsPerLot = one.BaseAtomsPerLot + 1 },
            3 => one with { MaxPrice = one.MaxPrice + 1 },
            4 => one with { MaxQuantity = long.MaxValue, BaseAtomsPerLot = long.MaxValue, QuoteAtomsPerTickLot = long.MaxValue },
            5 => one with { MaxQuantity = random.Next(-1, 2), MaxPrice = random.Next(3) - 1 },
            6 => one with { BaseAtomsPerLot = random.NextInt64(), QuoteAtomsPerTickLot = random.NextInt64(-1, 2) },
            _ => one,
        };
    }

    // 1 to the largest: a bound, next to one, a power of two, or anything of any length.
    private static long Near(Random random, long most) => Math.Clamp(
        random.Next(6) switch
        {
            0 => 1 + random.Next(3),
            1 => most - random.Next(3),
            2 => (1L << random.Next(62)) + random.Next(-1, 2),
            3 => random.NextInt64(most),
            _ => random.NextInt64() >> random.Next(1, 63),
        },
        1,
        most);
}
