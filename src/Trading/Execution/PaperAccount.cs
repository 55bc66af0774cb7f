using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>An order on paper.</summary>
/// <remarks>Guarded by its venue's gate.</remarks>
internal sealed class PaperOrder(VenueOrder order)
{
    public VenueOrder Order => order;

    public List<PaperFill> Fills { get; } = [];

    public long OpenMicro { get; set; } = order.SizeMicro;

    /// <summary>True once the hold is over.</summary>
    public bool IsMatched { get; set; }

    public string Refusal { get; set; } = "";

    /// <summary>What is kept for it: dollars of a buy, shares of a sale.</summary>
    public long Reserved { get; set; }

    /// <summary>When a split or merge is done, nanoseconds since the Unix epoch; zero for an order.</summary>
    public long ConvertedNanos { get; init; }

    public void Refuse(string code) => (Refusal, OpenMicro) = (code, 0);
}

/// <summary>A fill on paper, whose end was decided when it was made.</summary>
internal sealed class PaperFill(VenueFill told, bool isGhost)
{
    public VenueFill Told { get; private set; } = told;

    public void Charge(long more) => Told = Told with { FeeMicros = Told.FeeMicros + more };

    public void Finish() => Told = Told with { Finality = isGhost ? FillFinality.Failed : FillFinality.Confirmed };
}

/// <summary>Dollars and shares on paper. Shares are there once their fills are final.</summary>
/// <remarks>Guarded by its venue's gate.</remarks>
internal sealed class PaperAccount(long cashMicros)
{
    private readonly Dictionary<MarketKey, long> _held = [];

    public long CashMicros { get; set; } = cashMicros;

    public long Held(MarketKey token) => _held.GetValueOrDefault(token);

    public void Hold(MarketKey token, long change) => _held[token] = Held(token) + change;

    /// <summary>Keeps what the order can need; false where it is not there.</summary>
    public bool Reserve(PaperOrder paper, FeeCurve fee)
    {
        const int MostFills = BookCopy.MaxLevels;
        var order = paper.Order;
        var fees = fee.MostTakerFeeMicros(
            fee.Kind == FeeKind.Flat ? order.LimitPpm : Math.Min(order.LimitPpm, Micros.One / 2), order.SizeMicro,
            MostFills);
        var need = order.Side == Side.Buy
            ? Micros.WorthRoundedUp(order.LimitPpm, order.SizeMicro) + MostFills + fees
            : order.SizeMicro;
        if ((order.Side == Side.Buy ? CashMicros : Held(order.Token)) < need)
        {
            return false;
        }

        paper.Reserved = need;
        if (order.Side == Side.Buy)
        {
            CashMicros -= need;
        }
        else
        {
            Hold(order.Token, -need);
        }

        return true;
    }

    /// <summary>Gives back what is kept and not filled.</summary>
    public void Release(PaperOrder paper)
    {
        var used = paper.Fills.Sum(fill => Used(paper.Order, fill.Told));
        if (paper.Order.Side == Side.Buy)
        {
            CashMicros += paper.Reserved - used;
        }
        else
        {
            Hold(paper.Order.Token, paper.Reserved - used);
        }

        paper.Reserved = used;
    }

    /// <summary>Books a fill that is final.</summary>
    public void Book(VenueOrder order, VenueFill fill)
    {
        var isConfirmed = fill.Finality == FillFinality.Confirmed;
        if (order.Side == Side.Buy)
        {
            Hold(order.Token, isConfirmed ? fill.SizeMicro : 0);
            CashMicros += isConfirmed ? 0 : Used(order, fill);
        }
        else
        {
            CashMicros += isConfirmed
                ? Micros.WorthRoundedDown(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros
                : 0;
            Hold(order.Token, isConfirmed ? 0 : fill.SizeMicro);
        }
    }

    private static long Used(VenueOrder order, VenueFill fill) => order.Side == Side.Buy
        ? Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros
        : fill.SizeMicro;
}
