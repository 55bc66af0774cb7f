using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>How often what goes wrong, in a thousand.</summary>
internal sealed record Troubles
{
    public int RequestLost { get; init; } = 25;

    public int ReplyLost { get; init; } = 25;

    public int RequestLate { get; init; } = 15;

    public int ReplyLate { get; init; } = 15;

    /// <summary>In a hundred thousand: from then on every answer takes up to a second, for a while.</summary>
    public int Slow { get; init; } = 200;

    public int AmbiguousAfter { get; init; } = 25;

    public int AmbiguousBefore { get; init; } = 10;

    public int NoFill { get; init; } = 200;

    public int PartFill { get; init; } = 250;

    public int Ghost { get; init; } = 40;

    public int ToldBefore { get; init; } = 100;

    /// <summary>In a hundred thousand.</summary>
    public int Restart { get; init; } = 50;
}

/// <summary>What a scripted venue knows of one order.</summary>
internal sealed class ScriptedOrder(VenueOrder order)
{
    public VenueOrder Order => order;

    public List<VenueFill> Fills { get; } = [];

    public long OpenMicro { get; set; }

    public string Refusal { get; set; } = "";

    /// <summary>A split or a merge.</summary>
    public bool IsConversion { get; set; }

    public long FilledMicro => Fills.Where(fill => fill.Finality != FillFinality.Failed).Sum(fill => fill.SizeMicro);
}

/// <summary>
/// A venue of outcome markets in virtual time that loses, delays and doubts what goes through it, fills in parts,
/// undoes
/// fills, and restarts; and that knows the truth. It outlives the programs that trade on it.
/// </summary>
internal sealed class OutcomeScript
{
    private readonly VirtualTime _time;
    private readonly Random _dice;
    private readonly Troubles _troubles;
    private readonly Dictionary<MarketKey, (long Confirmed, long Coming, long Going)> _held = [];
    private readonly Dictionary<MarketKey, (long Bid, long Ask)> _prices = [];
    private readonly List<ScriptedOrder> _resting = [];
    private long _downUntil;
    private long _postOnlyUntil;
    private long _slowUntil;
    private int _trades;

    public OutcomeScript(VirtualTime time, Random dice, Troubles troubles, Venue venue = Venue.Polymarket) =>
        (_time, _dice, _troubles, Venue) = (time, dice, troubles, venue);

    public Venue Venue { get; }

