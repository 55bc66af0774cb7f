namespace Strikeline.Strikes;

/// <summary>What the maker's inventory of one market does to its quotes.</summary>
/// <param name="ShiftPpm">By how much UP's ask rises and DOWN's falls, in parts per million, in ticks of 100.</param>
/// <param name="LeftAtoms">What may still be sold of either side in 10^-6 tokens; zero where the limit is
/// reached.</param>
/// <remarks><c>default</c> is a full inventory. Rules: docs/inventory.md.</remarks>
public readonly record struct InventorySkew(int ShiftPpm, long LeftAtoms)
{
    /// <summary>The skew of an inventory.</summary>
    /// <param name="netUpAtoms">UP less DOWN tokens that the maker holds, in 10^-6 tokens; who has sold UP is
    /// short: below zero.</param>
    /// <param name="options">A sound series.</param>
    /// <remarks>
    /// The shift grows in proportion to the inventory and is full at the limit. Both sides of a quote share their
    /// largest quantity, so both shrink to what the side that adds to the inventory has left.
    /// </remarks>
    public static InventorySkew Of(long netUpAtoms, SeriesOptions options)
    {
        var limit = options.InventoryLimitAtoms;
        var net = Math.Clamp(netUpAtoms, -limit, limit);
        var ticks = (int)((Int128)(-net) * (options.MaxSkewPpm / StrikesLimits.TickPpm) / limit);
        var left = Math.Min(options.MaxQuantityAtoms, limit - Math.Abs(net));
        return new InventorySkew(ticks * StrikesLimits.TickPpm, left);
    }
}
