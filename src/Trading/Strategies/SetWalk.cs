using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>
/// Walks the books of a set together, level by level at equal share counts, and finds the size that earns most after
/// fees and the worst rounding. The formulas: docs/arbitrage.md.
/// </summary>
/// <remarks>
/// One thread at a time; allocates nothing once it has held as many legs. A size is good only where the whole of it,
/// executed at the worst price of each leg with the stated fees, still earns the least edge that is asked for.
/// </remarks>
internal sealed class SetWalk
{
    // A share's fee is taken of so many shares, so that its rounding does not count.
    private const long ManyShares = 1_000_000;
    private const long MostStep = 1_000_000_000_000_000;

    private Leg[] _legs = new Leg[2];
    private int[] _order = new int[2];
    private int _count;

    /// <summary>Buy or sell: the same for all legs.</summary>
    public Side Side { get; private set; }

    /// <summary>What the set pays, or costs to split, in parts per million of a share.</summary>
    public long PayoutPpm { get; private set; }

    /// <summary>Legs so far.</summary>
    public int Count => _count;

    /// <summary>Profit at the best prices before fees, for one share; above zero it looks like an edge.</summary>
    public long TopEdgePpm { get; private set; }

    /// <summary>The best size; zero where there is none.</summary>
    public long SizeMicro { get; private set; }

    /// <summary>Its profit after fees, in millionths of a dollar.</summary>
    public long ProfitMicros { get; private set; }

    /// <summary>Its profit before fees for one share.</summary>
    public long EdgePpm { get; private set; }

    /// <summary>Its profit after fees for one share, rounded down.</summary>
    public long EdgeAfterFeesPpm { get; private set; }

    /// <summary>Begins a set without legs.</summary>
    public void Begin(Side side, long payoutPpm) => (Side, PayoutPpm, _count) = (side, payoutPpm, 0);

    /// <summary>Adds a leg. Its market must be known.</summary>
    public void Add(BookCopy book)
    {
        if (_count == _legs.Length)
        {
            Array.Resize(ref _legs, _count * 2);
            Array.Resize(ref _order, _count * 2);
        }

        _legs[_count++] = new Leg { Book = book, Rules = book.Market!.Rules };
    }

    /// <summary>True where the best prices alone would be a profit, before fees; cheap.</summary>
    public bool LooksLikeAnEdge()
    {
        long sum = 0;
        for (var i = 0; i < _count; i++)
        {
            var levels = _legs[i].Book.Against(Side);
            if (levels.IsEmpty)
            {
                return false;
            }

            sum += levels[0].Price;
        }

        TopEdgePpm = Side == Side.Buy ? PayoutPpm - sum : sum - PayoutPpm;
        return TopEdgePpm > 0;
    }