    /// <summary>Every order that has arrived, by our id.</summary>
    public Dictionary<string, ScriptedOrder> Orders { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders that came while it restarted: they were refused, and are known no more.</summary>
    public HashSet<string> TurnedAway { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders that came a second time.</summary>
    public int Duplicates { get; private set; }

    /// <summary>How often both outcomes became a dollar by themselves.</summary>
    public int Netted { get; private set; }

    /// <summary>How often it went wrong, by kind.</summary>
    public Dictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Told of each fill by itself: the user's own stream.</summary>
    public Action<string, VenueFill>? Told { get; set; }

    public bool IsPostOnly => Now < _postOnlyUntil;

    /// <summary>The same, and so shortly after that a program may not have noticed.</summary>
    public bool WasPostOnly => Now < _postOnlyUntil + (3 * Stamps.NanosPerSecond);

    private long Now => _time.UnixNanos();

    /// <summary>The best prices of a token: what is sold and bought at.</summary>
    public void Price(MarketKey token, long bid, long ask) => _prices[token] = (bid, ask);

    public (long Bid, long Ask) PriceOf(MarketKey token) => _prices[token];

    /// <summary>The line of one program to it.</summary>
    /// <param name="life">The program's.</param>
    /// <param name="sent">Told of each request: an order, or none of a question or a cancel.</param>
    /// <param name="cancelled">Told of each cancel.</param>
    public IVenueOrders For(Life life, Action<string, VenueOrder?> sent, Action<string>? cancelled = null) => new Line(this, life, sent, cancelled);

    /// <summary>Everything of a market is forgotten: its plan is over.</summary>
    public void Forget(OutcomeMarket market)
    {
        foreach (var token in (MarketKey[])[market.Yes, market.No])
        {
            _held.Remove(token);
            _prices.Remove(token);
        }
    }

    private bool Hits(int perMille, string fault)
    {
        if (_dice.Next(1_000) >= perMille)
        {
            return false;
        }

        Faults[fault] = Faults.GetValueOrDefault(fault) + 1;
        return true;
    }

    private static VenueReply Doubt(string code) => new(VenueOutcome.Unknown, "", 0, code, "", []);

    private static VenueReply Refusal(string code) => new(VenueOutcome.Refused, "", 0, code, "", []);

    private static VenueReply Answer(ScriptedOrder order) => order.Refusal.Length > 0
        ? Refusal(order.Refusal)
        : new VenueReply(VenueOutcome.Accepted, "v-" + order.Order.ClientId, order.OpenMicro, "", "", [.. order.Fills]);

    private async Task<VenueReply> AskAsync(Func<VenueReply> process, bool isQuestion, string placed)
    {
        if (_dice.Next(100_000) < _troubles.Restart)
        {
            Faults["restart"] = Faults.GetValueOrDefault("restart") + 1;
            _downUntil = Now + (_dice.Next(1_000, 4_000) * Stamps.NanosPerMilli);
            _postOnlyUntil = _downUntil + (120 * Stamps.NanosPerSecond);
        }

        if (_dice.Next(100_000) < _troubles.Slow)
        {
            Faults["slow"] = Faults.GetValueOrDefault("slow") + 1;
            _slowUntil = Now + (20 * Stamps.NanosPerSecond);
        }

        var late = Hits(_troubles.RequestLate, "request late");
        await Task.Delay(late ? TimeSpan.FromMilliseconds(_dice.Next(1_000, 60_000)) : Travel(), _time);
        if (Hits(_troubles.RequestLost, "request lost"))
        {
            return await NeverAsync();
        }

        if (Now < _downUntil)
        {
            TurnedAway.Add(placed);
            return isQuestion ? Doubt("425") : Refusal("RESTARTING");
        }

        if (Hits(_troubles.AmbiguousBefore, "ambiguous before"))
        {
            return Doubt("503");
        }

        var reply = process();
        if (Hits(_troubles.ReplyLost, "reply lost"))
        {
            return await NeverAsync();
        }

        var slow = Hits(_troubles.ReplyLate, "reply late");
        await Task.Delay(slow ? TimeSpan.FromMilliseconds(_dice.Next(1_000, 60_000)) : Travel(), _time);
        return Hits(_troubles.AmbiguousAfter, "ambiguous after") ? Doubt("500") : reply;
    }

    private TimeSpan Travel() => TimeSpan.FromMilliseconds(Now < _slowUntil ? _dice.Next(100, 480) : _dice.Next(5, 60));

    private static Task<VenueReply> NeverAsync() => new TaskCompletionSource<VenueReply>().Task;

    private VenueReply Place(VenueOrder order)
    {
        if (Orders.TryGetValue(order.ClientId, out var known))
        {
            Duplicates++;
            return Answer(known);
        }

        var placed = Orders[order.ClientId] = new ScriptedOrder(order);
        placed.Refusal = IsPostOnly && !order.PostOnly ? "POST_ONLY_MODE"
            : order.Side == Side.Sell && Sellable(order.Token) < order.SizeMicro ? "NOT_ENOUGH_BALANCE"
            : !order.Market.Rules.IsOnTick(order.LimitPpm) || order.SizeMicro % order.Market.Rules.SizeStepMicro != 0 ? "INVALID"
            : !order.PostOnly && Micros.WorthRoundedDown(order.LimitPpm, order.SizeMicro) < order.Market.Rules.LeastTakingMicros ? "MIN_VALUE"
            : "";
        if (placed.Refusal.Length > 0)
        {
            return Answer(placed);
        }

        if (order.PostOnly)
        {
            placed.OpenMicro = order.SizeMicro;
            _resting.RemoveAll(one => one.OpenMicro == 0);
            _resting.Add(placed);
            return Answer(placed);
        }

        var (bid, ask) = _prices[order.Token];
        var isThere = order.Side == Side.Buy ? ask <= order.LimitPpm : bid >= order.LimitPpm;
        var part = !isThere || Hits(_troubles.NoFill, "no fill") ? 0
            : Hits(_troubles.PartFill, "part fill") && order.Life != OrderLife.FillOrKill ? _dice.Next(1, 100) : 100;
        var size = Micros.RoundDown(order.SizeMicro * part / 100, order.Market.Rules.SizeStepMicro);
        if (size == 0)
        {
            placed.Refusal = "NOT_FILLED";
            return Answer(placed);
        }

        var price = order.Side == Side.Buy ? ask : bid;
        var half = size > 2 * order.Market.Rules.SizeStepMicro && _dice.Next(3) == 0 ? Micros.RoundDown(size / 2, order.Market.Rules.SizeStepMicro) : size;

        // The order's whole fee has a coarser grain: the first fill pays what is missing.
        var fee = order.Market.Rules.Fee;
        var fees = fee.TakerFeeMicros(price, half) + (half < size ? fee.TakerFeeMicros(price, size - half) : 0);
        Fill(placed, price, half, fee.TakerFeeMicros(price, half) + Micros.RoundUp(fees, Math.Max(1, fee.OrderGrainMicros)) - fees);
        if (half < size)
        {
            Fill(placed, price, size - half, fee.TakerFeeMicros(price, size - half));
        }

        return Answer(placed);
    }

    private void Fill(ScriptedOrder placed, long price, long size, long fee)
    {
        var order = placed.Order;
        var fill = new VenueFill($"t{++_trades}", price, size, fee, FillFinality.Pending, Now);
        placed.Fills.Add(fill);
        Change(order.Token, 0, order.Side == Side.Buy ? size : 0, order.Side == Side.Sell ? size : 0);
        if (Hits(_troubles.ToldBefore, "told before the answer"))
        {
            Tell(order.ClientId, fill);
            Tell(order.ClientId, fill);
        }

        _ = SettleAsync(placed, placed.Fills.Count - 1);
    }

    private async Task SettleAsync(ScriptedOrder placed, int at)
    {
        var order = placed.Order;
        var isGhost = Hits(_troubles.Ghost, "ghost");
        await Task.Delay(TimeSpan.FromMilliseconds(_dice.Next(200, 8_000)), _time);
        var fill = placed.Fills[at];

        // What is not there cannot go: such a sale waits for the purchase behind it, and fails with it.
        while (order.Side == Side.Sell && !isGhost && _held[order.Token] is var held && held.Confirmed < fill.SizeMicro)
        {
            isGhost = held.Coming == 0;
            if (!isGhost)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), _time);
            }
        }

