namespace Strikeline.Venues.Polymarket;

/// <summary>Fields of a market channel's event that a reader looks for; a set, so that one standing twice is
/// seen.</summary>
[Flags]
internal enum EventField
{
    None = 0,
    Type = 1,
    Market = 2,
    Asset = 4,
    Bids = 8,
    Asks = 16,
    Changes = 32,
    Time = 64,
    BestBid = 128,
    BestAsk = 256,
    Price = 512,
    Size = 1_024,
    Side = 2_048,
    Tick = 4_096,
    NewTick = 8_192,
    Unused = 16_384,
}

/// <summary>One event as read, before it is known what it is: the venue may name the type last.</summary>
internal ref struct EventFields
{
    public EventField Seen;
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Market;
    public ReadOnlySpan<byte> Asset;
    public ReadOnlySpan<byte> Side;
    public long VenueNanos;
    public long Price;
    public long Size;
    public long BestBid;
    public long BestAsk;
    public long Tick;
    public long NewTick;
    public int BidStart;
    public int BidCount;
    public int AskStart;
    public int AskCount;

    public readonly bool Has(EventField all) => (Seen & all) == all;
}
