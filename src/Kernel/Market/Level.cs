namespace Strikeline.Kernel;

/// <summary>One price level of a book.</summary>
/// <param name="Price">Price on the instrument's grid, in 10^-PriceDecimals.</param>
/// <param name="Quantity">Quantity on the grid, in 10^-QuantityDecimals; zero removes the level.</param>
/// <remarks><c>default</c> is an empty level at price zero.</remarks>
public readonly record struct Level(long Price, long Quantity);
