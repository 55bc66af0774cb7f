using System.Text.Json;
using Strikeline.Testnet.Kalshi;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Books: what REST shows, what the stream builds, and what the core holds are the same.</summary>
public sealed class KalshiBookTests : IDisposable
{
    private readonly KalshiRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Bids_only_ascending_and_the_best_is_the_last()
    {
        _rig.Seconds(20);
        foreach (var market in _rig.Booth.Catalog.Markets.Where(market => market.Status == KalshiStatus.Active))
        {
            var book = _rig.Get($"/markets/{market.Ticker}/orderbook").GetProperty("orderbook_fp");
            var best = 0m;
            foreach (var side in (string[])["yes_dollars", "no_dollars"])
            {
                var prices = book.GetProperty(side).EnumerateArray().Select(level => Dollars(level[0])).ToArray();
                Assert.NotEmpty(prices);
                Assert.Equal(prices.Order(), prices);
                Assert.All(book.GetProperty(side).EnumerateArray(), level => Assert.True(Dollars(level[1]) > 0));
                best += prices[^1];
            }

            // One of each costs less than a dollar to bid for, or they would have traded.
            Assert.True(best < 1, $"{market.Ticker}: {best}");
            _rig.Steps(10);
        }
    }

    [Fact]
    public void Deltas_on_snapshots_make_the_book_that_the_core_holds()
    {
        var tickers = _rig.Booth.Catalog.Markets.Where(market => market.Status == KalshiStatus.Active)
            .Select(market => market.Ticker).ToArray();
        var client = _rig.Connect().Subscribe("\"orderbook_delta\"", tickers);
        var books = new KalshiBooks();
        var last = 0L;
        for (var i = 0; i < 60; i++)
        {
            foreach (var message in client.Read())
            {
                if (message.GetProperty("type").GetString() is "orderbook_snapshot" or "orderbook_delta")
                {
                    Assert.Equal(++last, message.GetProperty("seq").GetInt64());
                    books.Apply(message);
                }
            }

            foreach (var ticker in tickers)
            {
                AssertSame(books, _rig.Booth.Catalog.Market(ticker)!);
            }

            Assert.Null(_rig.Booth.Exchange.Core.Pipeline.Audit());
            _rig.Seconds(1);
        }

        Assert.True(last > 1_000, $"only {last} messages");
    }

    [Fact]
    public void A_seed_gives_the_same_books_again()
    {
        using var other = new KalshiRig();
        using var third = new KalshiRig(seed: 2);
        var (one, two, three) = (Books(_rig.Seconds(10)), Books(other.Seconds(10)), Books(third.Seconds(10)));
        Assert.Equal(one, two);
        Assert.NotEqual(one, three);

        static string Books(KalshiRig rig) => rig.Get(
            "/markets/orderbooks?" + string.Join('&', rig.Booth.Catalog.Markets.Select(m => $"tickers={m.Ticker}")))
            .GetRawText();
    }

    [Fact]
    public void Up_to_a_hundred_books_come_at_once_each_ticker_by_itself()
    {
        _rig.Seconds(2);
        var (a, b) = (_rig.Window.Ticker, _rig.Booth.Catalog.Markets[^1].Ticker);
        var both = _rig.Get($"/markets/orderbooks?tickers={a}&tickers={b}").GetProperty("orderbooks");
        Assert.Equal([a, b], both.EnumerateArray().Select(book => book.GetProperty("ticker").GetString()));
        Assert.Equal(0, _rig.Get($"/markets/orderbooks?tickers={a},{b}").GetProperty("orderbooks").GetArrayLength());
        Assert.Equal(400, _rig.Ask("GET", "/markets/orderbooks").Status);
        var many = string.Join('&', Enumerable.Repeat($"tickers={a}", 101));
        Assert.Equal(400, _rig.Ask("GET", "/markets/orderbooks?" + many).Status);
    }

    [Fact]
    public void Prices_of_orders_are_on_the_ticks_of_the_market()
    {
        var seen = new HashSet<int>();
        for (var i = 0; i < 30; i++)
        {
            _rig.Bitcoin = 67_000 + (i * 20);
            _rig.Seconds(2);
            foreach (var market in _rig.Booth.Catalog.Markets)
            {
                foreach (var side in (Side[])[Side.Buy, Side.Sell])
                {
                    for (var rank = 0; rank < market.Book.Count(side); rank++)
                    {
                        var price = (int)market.Book.At(side, rank).Price;
                        Assert.True(market.Ranges.Takes(price), $"{market.Ticker}: {price}");
                        seen.Add(price);
                    }
                }
            }
        }

        Assert.Contains(seen, price => price is < 1_000 or > 9_000 && price % 100 != 0);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(15, false)]
    [InlineData(990, true)]
    [InlineData(1_000, true)]
    [InlineData(1_010, false)]
    [InlineData(5_000, true)]
    [InlineData(9_000, true)]
    [InlineData(9_010, true)]
    [InlineData(9_990, true)]
    [InlineData(10_000, false)]
    [InlineData(0, false)]
    public void A_tenth_of_a_cent_at_the_tails_a_cent_between(int price, bool takes) =>
        Assert.Equal(takes, PriceRanges.TaperedDeciCent.Takes(price));

    private static decimal Dollars(JsonElement text) => decimal.Parse(text.GetString()!);

    private void AssertSame(KalshiBooks books, KalshiMarket market)
    {
        var core = _rig.Booth.Exchange.Core.Pipeline.Levels(market.Instrument)
            .Select(level => (level.Side == Side.Buy ? "yes" : "no",
                Price: level.Side == Side.Buy ? level.Price : 10_000 - level.Price, level.Lots))
            .OrderBy(level => level);
        Assert.Equal(core, books.Levels(market.Ticker));
    }
}

/// <summary>Books as a client builds them: bids of both outcomes, in ten-thousandths of a dollar and hundredths of a
/// contract.</summary>
internal sealed class KalshiBooks
{
    private readonly Dictionary<string, Dictionary<(string Side, int Price), long>> _books = [];

    public void Apply(JsonElement message)
    {
        var body = message.GetProperty("msg");
        var ticker = body.GetProperty("market_ticker").GetString()!;
        if (message.GetProperty("type").GetString() == "orderbook_snapshot")
        {
            var book = _books[ticker] = [];
            foreach (var side in (string[])["yes", "no"])
            {
                foreach (var level in body.GetProperty(side + "_dollars_fp").EnumerateArray())
                {
                    book.Add((side, Whole(level[0], 10_000)), Whole(level[1], 100));
                }
            }

            return;
        }

        var key = (body.GetProperty("side").GetString()!, Whole(body.GetProperty("price_dollars"), 10_000));
        var count = _books[ticker].GetValueOrDefault(key) + Whole(body.GetProperty("delta_fp"), 100);
        Assert.True(count >= 0, "a level fell below zero");
        _books[ticker][key] = count;
        if (count == 0)
        {
            _books[ticker].Remove(key);
        }
    }

    public IEnumerable<(string Side, int Price, long Count)> Levels(string ticker) => _books[ticker]
        .Select(level => (level.Key.Side, level.Key.Price, level.Value)).OrderBy(level => level);

    private static int Whole(JsonElement value, int scale)
    {
        var number = value.ValueKind == JsonValueKind.Number
            ? value.GetDecimal()
            : decimal.Parse(value.GetString()!);
        Assert.Equal(0, number * scale % 1);
        return (int)(number * scale);
    }
}
