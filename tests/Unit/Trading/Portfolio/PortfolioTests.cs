using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Holdings = Strikeline.Trading.Portfolio;

namespace Strikeline.Unit.Trading.Portfolios;

/// <summary>Positions of entries: average cost, profit, sets, and fills that are undone.</summary>
public sealed class PortfolioTests
{
    private readonly OutcomeMarket _market = OutcomeBooks.Make("m");
    private readonly Holdings _portfolio = new();
    private int _id;

    private Position Yes => _portfolio.Of(_market.Yes)!;

    [Fact]
    public void Average_cost_and_realised_profit_follow_the_fills()
    {
        Take(EntryKind.Buy, 400_000, 10);
        Take(EntryKind.Buy, 500_000, 10);
        Assert.Equal((20 * Micros.One, 9 * Micros.One, 450_000L, 20_000L), (Yes.SizeMicro, Yes.CostMicros, Yes.AveragePpm, Yes.FeesMicros));
        Take(EntryKind.Sell, 600_000, 5);
        Assert.Equal((15 * Micros.One, 6_750_000L, 750_000L), (Yes.SizeMicro, Yes.CostMicros, Yes.RealisedMicros));
        Take(EntryKind.Settlement, 0, 15);
        Assert.Equal((0L, 0L, 750_000L - 6_750_000, 0L), (Yes.SizeMicro, Yes.CostMicros, Yes.RealisedMicros, Yes.AveragePpm));
    }

    [Fact]
    public void A_fill_that_is_undone_never_was_whatever_came_after_it()
    {
        var first = Take(EntryKind.Buy, 400_000, 10, EntryFinality.Pending);
        var second = Take(EntryKind.Buy, 500_000, 10, EntryFinality.Pending);
        Take(EntryKind.Sell, 600_000, 5);
        Assert.Equal((15 * Micros.One, 20 * Micros.One), (Yes.SizeMicro, Yes.PendingMicro));
        _portfolio.Take(first with { Finality = EntryFinality.Failed });
        Assert.Equal((5 * Micros.One, 2_500_000L, 500_000L), (Yes.SizeMicro, Yes.CostMicros, Yes.RealisedMicros));
        _portfolio.Take(second with { Finality = EntryFinality.Confirmed });
        Assert.Equal((5 * Micros.One, 0L, 2 * 10_000L), (Yes.SizeMicro, Yes.PendingMicro, Yes.FeesMicros));
    }

    [Fact]
    public void Any_order_of_finality_gives_the_position_of_the_fills_that_stand()
    {
        var dice = new Random(11);
        for (var run = 0; run < 300; run++)
        {
            var told = new Holdings();
            var plain = new Holdings();
            var entries = Enumerable.Range(0, dice.Next(1, 12)).Select(_ => Entry(
                dice.Next(3) == 0 ? EntryKind.Sell : EntryKind.Buy, dice.Next(1, 99) * 10_000, dice.Next(1, 9), EntryFinality.Pending)).ToList();
            var ends = entries.Select(entry => entry with { Finality = dice.Next(3) == 0 ? EntryFinality.Failed : EntryFinality.Confirmed }).ToList();
            entries.ForEach(told.Take);
            foreach (var end in ends.OrderBy(_ => dice.Next()))
            {
                told.Take(end);
            }

            ends.Where(end => end.Finality == EntryFinality.Confirmed).ToList().ForEach(plain.Take);
            Assert.Equal(plain.Of(_market.Yes) ?? new Position(_market.Yes, "m", 0, 0, 0, 0, 0), told.Of(_market.Yes));
        }
    }

