using System.Text.Json.Nodes;

namespace Strikeline.Testnet;

/// <summary>Trades at random times and in random sizes, by market orders and by limits that do not rest.</summary>
internal sealed class Taker : Trader
{
    private const double MeanDollars = 400;
    private const double LargestFactor = 40;
    private const double MarketShare = 0.6;
    private const double LimitDistance = 0.001;
    private const int RoundsBetweenPurses = 10;

    private static readonly TimeSpan MeanPause = TimeSpan.FromSeconds(1.6);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private Purse _purse;
    private int _rounds;

    public Taker(
        TraderSeat seat, ExchangeLine line, Func<string, double?> price, SeededRandom random,
        Action<Exception> failed, TimeProvider clock)
        : base(seat, line, price, random, failed, clock)
    {
    }

    protected override TimeSpan Pause()
    {
        var pause = MeanPause * Random.NextExponential();
        return pause < LongestPause ? pause : LongestPause;
    }

    protected override async Task RoundAsync(MarketTerms terms, double ticks, CancellationToken stop)
    {
        if (_rounds++ % RoundsBetweenPurses == 0)
        {
            _purse = await PurseAsync(terms, stop);
        }

        var isBuy = Random.Chance(ChanceToBuy(terms, ticks));
        var price = (long)Math.Round(ticks * (1 + (isBuy ? LimitDistance : -LimitDistance)));
        var lots = Math.Min(Lots(terms, ticks, MeanDollars, LargestFactor), Affordable(terms, price, isBuy));
        if (lots < 1 || price < 1)
        {
            _rounds = 0;
            return;
        }

        var order = new JsonObject
        {
            ["market"] = terms.Market, ["kind"] = isBuy ? "buy" : "sell", ["quantity"] = terms.Quantity(lots),
            ["tif"] = "ioc",
        };
        if (Random.Chance(MarketShare))
        {
            order["type"] = "market";
        }
        else
        {
            order["type"] = "limit";
            order["price"] = terms.Price(price);
        }

        var reply = await Line.SendAsync(HttpMethod.Post, "/api/v1/order", order, stop);
        _purse = isBuy ? _purse.Holding(0, terms.Value(price, lots)) : _purse.Holding(lots * terms.Lot, 0);
        if (!reply.IsDone)
        {
            _rounds = 0;
        }
    }

    // Who has little of the base asset buys more often than it sells: no trader runs dry.
    private double ChanceToBuy(MarketTerms terms, double ticks)
    {
        var @base = (double)_purse.BaseFree * ticks * (double)terms.Tick;
        var total = @base + (double)_purse.QuoteFree;
        return total <= 0 ? 0.5 : Math.Clamp(1 - (@base / total), 0.25, 0.75);
    }

    // Half of what there is: fees, and trades since the last look.
    private long Affordable(MarketTerms terms, long price, bool isBuy) => (long)Math.Min(
        terms.MostLots,
        isBuy ? _purse.QuoteFree / 2 / (Math.Max(1, price) * terms.Tick * terms.Lot) : _purse.BaseFree / 2 / terms.Lot);
}
