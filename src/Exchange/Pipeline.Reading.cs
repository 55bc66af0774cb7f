using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <content>What can be read of the core between commands, and its whole state.</content>
public sealed partial class Pipeline
{
    /// <summary>Orders that rest or wait now.</summary>
    public int OpenOrders => _orders.Count;

    /// <summary>Accounts are numbered 0, the house, to one less.</summary>
    public int Accounts => _ledger.Accounts;

    /// <summary>Listed assets, by number.</summary>
    public IReadOnlyList<AssetListing> Assets => _administration.Assets;

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

    /// <summary>A balance; between commands.</summary>
    public Balance Balance(int account, int asset) => _ledger[account, asset];

    /// <summary>A listed instrument's name and terms.</summary>
    public (ListingName Name, SpotInstrument Terms, TradingStatus Status) Instrument(int number) =>
        (_books[number].Name, _books[number].Instrument, _books[number].Status);

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
        _now, _orders, _ledger, _books, _expiries, _clientIds, _administration, _events);

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
