using System.Numerics;
using System.Text.Json;

namespace Strikeline.SystemTests.Stores;

/// <summary>A trade as the journal tells it, in the exchange's own units.</summary>
internal sealed record PlainTrade(
    long Sequence, long At, int Instrument, int Price, long Lots, bool IsBuy, long TakerOrder, long MakerOrder, int TakerAccount, int MakerAccount,
    long TakerFee, long MakerFee)
{
    /// <summary>As its row in the store.</summary>
    public string Row => string.Join(
        '|', Sequence, At, Instrument, Price, Lots, IsBuy ? 0 : 1, TakerOrder, MakerOrder, TakerAccount, MakerAccount, TakerFee, MakerFee);
}

/// <summary>A candle as the journal's trades come to.</summary>
internal sealed record PlainCandle(
    int Instrument, int Seconds, long Opens, int Open, int High, int Low, int Close, BigInteger Lots, BigInteger TickLots, int Trades, long Last)
{
    /// <summary>As its row in the store.</summary>
    public string Row => string.Join('|', Instrument, Seconds, Opens, Open, High, Low, Close, Lots, TickLots, Trades, Last);
}

/// <summary>What the exchange's journal comes to: its commands run again by <c>strikeline journal events</c>, and everything else worked out here,
/// the plain way.</summary>
internal sealed class PlainMarket
{
    /// <summary>The intervals by the names that people use, in seconds.</summary>
    public static readonly IReadOnlyDictionary<string, int> Intervals = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["1s"] = 1, ["1m"] = 60, ["5m"] = 300, ["15m"] = 900, ["1h"] = 3_600, ["4h"] = 14_400, ["1d"] = 86_400,
    };

    private PlainMarket(List<PlainTrade> trades, long lastEvent)
    {
        (Trades, LastEvent) = (trades, lastEvent);
        Candles =
        [
            .. from seconds in Intervals.Values
               from trade in trades
               group trade by (trade.Instrument, seconds, Opens: trade.At / 1_000_000_000 / seconds * seconds) into one
               orderby one.Key
               select new PlainCandle(
                   one.Key.Instrument, one.Key.seconds, one.Key.Opens, one.First().Price, one.Max(trade => trade.Price), one.Min(trade => trade.Price),
                   one.Last().Price, one.Aggregate(BigInteger.Zero, (sum, trade) => sum + trade.Lots),
                   one.Aggregate(BigInteger.Zero, (sum, trade) => sum + ((BigInteger)trade.Price * trade.Lots)), one.Count(), one.Last().Sequence),
        ];
    }

    /// <summary>All trades, oldest first.</summary>
    public IReadOnlyList<PlainTrade> Trades { get; }

    /// <summary>All candles, by instrument, length and time.</summary>
    public IReadOnlyList<PlainCandle> Candles { get; }

    /// <summary>Number of the last event.</summary>
    public long LastEvent { get; }

    /// <summary>Reads the journal of a data folder that no program runs on.</summary>
    public static async Task<PlainMarket> OfAsync(string data)
    {
        var told = await Run.ToEndAsync(Checkout.Program, "journal", "events", Path.Combine(data, "exchange"), "--json");
        Assert.True(told.Code == 0, told.Error);
        var buys = new Dictionary<long, bool>();
        var trades = new List<PlainTrade>();
        var last = 0L;
        foreach (var line in told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var (root, command) = (document.RootElement, document.RootElement.GetProperty("command"));
            foreach (var e in root.GetProperty("events").EnumerateArray())
            {
                long Number(string name) => e.GetProperty(name).GetInt64();
                last = Number("sequence");
                switch (e.GetProperty("type").GetString())
                {
                    case "accepted":
                        buys[Number("order")] = command.GetProperty("side").GetString() == "buy";
                        break;
                    case "trade":
                        trades.Add(new PlainTrade(
                            last, root.GetProperty("now").GetInt64(), (int)Number("instrument"), (int)Number("price"), Number("quantity"),
                            buys[Number("order")], Number("order"), Number("maker"), (int)Number("account"), (int)Number("maker_account"),
                            Number("taker_fee"), Number("maker_fee")));
                        break;
                }
            }
        }

        return new PlainMarket(trades, last);
    }

    /// <summary>What each order that has traded has executed: id, lots, ticks × lots.</summary>
    public IEnumerable<string> Executions() =>
        from trade in Trades
        from order in (long[])[trade.TakerOrder, trade.MakerOrder]
        group trade by order into one
        orderby one.Key
        select $"{one.Key}|{one.Sum(trade => trade.Lots)}|{one.Aggregate(BigInteger.Zero, (sum, trade) => sum + ((BigInteger)trade.Price * trade.Lots))}";
}
