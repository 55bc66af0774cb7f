namespace Strikeline.Exchange;

/// <content>What there is to trade, and who may.</content>
public sealed partial class Pipeline
{
    /// <summary>Lists an asset.</summary>
    public void Run(in AssetListing listing)
    {
        Advance(listing.AtNanos);
        _administration.List(listing);
    }

    /// <summary>Lists an instrument or changes the terms of one.</summary>
    public void Run(in InstrumentListing listing)
    {
        Advance(listing.AtNanos);
        _administration.List(listing, Open);
    }

    /// <summary>Lists an API key, or takes one back.</summary>
    public void Run(in KeyListing listing)
    {
        Advance(listing.AtNanos);
        _keys.List(listing);
    }

    private OrderBook Open(InstrumentListing listing) =>
        new(listing.Terms(), _orders, _pages) { Name = listing.Name };
}