        placed.Fills[at] = fill = fill with { Finality = isGhost ? FillFinality.Failed : FillFinality.Confirmed };
        var gone = isGhost ? 0 : fill.SizeMicro;
        if (order.Side == Side.Buy)
        {
            Change(order.Token, gone, -fill.SizeMicro, 0);
        }
        else
        {
            Change(order.Token, -gone, 0, -fill.SizeMicro);
        }

        Net(order.Market);
        if (_dice.Next(3) == 0)
        {
            Tell(order.ClientId, fill);
        }
    }

    // Both outcomes of a market are a dollar at once, where the venue does that.
    private void Net(OutcomeMarket market)
    {
        if (market.Rules.Nets && Math.Min(Free(market.Yes), Free(market.No)) is var sets and > 0)
        {
            Change(market.Yes, -sets, 0, 0);
            Change(market.No, -sets, 0, 0);
            Netted++;
        }

        long Free(MarketKey token) => _held.GetValueOrDefault(token) is var now ? now.Confirmed - now.Going - Resting(token) : 0;
    }

    private void Tell(string clientId, VenueFill fill) => _ = TellAsync(clientId, fill);

    private async Task TellAsync(string clientId, VenueFill fill)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_dice.Next(1, 20)), _time);
        Told?.Invoke(clientId, fill);
    }

    private void Change(MarketKey token, long confirmed, long coming, long going)
    {
        var now = _held.GetValueOrDefault(token);
        _held[token] = (now.Confirmed + confirmed, now.Coming + coming, now.Going + going);
    }

    private long Sellable(MarketKey token)
    {
        var now = _held.GetValueOrDefault(token);
        return now.Confirmed + now.Coming - now.Going - Resting(token);
    }

    private long Resting(MarketKey token) =>
        _resting.Where(one => one.Order.Token == token && one.Order.Side == Side.Sell).Sum(one => one.OpenMicro);

    private VenueReply Query(VenueOrder order)
    {
        if (!Orders.TryGetValue(order.ClientId, out var placed))
        {
            return new VenueReply(VenueOutcome.NotFound, "", 0, "", "", []);
        }

        Rest(placed);
        return Answer(placed);
    }

    private VenueReply Cancel(VenueOrder order)
    {
        if (!Orders.TryGetValue(order.ClientId, out var placed))
        {
            return new VenueReply(VenueOutcome.NotFound, "", 0, "", "", []);
        }

        placed.OpenMicro = 0;
        Net(order.Market);
        return Answer(placed);
    }

    // What rests is filled by others now and then.
    private void Rest(ScriptedOrder placed)
    {
        if (placed.OpenMicro > 0 && _dice.Next(20) == 0)
        {
            var size = Math.Max(placed.Order.Market.Rules.SizeStepMicro, Micros.RoundDown(placed.OpenMicro / 2, placed.Order.Market.Rules.SizeStepMicro));
            size = Math.Min(size, placed.OpenMicro);
            placed.OpenMicro -= size;
            Fill(placed, placed.Order.LimitPpm, size, 0);
        }
    }

    private VenueReply Convert(string clientId, OutcomeMarket market, long size, bool isSplit)
    {
        if (Orders.TryGetValue(clientId, out var known))
        {
            Duplicates++;
            return Answer(known);
        }

        var placed = Orders[clientId] = new ScriptedOrder(
            new VenueOrder(clientId, market, market.Yes, isSplit ? Side.Buy : Side.Sell, Micros.One, size, OrderLife.FillAndKill)) { IsConversion = true };
        var sign = isSplit ? 1 : -1;
        if (!isSplit && (Free(market.Yes) < size || Free(market.No) < size))
        {
            placed.Refusal = "NOT_ENOUGH_BALANCE";
            return Answer(placed);
        }

        Change(market.Yes, sign * size, 0, 0);
        Change(market.No, sign * size, 0, 0);
        return Answer(placed);

        long Free(MarketKey token) => _held.GetValueOrDefault(token) is var now ? now.Confirmed - now.Going : 0;
    }

    private sealed class Line(OutcomeScript venue, Life life, Action<string, VenueOrder?> sent, Action<string>? cancelled) : IVenueOrders
    {
        public Venue Venue => venue.Venue;

        public Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel) =>
            Ask(order.ClientId, order, () => venue.Place(order), false);

        public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel)
        {
            if (!life.IsDead)
            {
                cancelled?.Invoke(order.ClientId);
            }

            return Ask(order.ClientId, null, () => venue.Cancel(order), false);
        }

        public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel) =>
            Ask(order.ClientId, null, () => venue.Query(order), true);

        public Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => Ask(
            clientId, new VenueOrder(clientId, market, market.Yes, Side.Sell, Micros.One, sizeMicro, OrderLife.FillAndKill),
            () => venue.Convert(clientId, market, sizeMicro, isSplit: false), false);

        public Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => Ask(
            clientId, new VenueOrder(clientId, market, market.Yes, Side.Buy, Micros.One, sizeMicro, OrderLife.FillAndKill),
            () => venue.Convert(clientId, market, sizeMicro, isSplit: true), false);

        private Task<VenueReply> Ask(string clientId, VenueOrder? order, Func<VenueReply> process, bool isQuestion)
        {
            if (life.IsDead)
            {
                return NeverAsync();
            }

            sent(clientId, order);
            return venue.AskAsync(process, isQuestion, order is null ? "" : clientId);
        }
    }
}
