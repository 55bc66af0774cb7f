namespace Strikeline.Kernel;

/// <summary>Names one outcome token of one prediction venue: what a book, a position and a leg of an order are
/// about.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="TokenId">The venue's own name. Polymarket: the decimal token id. Kalshi, which has one ticker for both
/// outcomes: the ticker for YES, and the ticker followed by <c>:no</c> for NO.</param>
/// <remarks><c>default</c> names nothing.</remarks>
public readonly record struct MarketKey(Venue Venue, string TokenId)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Venue.Name()}:{TokenId}";
}
