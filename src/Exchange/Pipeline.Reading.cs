using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <content>What can be read of the core between commands, and its whole state.</content>
public sealed partial class Pipeline
{
    /// <summary>Orders that rest or wait now.</summary>
    public int OpenOrders => _orders.Count;

    /// <summary>The core's time: that of the latest command, in nanoseconds since the Unix epoch.</summary>
    public long NowNanos => _now;

    /// <summary>Accounts are numbered 0, the house, to one less.</summary>
    public int Accounts => _ledger.Accounts;

    /// <summary>Listed assets, by number.</summary>
    public IReadOnlyList<AssetListing> Assets => _administration.Assets;

    /// <summary>API keys, by number; those taken back among them.</summary>
    public IReadOnlyList<KeyListing> Keys => _keys.Keys;

    /// <summary>Listed instruments: numbered 0 to one less.</summary>
    public int Instruments => _books.Count;

    /// <summary>What is broken that must hold after every command, in words; null where nothing is. Between commands;
    /// looks at what was noted on the way.</summary>
    public string? Breach =>
        _ledger.Signs < 0 ? "a balance fell below zero"
        : CrossedBook() is { } crossed ? $"the book of {crossed.Name} was crossed at rest"
        : null;

    /// <summary>Places of the client ids' table that were looked at so far: what crafted ids would drive up.</summary>
    public long ClientIdProbes => _clientIds.Probes;

    /// <summary>The balances themselves.</summary>
    internal Ledger Ledger => _ledger;

    /// <summary>What an account may be used for; between commands.</summary>
    public TradingStatus AccountStatus(int account) => _ledger.Of(account).Status;

    /// <summary>A balance; between commands.</summary>
    public Balance Balance(int account, int asset) => _ledger[account, asset];

    /// <summary>A listed instrument's name and terms.</summary>
    public (ListingName Name, SpotInstrument Terms, TradingStatus Status) Instrument(int number) =>
        (_books[number].Name, _books[number].Instrument, _books[number].Status);

    /// <summary>The number of the newest event.</summary>
    public long LastEvent => _events.Sequence;

    /// <summary>The price of an instrument's newest trade in ticks; 0 before the first.</summary>
    public int LastPrice(int instrument) => _books[instrument].LastPrice;

    /// <summary>Best bid and ask of an instrument in ticks; 0 where there is none.</summary>
    public (int Bid, int Ask) Best(int instrument) =>
        (_books[instrument].Opposite(Side.Sell), _books[instrument].Opposite(Side.Buy));

    /// <summary>The first rule that is broken, in words; null where all hold. Between commands; slow.</summary>
    public string? Audit() => new Audit(_orders, _ledger, _books, _matcher).Breach();

    /// <summary>True where a <see cref="CommandType.Tick"/> at this time would change something.</summary>
    public bool IsDue(long atNanos) => _expiries.FirstKey <= atNanos;

    /// <summary>Appends the whole state; between commands. See <see cref="PipelineState"/>.</summary>
    public void Save(StateWriter state) => PipelineState.Save(state, Parts());

    /// <summary>Takes over a state that <see cref="Save"/> wrote, into a pipeline that has run nothing.</summary>
    /// <exception cref="StateException">It is no such state, or from a newer program.</exception>
    public void Load(ReadOnlySpan<byte> state) => _now = PipelineState.Load(state, Parts(), Open);

    private PipelineParts Parts() => new(
        _now, _orders, _ledger, _books, _expiries, _clientIds, _administration, _keys, _events);

    /// <summary>All orders that rest or wait; between commands.</summary>
    public IEnumerable<OpenOrder> Orders()
    {
        for (var slot = 1; slot <= _orders.Used; slot++)
        {
            if (_orders[slot].Remaining > 0)
            {
                yield return Read(slot);
            }
        }
    }

    /// <summary>Every level of an instrument's book, best bid first, then best ask first; between commands.</summary>
    public IEnumerable<LevelChange> Levels(int instrument)
    {
        var book = _books[instrument];
        foreach (var taker in (Side[])[Side.Sell, Side.Buy])
        {
            for (var price = book.Opposite(taker); price != 0; price = book.Behind(taker, price))
            {
                yield return Level(book, (short)instrument, price);
            }
        }
    }

    /// <summary>Notes what the levels and balances that events were about are now; between commands.</summary>
    internal void Note(ReadOnlySpan<ExchangeEvent> events, PageNotes notes)
    {
        foreach (ref readonly var e in events)
        {
            switch (e.Type)
            {
                case EventType.Accepted or EventType.Cancelled or EventType.Triggered:
                    NoteLevel(e.Instrument, e.Price, notes);
                    NoteBalances(e.Instrument, e.Account, notes);
                    break;
                case EventType.Trade:
                    NoteLevel(e.Instrument, e.Price, notes);
                    NoteBalances(e.Instrument, e.Account, notes);
                    NoteBalances(e.Instrument, e.MakerAccount, notes);
                    break;
                case EventType.Amended:
                    NoteLevel(e.Instrument, e.Price, notes);
                    NoteLevel(e.Instrument, (int)e.Maker, notes);
                    NoteBalances(e.Instrument, e.Account, notes);
                    break;
                case EventType.Refilled:
                    NoteLevel(e.Instrument, e.Price, notes);
                    break;
                case EventType.Transferred:
                    NoteBalance(e.Account, e.Instrument, notes);
                    break;
            }
        }
    }

    private void NoteLevel(short instrument, int price, PageNotes notes)
    {
        // Market orders have no price, and where one trades level after level, its own price comes again and again.
        if (price > 0 && !notes.EndsWith(instrument, price))
        {
            notes.Add(Level(_books[instrument], instrument, price));
        }
    }

    private void NoteBalances(short instrument, int account, PageNotes notes)
    {
        var terms = _books[instrument].Instrument;
        NoteBalance(account, terms.BaseAsset, notes);
        NoteBalance(account, terms.QuoteAsset, notes);
    }

    private void NoteBalance(int account, int asset, PageNotes notes)
    {
        ref var balance = ref _ledger[account, asset];
        notes.Add(new BalanceChange
        {
            Account = account, Asset = asset, Available = balance.Available, Held = balance.Held,
        });
    }

    private static LevelChange Level(OrderBook book, short instrument, int price) => new()
    {
        Instrument = instrument,
        Price = price,
        Lots = book.Glance(price).Lots,
        Side = price <= book.BestBid ? Side.Buy : Side.Sell,
    };

    private OpenOrder Read(int slot)
    {
        ref var order = ref _orders[slot];
        var traits = order.Is(OrderFlags.Special) ? _orders.Traits(slot) : default;
        return new OpenOrder(
            _orders.IdOf(slot), order.Account, order.Instrument, order.Side, order.Price, _matcher.LotsOf(slot),
            order.Is(OrderFlags.Iceberg) ? traits.Display : 0, order.Is(OrderFlags.Waits) ? traits.StopPrice : 0,
            order.Is(OrderFlags.Expires) ? traits.ExpiresAt : 0, order.Is(OrderFlags.PostOnly));
    }

    private OrderBook? CrossedBook()
    {
        foreach (var book in _books.All)
        {
            if (book.WasCrossed)
            {
                return book;
            }
        }

        return null;
    }
}
