using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>What of a position is told.</summary>
/// <param name="Count">Above zero YES, below zero NO.</param>
/// <param name="Cost">What the open part has cost.</param>
/// <param name="Traded">What was ever spent in the market.</param>
/// <param name="Profit">What the closed parts have brought over their cost.</param>
/// <param name="Fees">Of all fills.</param>
/// <param name="Volume">Of all fills.</param>
internal readonly record struct PositionState(
    long Count, long Cost, long Traded, long Profit, long Fees, long Volume);

/// <summary>A member's position in one market. YES and NO net: one of each is a dollar.</summary>
internal sealed class KalshiPosition(KalshiMarket market)
{
    // REST reads positions about a second behind the fills (seen live, 2026).
    private const long LagNanos = Stamps.NanosPerSecond;

    private readonly Queue<(long AtNanos, PositionState State)> _coming = [];
    private (long AtNanos, PositionState State) _told;

    public KalshiMarket Market { get; } = market;

    public PositionState State { get; private set; }

    public long Count => State.Count;

    /// <summary>Takes a fill in.</summary>
    /// <returns>The revenue before fees: below zero where money is spent.</returns>
    public long Fill(Side side, int price, long count, long nowNanos)
    {
        var held = side == Side.Buy ? -State.Count : State.Count;
        var closing = Math.Clamp(held, 0, count);
        var opening = count - closing;
        var own = side == Side.Buy ? price : KalshiUnits.Dollar - price;
        var proceeds = closing * (KalshiUnits.Dollar - own);
        var spent = opening * own;
        var costGone = closing == 0 ? 0 : (long)((Int128)State.Cost * closing / held);
        Set(
            State with
            {
                Count = State.Count + (side == Side.Buy ? count : -count),
                Cost = State.Cost - costGone + spent,
                Traded = State.Traded + spent,
                Profit = State.Profit + proceeds - costGone,
                Volume = State.Volume + count,
            },
            nowNanos);
        return proceeds - spent;
    }

    public void AddFee(long fee, long nowNanos) => Set(State with { Fees = State.Fees + fee }, nowNanos);

    /// <summary>Pays the position out; nothing is left of it.</summary>
    /// <param name="yes">What YES pays, as a price.</param>
    /// <param name="nowNanos">When.</param>
    /// <returns>What is paid.</returns>
    public long PayOut(int yes, long nowNanos)
    {
        var paid = State.Count >= 0 ? State.Count * yes : -State.Count * (KalshiUnits.Dollar - yes);
        Set(State with { Count = 0, Cost = 0, Profit = State.Profit + paid - State.Cost }, nowNanos);
        return paid;
    }

    /// <summary>What REST tells now.</summary>
    public (long AtNanos, PositionState State) Told(long nowNanos)
    {
        while (_coming.TryPeek(out var next) && next.AtNanos <= nowNanos - LagNanos)
        {
            _told = _coming.Dequeue();
        }

        return _told;
    }

    private void Set(PositionState state, long nowNanos)
    {
        Told(nowNanos);
        State = state;
        _coming.Enqueue((nowNanos, state));
    }
}
