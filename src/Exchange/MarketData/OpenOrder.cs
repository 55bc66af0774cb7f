using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>An order that rests or waits, as the core knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">The owner.</param>
/// <param name="Instrument">The instrument, by its number.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Price">Ticks; 0 for a market order that waits.</param>
/// <param name="Lots">What is left of it, what an iceberg hides included.</param>
/// <param name="Display">Most lots that it shows at a time; 0 for all.</param>
/// <param name="StopPrice">The price that it waits for; 0 where it rests.</param>
/// <param name="ExpiresAtNanos">When it ends by itself; 0 for never.</param>
/// <param name="IsPostOnly">True where it may not trade at once.</param>
public readonly record struct OpenOrder(
    long Id, int Account, short Instrument, Side Side, int Price, long Lots, long Display, int StopPrice,
    long ExpiresAtNanos, bool IsPostOnly);
