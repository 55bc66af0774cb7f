using Strikeline.Exchange;

namespace Strikeline.Testnet;

/// <summary>The books of a prediction venue in the core of our own exchange, which only matches here.</summary>
/// <remarks>
/// One instrument for each market, in terms of its first outcome: a price is ten-thousandths of a dollar. Sets that are
/// made, and outcomes sold that one does not own, a spot exchange does not know; so every account owns more of both
/// assets in the core than it can ever trade, and what it may do with its money is decided outside. Books of finished
/// markets are used again. Under the floor's lock.
/// </remarks>
internal sealed class MatchingCore
{
    private const int Dollar = 10_000;
    private const int PriceDecimals = 4;
    private const int DollarAsset = 0;
    private const int OutcomeAsset = 1;

    private readonly EventBuffer _events = new(4_096);
    private readonly Pipeline _pipeline;
    private readonly Stack<short> _free = [];
    private readonly long _largestOrder;
    private readonly long _plenty;

    /// <summary>Makes a core without books.</summary>
    /// <param name="lotDecimals">Decimals of a share that the venue trades.</param>
    /// <param name="largestOrder">The most that one order may be of, in lots.</param>
    /// <param name="plenty">What an account is given of each asset, in atoms: the largest order at the highest price
    /// many times over.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    public MatchingCore(int lotDecimals, long largestOrder, long plenty, long nowNanos)
    {
        (_largestOrder, _plenty) = (largestOrder, plenty);
        _pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 8_192, ExpectedClientIds = 16 }, _events);
        List("DOLLAR", PriceDecimals + lotDecimals, nowNanos);
        List("OUTCOME", lotDecimals, nowNanos);
    }

    /// <summary>The core itself, for status pages and tests.</summary>
    public Pipeline Pipeline => _pipeline;

    /// <summary>An account that owns plenty of both assets.</summary>
    public int OpenAccount(long nowNanos)
    {
        Run(new Command { Type = CommandType.OpenAccount, AtNanos = nowNanos });
        var account = _pipeline.Accounts - 1;
        TopUp(account, nowNanos);
        return account;
    }

    /// <summary>Gives an account more of both assets, which mean nothing here.</summary>
    public void TopUp(int account, long nowNanos)
    {
        foreach (var asset in (ReadOnlySpan<int>)[DollarAsset, OutcomeAsset])
        {
            Run(new Command
            {
                Type = CommandType.Deposit,
                AtNanos = nowNanos,
                Account = account,
                Target = asset,
                Quantity = _plenty,
            });
        }
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
            BaseAsset = OutcomeAsset,
            QuoteAsset = DollarAsset,
            BaseAtomsPerLot = 1,
            QuoteAtomsPerTickLot = 1,
            MaxPrice = Dollar - 1,
            MaxQuantity = _largestOrder,
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

    private void List(string name, int decimals, long nowNanos)
    {
        _events.Clear();
        _pipeline.Run(new AssetListing { AtNanos = nowNanos, Name = ListingName.Of(name), Decimals = decimals });
    }
}
