using System.Text.Json;
using System.Text.Json.Nodes;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Rests post-only orders on both sides of the fair price and moves them after it.</summary>
/// <remarks>Each round it reads which orders it has, compares them with the ladder that it wants, and changes a few: what
/// stands on the wrong side of the price first, then what is missing next to it.</remarks>
internal sealed class Maker : Trader
{
    private const double BasisPoint = 1e-4;
    private const int RoundsBetweenPurses = 10;

    // Of what the maker has, on each side: the rest is for fees, and for what a move makes dearer.
    private const decimal Used = 0.8m;

    private readonly Habits _habits;
    private LadderPlan _plan;
    private Purse _purse;
    private int _rounds;

    public Maker(
        TraderSeat seat, ExchangeLine line, Func<string, double?> price, SeededRandom random,
        Action<Exception> failed, TimeProvider clock)
        : base(seat, line, price, random, failed, clock)
    {
        _habits = seat.Role == TraderRole.NearMaker
            ? new Habits(2.5, 2, 6, 2_500, 12, 3, TimeSpan.FromMilliseconds(500))
            : new Habits(14, 9, 10, 9_000, 12, 4, TimeSpan.FromSeconds(2));
    }

    /// <summary>The address of a trader's orders in a market.</summary>
    public static string OrdersOf(string market) => $"/api/v1/orders?market={market.Replace('/', '-')}";

    protected override TimeSpan Pause() => _habits.Round * (0.9 + (0.2 * Random.NextDouble()));

    protected override async Task RoundAsync(MarketTerms terms, double ticks, CancellationToken stop)
    {
        var reply = await Line.GetAsync(OrdersOf(terms.Market), stop);
        if (!reply.IsDone)
        {
            return;
        }

        var orders = Read(reply.Body, terms);
        if (_rounds++ % RoundsBetweenPurses == 0)
        {
            _purse = await PurseAsync(terms, stop);
        }

        var plan = PlanFor(ticks);
        if (orders.Count(order => plan.IsStale(order.Side, order.Ticks, ticks)) > _habits.Changes)
        {
            // The price has jumped: all of them at once, the ladder comes back in the next rounds.
            await Line.SendAsync(HttpMethod.Delete, OrdersOf(terms.Market), null, stop);
            return;
        }

        // The side that the price has moved to is cleared first, or the other could not follow.
        var isUp = orders.Exists(
            order => order.Side == Side.Sell && plan.IsStale(order.Side, order.Ticks, ticks));
        Side[] sides = isUp ? [Side.Sell, Side.Buy] : [Side.Buy, Side.Sell];
        var left = _habits.Changes;
        foreach (var side in sides)
        {
            left = await MoveAsync(terms, plan, side, ticks, orders.FindAll(order => order.Side == side), left, stop);
        }
    }

    private static List<RestingOrder> Read(JsonElement body, MarketTerms terms)
    {
        var orders = new List<RestingOrder>();
        foreach (var row in ExchangeJson.Rows(ExchangeJson.Field(body, "orders")))
        {
            orders.Add(new RestingOrder(
                ExchangeJson.Text(row, "order_id"), ExchangeJson.Text(row, "kind") == "buy" ? Side.Buy : Side.Sell,
                (long)(ExchangeJson.Amount(row, "price") / terms.Tick),
                (long)(ExchangeJson.Amount(row, "remaining_quantity") / terms.Lot)));
        }

        return orders;
    }

    // The grid stays while the price drifts; it is another one where the price is.
    private LadderPlan PlanFor(double ticks)
    {
        var step = Math.Max(1, (long)(ticks * _habits.StepPoints * BasisPoint));
        if (_plan.StepTicks == 0 || step > _plan.StepTicks * 1.5 || step < _plan.StepTicks / 1.5)
        {
            _plan = new LadderPlan(step, 0, _habits.Levels);
        }

        return _plan with { HalfTicks = Math.Max(1, ticks * _habits.HalfPoints * BasisPoint) };
    }

