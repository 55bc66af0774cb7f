using Strikeline.Exchange;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The books of the venue's markets in the core of our own exchange, which only matches here.</summary>
/// <remarks>
/// One instrument for each market, in YES: a price is of one dollar, a lot a hundredth of a contract. Selling a YES
/// that one does not own is the venue's buying of NO, which a spot exchange does not know; so every account owns more
/// of both assets in the core than it can ever trade, and what it may do with its money is decided outside, by
/// <see cref="KalshiMember"/>. Books of finished markets are used again.
/// </remarks>
internal sealed class KalshiCore
{
    private const int DollarAsset = 0;
    private const int YesAsset = 1;
    private const long Plenty = 1L << 50;

    private readonly EventBuffer _events = new(4_096);
    private readonly Pipeline _pipeline;
    private readonly Stack<short> _free = [];

    public KalshiCore(long nowNanos)
    {
        _pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 4_096, ExpectedClientIds = 16 }, _events);
        _pipeline.Run(new AssetListing { AtNanos = nowNanos, Name = ListingName.Of("USD"), Decimals = 6 });
        _pipeline.Run(new AssetListing { AtNanos = nowNanos, Name = ListingName.Of("YES"), Decimals = 2 });
        _events.Clear();
    }

    /// <summary>For tests: the core itself.</summary>
    public Pipeline Pipeline => _pipeline;

    public int OpenAccount(long nowNanos)
    {
        Run(new Command { Type = CommandType.OpenAccount, AtNanos = nowNanos });
        var account = _pipeline.Accounts - 1;
        foreach (var asset in (ReadOnlySpan<int>)[DollarAsset, YesAsset])
        {
            Run(new Command
            {
                Type = CommandType.Deposit,
                AtNanos = nowNanos,
                Account = account,
                Target = asset,
                Quantity = Plenty,
            });
        }

        return account;
    }

    /// <summary>An empty book.</summary>
    public short TakeBook(long nowNanos)
    {
        if (_free.TryPop(out var free))
        {
            return free;
        }

        var number = _pipeline.Instruments;
        var listing = InstrumentListing.Of(number, "MARKET" + number.ToString(), new SpotInstrument
        {
            BaseAsset = YesAsset,
            QuoteAsset = DollarAsset,
            BaseAtomsPerLot = 1,
            QuoteAtomsPerTickLot = 1,
            MaxPrice = KalshiUnits.Dollar - 1,
            MaxQuantity = KalshiUnits.LargestCount,
        });
        listing.AtNanos = nowNanos;
        _events.Clear();
        _pipeline.Run(listing);
        return (short)number;
    }

    /// <summary>Gives a book back; no order may be in it.</summary>
    public void GiveBook(short book) => _free.Push(book);

    /// <summary>Runs a command; the events are valid until the next one.</summary>
    public ReadOnlySpan<ExchangeEvent> Run(scoped in Command command)
    {
        _events.Clear();
        _pipeline.Run(command);
        return _events.Events;
    }

    /// <summary>Orders whose time is over end; none where nothing is due.</summary>
    public ReadOnlySpan<ExchangeEvent> Expire(long nowNanos) =>
        _pipeline.IsDue(nowNanos) ? Run(new Command { Type = CommandType.Tick, AtNanos = nowNanos }) : [];
}