    /// <summary>Why a leg must not be traded on; none where all may.</summary>
    public RefusalReason LegRefusal()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_legs[i].Book.Refusal != BookRefusal.None)
            {
                return _legs[i].Book.Refusal.OfLeg();
            }
        }

        return RefusalReason.None;
    }

    /// <summary>Finds the best size of a set that looks like an edge.</summary>
    /// <returns>None where <see cref="SizeMicro"/> is one; otherwise why there is none.</returns>
    public RefusalReason Find(long minEdgePpm, long maxSizeMicro)
    {
        (SizeMicro, ProfitMicros, EdgePpm, EdgeAfterFeesPpm) = (0, 0, 0, 0);
        var reason = RefusalReason.Depth;
        var asked = Math.Max(0, minEdgePpm);
        for (var i = 0; i < _count; i++)
        {
            _legs[i] = new Leg { Book = _legs[i].Book, Rules = _legs[i].Rules };
            if (!Understands(_legs[i].Rules.Fee) || !TryEnter(ref _legs[i], 0))
            {
                return RefusalReason.Fees;
            }
        }

        for (long taken = 0; taken < maxSizeMicro;)
        {
            var marginal = Marginal();
            if (marginal <= 0 || marginal < asked * ManyShares)
            {
                reason = taken > 0 ? reason : marginal <= 0 ? RefusalReason.Fees : RefusalReason.MinEdge;
                break;
            }

            var before = taken;
            var piece = maxSizeMicro - taken;
            for (var i = 0; i < _count; i++)
            {
                piece = Math.Min(piece, _legs[i].Left);
            }

            taken += piece;
            var judged = Judge(before, taken, asked);
            reason = SizeMicro > 0 ? RefusalReason.None : Nearer(reason, judged);
            if (!Advance(piece))
            {
                break;
            }
        }

        return SizeMicro > 0 ? RefusalReason.None : reason;
    }

    /// <summary>The legs of the size that was found, the one with less depth behind its price first.</summary>
    public ImmutableArray<SignalLeg> FoundLegs()
    {
        for (var i = 0; i < _count; i++)
        {
            var at = i;
            for (; at > 0 && _legs[_order[at - 1]].BestDepth > _legs[i].BestDepth; at--)
            {
                _order[at] = _order[at - 1];
            }

            _order[at] = i;
        }

        var legs = ImmutableArray.CreateBuilder<SignalLeg>(_count);
        for (var i = 0; i < _count; i++)
        {
            ref var leg = ref _legs[_order[i]];
            legs.Add(new SignalLeg(
                leg.Book.Market!, leg.Book.Token, Side, leg.BestWorst, SizeMicro, leg.BestAverage, leg.BestFee));
        }

        return legs.MoveToImmutable();
    }

    /// <summary>The legs at the best prices, for a refusal: nothing was found.</summary>
    public ImmutableArray<SignalLeg> TopLegs()
    {
        var size = long.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            size = Math.Min(size, _legs[i].Book.Against(Side)[0].Quantity);
        }

        var legs = ImmutableArray.CreateBuilder<SignalLeg>(_count);
        for (var i = 0; i < _count; i++)
        {
            var book = _legs[i].Book;
            var price = book.Against(Side)[0].Price;
            var fee = Understands(book.Market!.Rules.Fee) ? book.Market.Rules.Fee.TakerFeeMicros(price, size) : 0;
            legs.Add(new SignalLeg(book.Market, book.Token, Side, price, size, price, fee));
        }

        return legs.MoveToImmutable();
    }

    /// <summary>True where cost and fee together rise with the price, so that the worst price is the worst: not where
    /// a rate is above one, or the shape is unknown.</summary>
    public static bool Understands(in FeeCurve fee) =>
        fee.RatePpm is >= 0 and <= Micros.One
        && (fee.Kind is FeeKind.None or FeeKind.Flat || (fee.Kind == FeeKind.Curve && fee.Exponent is 1 or 2));

    private static RefusalReason Nearer(RefusalReason known, RefusalReason judged) =>
        known is RefusalReason.MinEdge || judged is RefusalReason.Depth ? known : judged;

    // Profit of one more share at every leg's present worst price, times ManyShares.
    private long Marginal()
    {
        var sum = 0L;
        for (var i = 0; i < _count; i++)
        {
            ref var leg = ref _legs[i];
            var fee = leg.Rules.Fee.TakerFeeMicros(leg.Worst, ManyShares * Micros.One);
            sum += Side == Side.Buy ? -(leg.Worst * ManyShares) - fee : (leg.Worst * ManyShares) - fee;
        }

        return Side == Side.Buy ? (PayoutPpm * ManyShares) + sum : sum - (PayoutPpm * ManyShares);
    }

    // The largest good size above what the levels before this piece gave.
    private RefusalReason Judge(long before, long taken, long minEdgePpm)
    {
        var step = CommonStep();
        var size = step == 0 ? 0 : Micros.RoundDown(taken, step);
        if (size <= before)
        {
            return RefusalReason.Depth;
        }

        var profit = Payout(size);
        var worst = profit;
        var fees = 0L;
        for (var i = 0; i < _count; i++)
        {
            ref var leg = ref _legs[i];
            if (Micros.WorthRoundedDown(leg.Worst, size) < leg.Rules.LeastTakingMicros)
            {
                return RefusalReason.MinSize;
            }

            leg.Weigh(Side, size);
            profit += leg.Worth - leg.Fee;
            worst += leg.WorstWorth - leg.Fee;
            fees += leg.Fee;
        }

        if (worst < 0 || profit <= 0)
        {
            return RefusalReason.Fees;
        }

        if (worst < Micros.WorthRoundedUp(minEdgePpm, size))
        {
            return RefusalReason.MinEdge;
        }

        if (profit > ProfitMicros)
        {
            Keep(size, profit, fees);
        }

        return RefusalReason.None;
    }

    private void Keep(long size, long profit, long fees)
    {
        (SizeMicro, ProfitMicros) = (size, profit);
        EdgeAfterFeesPpm = (long)((Int128)profit * Micros.One / size);
        EdgePpm = (long)((Int128)(profit + fees) * Micros.One / size);
        for (var i = 0; i < _count; i++)
        {
            _legs[i].Keep(Side, size);
        }
    }

    private long Payout(long size) => Side == Side.Buy
        ? Micros.WorthRoundedDown(PayoutPpm, size)
        : -Micros.WorthRoundedUp(PayoutPpm, size);

    private bool Advance(long piece)
    {
        for (var i = 0; i < _count; i++)
        {
            ref var leg = ref _legs[i];
            leg.Left -= piece;
            if (leg.Left == 0 && !TryNext(ref leg))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryNext(ref Leg leg)
    {
        leg.CloseLevel(Side);
        return TryEnter(ref leg, leg.At + 1);
    }

    // A price that is not on the market's tick cannot be a limit: the next one against us is.
    private bool TryEnter(ref Leg leg, int at)
    {
        var levels = leg.Book.Against(Side);
        if (at >= levels.Length)
        {
            return false;
        }

        var price = levels[at].Price;
        var worst = price;
        if (!leg.Rules.IsOnTick(price))
        {
            var tick = leg.Rules.TickAt(price);
            if (tick == 0)
            {
                return false;
            }

            worst = Side == Side.Buy ? Micros.RoundUp(price, tick) : Micros.RoundDown(price, tick);
            if (!leg.Rules.IsOnTick(worst))
            {
                return false;
            }
        }

        leg.At = at;
        leg.Price = price;
        leg.Worst = worst;
        leg.Left = levels[at].Quantity;
        leg.Depth = (long)Int128.Min((Int128)leg.Depth + levels[at].Quantity, long.MaxValue);
        return true;
    }

    // Sizes that every leg's venue takes: its step, and for a buy a size whose dollars are on the venue's step exactly,
    // so that dollars by shares is the price. Zero where no such size is sane.
    private long CommonStep()
    {
        var step = 1L;
        for (var i = 0; i < _count && step != 0; i++)
        {
            ref var leg = ref _legs[i];
            step = Common(step, Math.Max(1, leg.Rules.SizeStepMicro));
            if (Side == Side.Buy)
            {
                step = Common(step, Math.Max(1, leg.Rules.TakingShareStepMicro));
                if (leg.Rules.TakingDollarStepMicros > 1)
                {
                    var grain = leg.Rules.TakingDollarStepMicros * Micros.One;
                    step = Common(step, grain / Divisor(grain, leg.Worst));
                }
            }
        }

        return step;
    }

    private static long Common(long a, long b)
    {
        if (a == 0 || b == 0)
        {
            return 0;
        }

        var common = (Int128)(a / Divisor(a, b)) * b;
        return common > MostStep ? 0 : (long)common;
    }

    private static long Divisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private struct Leg
    {
        public BookCopy Book;
        public MarketRules Rules;
        public int At;
        public long Price;
        public long Worst;
        public long Left;
        public long Depth;
        public long LevelStart;
        public long ClosedWorth;
        public long ClosedFee;
        public long Worth;
        public long WorstWorth;
        public long Fee;
        public long BestWorst;
        public long BestAverage;
        public long BestFee;
        public long BestDepth;

        public void CloseLevel(Side side)
        {
            var size = Book.Against(side)[At].Quantity;
            ClosedWorth += WorthOf(side, Price, size);
            ClosedFee += Rules.Fee.TakerFeeMicros(Price, size);
            LevelStart += size;
        }

        // What the leg brings, below zero where it costs: by the depth, and all of it at the worst price. One fee for
        // both, the larger: one fill for each level and for each whole resting order that may be met.
        public void Weigh(Side side, long size)
        {
            var rest = size - LevelStart;
            Worth = ClosedWorth + WorthOf(side, Price, rest);
            WorstWorth = WorthOf(side, Worst, size);
            var more = (int)Math.Min(size / Math.Max(Micros.One, Rules.LeastRestingMicro), 1_000_000);
            var fee = Rules.Fee;
            Fee = fee.Kind == FeeKind.None
                ? 0
                : Math.Max(
                    fee.MostTakerFeeMicros(Worst, size, At + 1 + more),
                    Micros.RoundUp(
                        ClosedFee + fee.TakerFeeMicros(Price, rest) + (more * Math.Max(1, fee.GrainMicros)),
                        Math.Max(1, Math.Max(fee.GrainMicros, fee.OrderGrainMicros))));
        }

        public void Keep(Side side, long size)
        {
            (BestWorst, BestFee, BestDepth) = (Worst, Fee, Depth);
            BestAverage = side == Side.Buy
                ? (long)((((Int128)(-Worth) * Micros.One) + (size - 1)) / size)
                : (long)((Int128)Worth * Micros.One / size);
        }

        private static long WorthOf(Side side, long price, long size) => side == Side.Buy
            ? -Micros.WorthRoundedUp(price, size)
            : Micros.WorthRoundedDown(price, size);
    }
}
