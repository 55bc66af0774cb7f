namespace Strikeline.Kernel;

/// <summary>A side of a book, or the side that took liquidity in a trade.</summary>
public enum Side : byte
{
    /// <summary>Buyers.</summary>
    Buy = 0,

    /// <summary>Sellers.</summary>
    Sell = 1,
}
