using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>A trade as it happened.</summary>
/// <param name="Sequence">The event's number, which is the trade's id.</param>
/// <param name="AtNanos">Time of the command that brought it, in nanoseconds since the Unix epoch.</param>
/// <param name="Instrument">The instrument, by its number.</param>
/// <param name="Price">Ticks.</param>
/// <param name="Lots">Lots.</param>
/// <param name="TakerSide">The incoming order's side.</param>
/// <param name="TakerOrder">The incoming order.</param>
/// <param name="MakerOrder">The resting order.</param>
/// <param name="TakerAccount">Whose the incoming order is.</param>
/// <param name="MakerAccount">Whose the resting order is.</param>
/// <param name="TakerFee">Atoms of what the incoming side received.</param>
/// <param name="MakerFee">Atoms of what the resting side received.</param>
public readonly record struct TradePrint(
    long Sequence, long AtNanos, short Instrument, int Price, long Lots, Side TakerSide, long TakerOrder,
    long MakerOrder, int TakerAccount, int MakerAccount, long TakerFee, long MakerFee);
