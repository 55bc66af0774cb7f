using Strikeline.Exchange;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The books of this venue in the core of our own exchange, which only matches here.</summary>
/// <remarks>
/// One instrument for each market, in terms of its first token. A spot exchange knows no minting of sets, so every
/// account owns more of both assets in the core than it can ever trade; money is counted outside
/// (<see cref="Wallet"/>). Books of finished markets are used again.
/// </remarks>
internal sealed class OutcomeCore
{
    /// <summary>Lots of the largest order: a million shares.</summary>
    public const long LargestOrder = 1_000_000 * OutcomeUnits.LotsPerShare;

    private const int DollarAsset = 0;
    private const int TokenAsset = 1;
    
    // Enough for the largest order at the highest price, many times.
    private const long Plenty = 1L << 47;

    private readonly EventBuffer _events = new(4_096);
    private readonly Pipeline _pipeline;
    private readonly Stack<short> _free = [];

    public OutcomeCore(long nowNanos)
    {
        _pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 8_192, ExpectedClientIds = 16 }, _events);
        _pipeline.Run(new AssetListing { AtNanos = nowNanos, Name = ListingName.Of("PUSD"), Decimals = 8 });
        _pipeline.Run(new AssetListing { AtNanos = nowNanos, Name = ListingName.Of("TOKEN"), Decimals = 4 });
        _events.Clear();
    }

    /// <summary>The core itself, for tests.</summary>
    public Pipeline Pipeline => _pipeline;

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
        foreach (var asset in (ReadOnlySpan<int>)[DollarAsset, TokenAsset])
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
    }

    /// <summary>An empty book.</summary>
    public short TakeBook(long nowNanos)
    {
        if (_free.TryPop(out var free))
        {
            return free;
        }

        var number = _pipeline.Instruments;
        var listing = InstrumentListing.Of(number, "OUTCOME" + number.ToString(), new SpotInstrument
        {
            BaseAsset = TokenAsset,
            QuoteAsset = DollarAsset,
            BaseAtomsPerLot = 1,
            QuoteAtomsPerTickLot = 1,
            MaxPrice = OutcomeUnits.Dollar - 1,
            MaxQuantity = LargestOrder,
        });
        listing.AtNanos = nowNanos;
        _events.Clear();
        _pipeline.Run(listing);
        return (short)number;
    }

    /// <summary>Gives a book back; no order may be in it.</summary>
    public void GiveBook(short book) => _free.Push(book);

    /// <summary>Runs a command; the events are valid until the next one.</summary>
    public ReadOnlySpan<ExchangeEvent> Run(in Command command)
    {
        _events.Clear();
        _pipeline.Run(command);
        return _events.Events;
    }
}
