using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>A venue on paper: orders are filled from the proven books of the moment, by the venue's own rules, and
/// never better than there.</summary>
/// <remarks>
/// Any thread. A taking order meets the book as it is after its travel and the market's hold: makers may have gone.
/// Fees are rounded up, shares can be sold or merged once their fills are final, a split or merge takes its time, a
/// resting order is filled only where
/// the market trades through its price, and depth that was taken is gone until the level changes.
/// </remarks>
public sealed class PaperOrders : IVenueOrders
{
    /// <summary>Most orders that are known: of older ones nobody asks any more.</summary>
    public const int MostOrders = 20_000;

    private readonly IMarketReader _reader;
    private readonly PaperSettings _settings;
    private readonly Random _dice;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly BookCopy _book = new();
    private readonly PaperDepth _depth = new();
    private readonly PaperAccount _account;
    private readonly Dictionary<string, PaperOrder> _orders = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = new();

    // Splits and merges on their way.
    private readonly List<PaperOrder> _converting = [];

    // Orders with fills that are not final.
    private readonly List<PaperOrder> _pending = [];

    /// <summary>Makes a paper venue.</summary>
    /// <param name="venue">Which venue it stands for.</param>
    /// <param name="reader">Its books and markets.</param>
    /// <param name="settings">How it behaves.</param>
    /// <param name="dice">Which fills are undone.</param>
    /// <param name="clock">The clock.</param>
    public PaperOrders(
        Venue venue, IMarketReader reader, PaperSettings settings, Random dice, TimeProvider clock)
    {
        (Venue, _reader, _settings, _dice, _clock) = (venue, reader, settings, dice, clock);
        _account = new PaperAccount(settings.CashMicros);
    }

    /// <inheritdoc/>
    public Venue Venue { get; }

    /// <summary>Dollars that can be spent, in millionths.</summary>
    public long CashMicros
    {
        get
        {
            lock (_gate)
            {
                return _account.CashMicros;
            }
        }
    }

    /// <summary>Knows again what an earlier run had: called once, before the first order, with the journal's
    /// state.</summary>
    public void Restore(IntentJournal journal)
    {
        lock (journal.Gate)
        {
            lock (_gate)
            {
                foreach (var position in journal.State.Portfolio.Positions.Where(one => one.Token.Venue == Venue))
                {
                    _account.Hold(position.Token, position.SizeMicro);
                    _account.CashMicros += position.RealisedMicros - position.CostMicros - position.FeesMicros;
                }

                foreach (var plan in journal.State.Plans)
                {
                    foreach (var tracked in plan.Orders.Where(one => plan.Plan.Legs[one.Intent.Leg].Token.Venue == Venue
                        && (one.IsResolved || one.Fills.Count > 0)))
                    {
                        Restore(tracked, tracked.Intent.At(plan.Plan));
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel)
    {
        PaperOrder paper;
        lock (_gate)
        {
            if (_orders.TryGetValue(order.ClientId, out var known))
            {
                return Answer(known);
            }

            paper = Know(new PaperOrder(order));
        }

        // The hold goes on whether or not anybody waits for it.
        var market = _reader.Market(Venue, order.Market.MarketId) ?? order.Market;
        await Task.Delay(
            _settings.Latency + (order.PostOnly ? TimeSpan.Zero : market.Rules.TakerHold), _clock,
            CancellationToken.None);
        lock (_gate)
        {
            Match(paper);
            return Answer(paper);
        }
    }

    /// <inheritdoc/>
    public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (!_orders.TryGetValue(order.ClientId, out var paper))
            {
                return Task.FromResult(Refused(PaperCodes.Never, "no such order"));
            }

            Touch(paper);
            if (paper is { OpenMicro: > 0, IsMatched: true, ConvertedNanos: 0 })
            {
                GiveBack(paper);
            }

            return Task.FromResult(Answer(paper));
        }
    }

    /// <inheritdoc/>
    public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (!_orders.TryGetValue(order.ClientId, out var paper))
            {
                return Task.FromResult(Refused(PaperCodes.Never, "no such order"));
            }

            Touch(paper);
            return Task.FromResult(Answer(paper));
        }
    }

