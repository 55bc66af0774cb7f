namespace Strikeline.Kernel;

/// <summary>The integer scale of an instrument: prices in 10^-PriceDecimals, quantities in
/// 10^-QuantityDecimals.</summary>
/// <param name="PriceDecimals">Decimals of a price, 0 to 18.</param>
/// <param name="QuantityDecimals">Decimals of a quantity, 0 to 18.</param>
/// <remarks><c>default</c> is a grid of whole numbers.</remarks>
public readonly record struct Grid(byte PriceDecimals, byte QuantityDecimals)
{
    /// <summary>The scale that venues use on the wire when nothing closer is known: eight decimals each.</summary>
    public static Grid Wire { get; } = new(8, 8);
}