    // Returns how many changes are left for the other side.
    private async Task<int> MoveAsync(
        MarketTerms terms, LadderPlan plan, Side side, double ticks, List<RestingOrder> orders, int left,
        CancellationToken stop)
    {
        var wanted = plan.Prices(side, ticks);
        var cells = wanted.ConvertAll(plan.CellOf);
        var usual = (long)(_habits.Dollars / (ticks * (double)(terms.Tick * terms.Lot)));
        var smallest = Math.Max(1, Math.Min(usual, Cap(terms, side, ticks)) / 5);
        var kept = orders.FindAll(order => order.Lots >= smallest && cells.Contains(plan.CellOf(order.Ticks)));
        var nearer = orders.FindAll(order => !kept.Contains(order) && !plan.IsStale(side, order.Ticks, ticks)
            && order.Lots >= smallest && IsNearer(side, order.Ticks, wanted));
        var taken = kept.ConvertAll(order => plan.CellOf(order.Ticks));
        var missing = wanted.FindAll(price => !taken.Contains(plan.CellOf(price)));

        // What was laid when the price stood elsewhere and is no worse for it takes the place of a far one.
        missing.RemoveRange(Math.Max(0, missing.Count - nearer.Count), Math.Min(nearer.Count, missing.Count));
        var spare = orders.FindAll(order => !kept.Contains(order) && !nearer.Contains(order));
        spare.Sort((a, b) => plan.IsStale(side, b.Ticks, ticks).CompareTo(plan.IsStale(side, a.Ticks, ticks)));
        foreach (var price in missing)
        {
            if (left == 0)
            {
                return 0;
            }

            left--;
            var lots = Math.Min(Lots(terms, ticks, _habits.Dollars, _habits.LargestFactor), Cap(terms, side, ticks));
            if (lots >= 1)
            {
                await PutAsync(terms, side, price, lots, spare, stop);
            }
        }

        foreach (var order in spare.Take(left))
        {
            left--;
            await Line.SendAsync(
                HttpMethod.Delete, "/api/v1/order",
                new JsonObject { ["market"] = terms.Market, ["order_id"] = order.Id }, stop);
        }

        return left;
    }

    private static bool IsNearer(Side side, long ticks, List<long> wanted) =>
        wanted.Count > 0 && (side == Side.Buy ? ticks > wanted[0] : ticks < wanted[0]);

    // Moves an order that is not needed where it is, or makes a new one.
    private async Task PutAsync(
        MarketTerms terms, Side side, long price, long lots, List<RestingOrder> spare, CancellationToken stop)
    {
        // An order that moves brings along what it holds; a new one lives on what is free.
        var held = spare.Count > 0 ? spare[0].Lots : 0;
        lots = Math.Min(lots, held + (long)(Used * FreeLots(terms, side, price)));
        if (lots < 1)
        {
            return;
        }

        Spend(terms, side, price, Math.Max(0, lots - held));
        var order = new JsonObject
        {
            ["market"] = terms.Market, ["price"] = terms.Price(price), ["quantity"] = terms.Quantity(lots),
        };
        ExchangeReply reply;
        if (spare.Count > 0)
        {
            order["order_id"] = spare[0].Id;
            spare.RemoveAt(0);
            reply = await Line.SendAsync(HttpMethod.Patch, "/api/v1/order", order, stop);
        }
        else
        {
            order["kind"] = side == Side.Buy ? "buy" : "sell";
            order["type"] = "limit";
            order["post_only"] = true;
            reply = await Line.SendAsync(HttpMethod.Post, "/api/v1/order", order, stop);
        }

        if (!reply.IsDone)
        {
            // Perhaps the money is elsewhere than it was thought to be.
            _rounds = 0;
        }
    }

    private decimal FreeLots(MarketTerms terms, Side side, long price) => side == Side.Buy
        ? _purse.QuoteFree / (price * terms.Tick * terms.Lot)
        : _purse.BaseFree / terms.Lot;

    private void Spend(MarketTerms terms, Side side, long price, long lots) => _purse = side == Side.Buy
        ? _purse.Holding(0, terms.Value(price, lots))
        : _purse.Holding(lots * terms.Lot, 0);

    // The most lots of one order: an equal share of what the maker has for that side.
    private long Cap(MarketTerms terms, Side side, double ticks)
    {
        var lots = side == Side.Buy
            ? (_purse.QuoteFree + _purse.QuoteHeld) / (Math.Max(1, (long)ticks) * terms.Tick * terms.Lot)
            : (_purse.BaseFree + _purse.BaseHeld) / terms.Lot;
        return Math.Min(terms.MostLots, (long)(lots * Used / _habits.Levels));
    }

    /// <summary>How a maker makes.</summary>
    /// <param name="HalfPoints">Least distance from the fair price, in basis points.</param>
    /// <param name="StepPoints">Distance between its orders, in basis points.</param>
    /// <param name="Levels">Orders of each side.</param>
    /// <param name="Dollars">The least size of an order.</param>
    /// <param name="LargestFactor">How many times that the largest is.</param>
    /// <param name="Changes">Requests that change something, a round at most.</param>
    /// <param name="Round">Time between rounds.</param>
    private sealed record Habits(
        double HalfPoints, double StepPoints, int Levels, double Dollars, double LargestFactor, int Changes,
        TimeSpan Round);
}