    /// <inheritdoc/>
    public Task<VenueReply> MergeAsync(
        string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
        ConvertAsync(clientId, market, sizeMicro, isSplit: false);

    /// <inheritdoc/>
    public Task<VenueReply> SplitAsync(
        string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
        ConvertAsync(clientId, market, sizeMicro, isSplit: true);

    /// <summary>A market that has paid.</summary>
    public void Settle(OutcomeMarket market)
    {
        if (market.YesPaysPpm is not { } pays)
        {
            return;
        }

        lock (_gate)
        {
            ConvertAll(long.MaxValue);
            foreach (var (token, worth) in ((MarketKey, long)[])[(market.Yes, pays), (market.No, Micros.One - pays)])
            {
                var held = _account.Held(token);
                _account.Hold(token, -held);
                _account.CashMicros += Micros.WorthRoundedDown(worth, Math.Max(0, held));
            }
        }
    }

    private static VenueReply Refused(string code, string detail) =>
        new(VenueOutcome.Refused, "", 0, code, detail, []);

    private static VenueReply Answer(PaperOrder paper) => paper.Refusal.Length > 0
        ? Refused(paper.Refusal, "paper")
        : new VenueReply(
            VenueOutcome.Accepted, "paper-" + paper.Order.ClientId, paper.OpenMicro, "", "",
            [.. paper.Fills.Select(fill => fill.Told)]);

    private PaperOrder Know(PaperOrder paper)
    {
        _orders[paper.Order.ClientId] = paper;
        _oldest.Enqueue(paper.Order.ClientId);
        while (_oldest.Count > MostOrders)
        {
            var oldest = _oldest.Dequeue();
            if (_orders.TryGetValue(oldest, out var known) && (known.OpenMicro > 0 || _pending.Contains(known)))
            {
                _oldest.Enqueue(oldest);
                break;
            }

            _orders.Remove(oldest);
        }

        return paper;
    }

    private async Task<VenueReply> ConvertAsync(string clientId, OutcomeMarket market, long size, bool isSplit)
    {
        await Task.Delay(_settings.Latency, _clock, CancellationToken.None);
        lock (_gate)
        {
            if (_orders.TryGetValue(clientId, out var known))
            {
                return Answer(known);
            }

            var paper = new PaperOrder(new VenueOrder(
                clientId, market, market.Yes, isSplit ? Side.Buy : Side.Sell, Micros.One, size, OrderLife.FillAndKill))
            {
                IsMatched = true, ConvertedNanos = _clock.UnixNanos() + _settings.ConvertAfter.Nanos(),
            };
            Know(paper);
            ConfirmAll(market);
            var code = !market.Rules.MayMerge ? PaperCodes.NoMerge
                : isSplit ? (_account.CashMicros < size ? PaperCodes.Balance : "")
                : Math.Min(_account.Held(market.Yes), _account.Held(market.No)) < size ? PaperCodes.Balance : "";
            if (code.Length > 0)
            {
                paper.Refuse(code);
                return Answer(paper);
            }

            // What is given goes at once, what is got comes when it is done.
            if (isSplit)
            {
                _account.CashMicros -= size;
            }
            else
            {
                _account.Hold(market.Yes, -size);
                _account.Hold(market.No, -size);
            }

            _converting.Add(paper);
            ConvertAll(_clock.UnixNanos());
            return Answer(paper);
        }
    }

    private void ConvertAll(long until)
    {
        foreach (var paper in _converting.Where(one => one.ConvertedNanos <= until))
        {
            var (market, size) = (paper.Order.Market, paper.OpenMicro);
            paper.OpenMicro = 0;
            if (paper.Order.Side == Side.Buy)
            {
                _account.Hold(market.Yes, size);
                _account.Hold(market.No, size);
            }
            else
            {
                _account.CashMicros += size;
            }
        }

        _converting.RemoveAll(one => one.OpenMicro == 0);
    }

    private void Match(PaperOrder paper)
    {
        var order = paper.Order;
        var now = _clock.UnixNanos();
        paper.IsMatched = true;
        ConfirmAll(order.Market);
        if (!_reader.TryRead(order.Token, _book, now))
        {
            paper.Refuse(PaperCodes.NotReady);
            return;
        }

        if (PaperRules.Refusal(_reader.Market(Venue, order.Market.MarketId), _book, order) is { } code)
        {
            paper.Refuse(code);
            return;
        }

        if (!_account.Reserve(paper, Fee(order)))
        {
            paper.Refuse(PaperCodes.Balance);
            return;
        }

        if (!order.PostOnly)
        {
            foreach (var level in _depth.Take(_book, order, order.SizeMicro, order.Life == OrderLife.FillOrKill))
            {
                Add(paper, level, Fee(order).TakerFeeMicros(level.Price, level.Quantity), now);
            }

            ChargeWhole(paper);
        }

        if (order.Life != OrderLife.GoodTillCancelled)
        {
            if (paper.Fills.Count == 0)
            {
                _account.Release(paper);
                paper.Refuse(order.Life == OrderLife.FillOrKill ? PaperCodes.Fok : PaperCodes.Fak);
                return;
            }

            GiveBack(paper);
        }
    }

    // A resting order is believed to be filled only by what trades through its price.
    private void Touch(PaperOrder paper)
    {
        var order = paper.Order;
        var now = _clock.UnixNanos();
        ConvertAll(now);
        if (paper is { OpenMicro: > 0, IsMatched: true, ConvertedNanos: 0 } && _reader.TryRead(order.Token, _book, now)
            && _book.Refusal == BookRefusal.None)
        {
            var against = _book.Against(order.Side);
            if (against.Length > 0 && (order.Side == Side.Buy
                ? against[0].Price < order.LimitPpm : against[0].Price > order.LimitPpm))
            {
                foreach (var level in _depth.Take(_book, order, paper.OpenMicro, all: false))
                {
                    var size = level.Quantity;
                    Add(
                        paper, new Level(order.LimitPpm, size), Fee(order).MakerFeeMicros(order.LimitPpm, size), now);
                }
            }
        }

        ConfirmAll(order.Market);
    }

    private void Add(PaperOrder paper, Level level, long fee, long now)
    {
        var isGhost = _dice.Next(1_000_000) < _settings.GhostPpm;
        paper.OpenMicro -= level.Quantity;
        if (!_pending.Contains(paper))
        {
            _pending.Add(paper);
        }

        paper.Fills.Add(new PaperFill(
            new VenueFill(
                $"{paper.Order.ClientId}.{paper.Fills.Count + 1}", level.Price, level.Quantity, fee,
                FillFinality.Pending, now),
            isGhost));
    }

    // The order's fee is counted in a coarser grain than a fill's: the last fill pays what is missing.
    private void ChargeWhole(PaperOrder paper)
    {
        if (paper.Fills.Count > 0)
        {
            var fees = paper.Fills.Sum(fill => fill.Told.FeeMicros);
            var whole = Micros.RoundUp(fees, Math.Max(1, Fee(paper.Order).OrderGrainMicros));
            paper.Fills[^1].Charge(whole - fees);
        }
    }

    private void GiveBack(PaperOrder paper)
    {
        paper.OpenMicro = 0;
        _account.Release(paper);
    }

    private void ConfirmAll(OutcomeMarket market)
    {
        var now = _clock.UnixNanos();
        foreach (var paper in _pending.Where(one => one.Order.Market.MarketId == market.MarketId))
        {
            foreach (var fill in paper.Fills)
            {
                if (fill.Told.Finality == FillFinality.Pending
                    && now - fill.Told.AtNanos >= _settings.ConfirmAfter.Nanos())
                {
                    fill.Finish();
                    _account.Book(paper.Order, fill.Told);
                }
            }
        }

        _pending.RemoveAll(one => one.Fills.TrueForAll(fill => fill.Told.Finality != FillFinality.Pending));
        if (market.Rules.Nets && Math.Min(_account.Held(market.Yes), _account.Held(market.No)) is var sets and > 0)
        {
            _account.Hold(market.Yes, -sets);
            _account.Hold(market.No, -sets);
            _account.CashMicros += sets;
        }
    }

    private void Restore(TrackedOrder tracked, VenueOrder order)
    {
        var paper = new PaperOrder(order)
        {
            OpenMicro = 0, IsMatched = true,
            Refusal = tracked.Phase == OrderPhase.Rejected && tracked.Fills.Count == 0 ? tracked.Code : "",
        };
        foreach (var fill in tracked.Fills)
        {
            paper.Fills.Add(new PaperFill(fill, isGhost: false));
            if (fill.Finality == FillFinality.Pending)
            {
                // What the portfolio counts already comes when the fill is final.
                _account.Hold(order.Token, order.Side == Side.Buy ? -fill.SizeMicro : fill.SizeMicro);
                _account.CashMicros -= order.Side == Side.Buy
                    ? 0
                    : Micros.WorthRoundedDown(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros;
            }
        }

        Know(paper);
        if (tracked.Pending > 0)
        {
            _pending.Add(paper);
        }
    }

    private static FeeCurve Fee(VenueOrder order) => order.Market.Rules.Fee;
}