    [Fact]
    public void Sets_are_worth_a_dollar_and_what_has_no_counterpart_is_at_risk()
    {
        var books = new OutcomeBooks();
        books.Set(_market);
        books.Set(_market.Yes, [new Level(390_000, Micros.One)], []);
        books.Set(_market.No, [new Level(500_000, Micros.One)], [], BookRefusal.Unproven);
        Take(EntryKind.Buy, 400_000, 10);
        _portfolio.Take(Entry(EntryKind.Buy, 550_000, 6) with { Token = _market.No });
        var market = Assert.Single(_portfolio.Markets(books, new BookCopy(), 0));
        Assert.Equal((6 * Micros.One, (6 * 50_000L), 4 * 400_000L), (market.SetsMicro, market.SetProfitMicros, market.ExposureMicros));
        Assert.Equal(
            [(390_000L, 4 * 390_000L, 4 * -10_000L), (null, 0L, 0L)],
            market.Lines.Select(line => (line.BidPpm, line.WorthMicros, line.UnrealisedMicros)));
        Assert.Equal((6 * 50_000) - (4 * 10_000), market.UnrealisedMicros);

        // What cannot be seen is not taken for worthless.
        books.Set(_market.Yes, [new Level(390_000, Micros.One)], [], BookRefusal.Stale);
        market = Assert.Single(_portfolio.Markets(books, new BookCopy(), 0));
        Assert.Equal((null, null), (market.Lines[0].WorthMicros, market.Lines[0].UnrealisedMicros));
        Assert.Equal(6 * 50_000, market.UnrealisedMicros);
        _portfolio.Take(Entry(EntryKind.Merge, 500_000, 6));
        _portfolio.Take(Entry(EntryKind.Merge, 500_000, 6) with { Token = _market.No });
        Assert.Equal(6 * 50_000, _portfolio.Positions.Sum(one => one.RealisedMicros));
        Assert.Equal(4 * Micros.One, Yes.SizeMicro);
    }

    [Fact]
    public void Bytes_give_the_same_portfolio_with_what_is_not_final()
    {
        Take(EntryKind.Buy, 400_000, 10);
        var pending = Take(EntryKind.Buy, 500_000, 10, EntryFinality.Pending);
        var writer = new RecordWriter();
        _portfolio.Write(writer);
        var again = new Holdings();
        var reader = new RecordReader(writer.Bytes);
        again.Read(ref reader);
        Assert.True(reader.IsEnd);
        Assert.Equal(_portfolio.Positions, again.Positions);
        again.Take(pending with { Finality = EntryFinality.Failed });
        Assert.Equal(10 * Micros.One, again.Of(_market.Yes)!.SizeMicro);
    }

    [Fact]
    public void Rows_of_CSV_quote_and_disarm_text()
    {
        var row = PortfolioCsv.Row(Entry(EntryKind.Buy, 470_000, 5, EntryFinality.Pending) with
        {
            AtNanos = 1_770_123_456_789_000_000, MarketId = "a,\"b\"", ClientId = "=1+1",
        });
        Assert.Equal(
            "2026-02-03T12:57:36.789Z,polymarket,\"a,\"\"b\"\"\",m-yes,buy,0.47,5,0.01,pending,s,1,'=1+1," + $"e{_id}", row);
        Assert.Equal(PortfolioCsv.Header.Count(letter => letter == ','), row.Count(letter => letter == ',') - 1);
    }

    private PortfolioEntry Take(EntryKind kind, long price, long shares, EntryFinality finality = EntryFinality.Confirmed)
    {
        var entry = Entry(kind, price, shares, finality);
        _portfolio.Take(entry);
        return entry;
    }

    private PortfolioEntry Entry(EntryKind kind, long price, long shares, EntryFinality finality = EntryFinality.Confirmed) => new()
    {
        Id = $"e{++_id}", Kind = kind, Token = _market.Yes, MarketId = "m", Strategy = "s", PlanId = 1, ClientId = "c", PricePpm = price,
        SizeMicro = shares * Micros.One, FeeMicros = kind is EntryKind.Buy or EntryKind.Sell ? 10_000 : 0, Finality = finality, AtNanos = 1,
    };
}
