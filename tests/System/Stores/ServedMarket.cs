using System.Globalization;
using System.Text.Json;

namespace Strikeline.SystemTests.Stores;

/// <summary>The market as the program's own API gives it: candles, trades, tickers, CSV files.</summary>
internal sealed class ServedMarket(MarketLives lives)
{
    private const int Page = 1_000;

    private static readonly (string Name, int Decimals)[] Assets = [("USDC", 6), ("SOL", 9), ("BTC", 8), ("ETH", 9)];

    private sealed record Terms(string Market, string Base, decimal Tick, decimal Lot);

    /// <summary>Fails with the first row that is not what the journal comes to.</summary>
    public async Task AssertEqualAsync(PlainMarket plain)
    {
        var markets = (await lives.Api.GetAsync("api/v1/instruments")).EnumerateArray().Select(row => new Terms(
            Text(row, "market"), Text(row, "base"), Number(Text(row, "tick_size")), Number(Text(row, "lot_size")))).ToList();
        for (var i = 0; i < markets.Count; i++)
        {
            var (market, trades) = (markets[i], plain.Trades.Where(trade => trade.Instrument == i).ToList());
            foreach (var (interval, seconds) in PlainMarket.Intervals)
            {
                Assert.Equal(
                    plain.Candles.Where(one => one.Instrument == i && one.Seconds == seconds).Select(one => (
                        one.Opens * 1_000, one.Open * market.Tick, one.High * market.Tick, one.Low * market.Tick, one.Close * market.Tick,
                        (decimal)one.Lots * market.Lot, one.Trades)),
                    await KlinesAsync(market, interval));
            }

            Assert.Equal(
                trades.TakeLast(Page).Reverse().Select(one => (
                    one.Sequence, one.At / 1_000_000, one.Price * market.Tick, one.Lots * market.Lot, one.IsBuy ? "buy" : "sell")),
                (await lives.Api.GetAsync($"api/v1/trades?market={market.Market}&limit={Page}")).EnumerateArray().Select(row => (
                    row.GetProperty("sequence").GetInt64(), row.GetProperty("at").GetInt64(), Number(Text(row, "price")), Number(Text(row, "quantity")),
                    Text(row, "kind"))));
            await TickerAsync(market, trades);
        }

        foreach (var (account, key) in lives.Accounts)
        {
            var rows = await CsvAsync("fills", key);
            var own = plain.Trades.Reverse().SelectMany(trade => Fills(trade, account, markets)).ToList();
            Assert.Equal(own.Select(row => row.Line), rows.Select(row => string.Join(',', row)));
            await BalancesAsync(key, own);
            await PartsAsync("fills", key, rows, atColumn: 9, plain.Trades[plain.Trades.Count / 2].At / 1_000_000, markets);
            await PartsAsync("orders", key, await CsvAsync("orders", key), atColumn: 14, plain.Trades[plain.Trades.Count / 2].At / 1_000_000, markets);
        }
    }

    private async Task<List<(long, decimal, decimal, decimal, decimal, decimal, int)>> KlinesAsync(Terms market, string interval)
    {
        var all = new List<JsonElement>();
        for (var to = string.Empty; ;)
        {
            var rows = (await lives.Api.GetAsync($"api/v1/klines?market={market.Market}&interval={interval}&limit={Page}{to}")).EnumerateArray().ToList();
            all.InsertRange(0, rows);
            if (rows.Count < Page)
            {
                return [.. all.Select(row => (
                    row[0].GetInt64(), Number(row[1].GetString()!), Number(row[2].GetString()!), Number(row[3].GetString()!),
                    Number(row[4].GetString()!), Number(row[5].GetString()!), row[6].GetInt32()))];
            }

            to = $"&to={rows[0][0].GetInt64()}";
        }
    }

    // All trades of the test are of the last 24 hours.
    private async Task TickerAsync(Terms market, List<PlainTrade> trades)
    {
        var row = Assert.Single((await lives.Api.GetAsync($"api/v1/tickers?market={market.Market}")).EnumerateArray());
        Assert.Equal(
            (trades[^1].Price * market.Tick, trades[0].Price * market.Tick, trades.Max(one => one.Price) * market.Tick,
                trades.Min(one => one.Price) * market.Tick, trades.Sum(one => one.Lots) * market.Lot,
                trades.Sum(one => one.Price * market.Tick * one.Lots * market.Lot), trades.Count),
            (Number(Text(row, "last")), Number(Text(row, "open")), Number(Text(row, "high")), Number(Text(row, "low")), Number(Text(row, "volume")),
                Number(Text(row, "quote_volume")), row.GetProperty("trades").GetInt32()));
    }

    // Both sides, where the account was both.
    private static IEnumerable<(string Line, string Base, decimal Got, decimal Paid)> Fills(PlainTrade trade, int account, List<Terms> markets)
    {
        var market = markets[trade.Instrument];
        var (price, quantity) = (trade.Price * market.Tick, trade.Lots * market.Lot);
        foreach (var isTaker in (bool[])[true, false])
        {
            if ((isTaker ? trade.TakerAccount : trade.MakerAccount) != account)
            {
                continue;
            }

            var isBuy = trade.IsBuy == isTaker;
            var (asset, decimals) = Assets.Single(one => one.Name == (isBuy ? market.Base : "USDC"));
            var fee = (isTaker ? trade.TakerFee : trade.MakerFee) / (decimal)Math.Pow(10, decimals);
            yield return (
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trade.Sequence},{(isTaker ? trade.TakerOrder : trade.MakerOrder)},{market.Market},{(isBuy ? "buy" : "sell")},{Short(price)},"
                    + $"{Short(quantity)},{Short(fee)},{asset},{(isTaker ? "taker" : "maker")},{trade.At / 1_000_000}"),
                market.Base, isBuy ? quantity - fee : -quantity, isBuy ? -price * quantity : (price * quantity) - fee);
        }
    }

    // What was paid in, and what the fills have brought.
    private async Task BalancesAsync(string key, List<(string Line, string Base, decimal Got, decimal Paid)> fills)
    {
        var paidIn = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["USDC"] = 100_000_000, ["SOL"] = 100_000, ["BTC"] = 1_000, ["ETH"] = 10_000 };
        foreach (var row in await CsvAsync("balances", key))
        {
            Assert.Equal(
                paidIn[row[0]] + fills.Sum(fill => row[0] == "USDC" ? fill.Paid : row[0] == fill.Base ? fill.Got : 0), Number(row[1]) + Number(row[2]));
        }
    }

    // A file of a time or a market has those rows of the whole file that are of it.
    private async Task PartsAsync(string what, string key, List<string[]> whole, int atColumn, long middle, List<Terms> markets)
    {
        long At(string[] row) => long.Parse(row[atColumn], CultureInfo.InvariantCulture);
        foreach (var (query, isOfIt) in new (string, Func<string[], bool>)[]
        {
            ($"?from={middle}", row => At(row) >= middle), ($"?to={middle}", row => At(row) < middle),
            ($"?market={markets[0].Market}&from={middle}&to={middle + 1_000}", row => row[2] == markets[0].Market && At(row) >= middle && At(row) < middle + 1_000),
        })
        {
            Assert.Equal(whole.Where(isOfIt).Select(row => string.Join(',', row)), (await CsvAsync(what, key, query)).Select(row => string.Join(',', row)));
        }
    }

    private async Task<List<string[]>> CsvAsync(string what, string key, string query = "") =>
        [.. (await lives.TextAsync($"api/v1/export/{what}.csv{query}", key)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];

    private static string Short(decimal value) => value.ToString("0.##################", CultureInfo.InvariantCulture);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
