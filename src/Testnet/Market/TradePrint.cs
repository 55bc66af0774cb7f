using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>A trade as the venues print it. Ids of one pair rise by one.</summary>
internal readonly record struct TradePrint(long Id, long Price, long Quantity, Side Taker, long AtNanos);
