using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Where a market is in its life; the names are the venue's.</summary>
internal enum KalshiStatus
{
    /// <summary>Known, not open yet.</summary>
    Initialized,

    /// <summary>Trades.</summary>
    Active,

    /// <summary>Paused.</summary>
    Inactive,

    /// <summary>Over; what it was about is not decided yet.</summary>
    Closed,

    /// <summary>Decided, not paid yet.</summary>
    Determined,

    /// <summary>The decision is contested.</summary>
    Disputed,

    /// <summary>Decided again, not paid yet.</summary>
    Amended,

    /// <summary>Paid.</summary>
    Finalized,
}

/// <summary>One question, its book in terms of YES, and what it has traded.</summary>
/// <remarks>Under the floor's lock. An ask of the book at p is the venue's bid for NO at 1 − p.</remarks>
internal sealed class KalshiMarket(long number, string ticker, string id, KalshiEvent belongs)
{
    private const int TradesKept = 2_000;
    private const int TradesKeptOfPast = 100;

    private static readonly LimitBook NoBook = new();

    private readonly List<KalshiTrade> _trades = [];

    /// <summary>Rises with each market; pages go along it.</summary>
    public long Number { get; } = number;

    public string Ticker { get; } = ticker;

    public string Id { get; } = id;

    public KalshiEvent Event { get; } = belongs;

    public KalshiSeries Series => Event.Series;

    public required long CreatedNanos { get; init; }

    public required long OpenNanos { get; init; }

    public required long CloseNanos { get; set; }

    /// <summary>Changes with status, strike and price ranges.</summary>
    public long UpdatedNanos { get; set; }

    public KalshiStatus Status { get; set; }

    /// <summary>Empty, <c>yes</c>, <c>no</c> or <c>scalar</c>.</summary>
    public string Result { get; set; } = "";

    /// <summary>What YES pays, as a price; meaningful once determined.</summary>
    public int SettlementPrice { get; set; }

    /// <summary>When it will be paid, once it is determined.</summary>
    public long PaysNanos { get; set; }

    /// <summary>True where its first result will be contested, and turned round.</summary>
    public bool IsContested { get; set; }

    public long SettledNanos { get; set; }

    /// <summary>The index value that decided, with two decimals; empty before.</summary>
    public string ExpirationValue { get; set; } = "";

    /// <summary>The strike in cents; zero where it is not known yet or there is none.</summary>
    public long StrikeCents { get; set; }

    /// <summary>True where the strike itself is YES.</summary>
    public bool AtStrikeIsYes { get; init; }

    public PriceRanges Ranges { get; set; } = PriceRanges.TaperedDeciCent;

    /// <summary>The book's number in the core; -1 where it has none any more.</summary>
    public short Instrument { get; set; } = -1;

    public LimitBook Book { get; private set; } = new();

    /// <summary>The last trade's price of YES; zero before the first.</summary>
    public int LastPrice { get; private set; }

    public long LastCount { get; private set; }

    public long Volume { get; private set; }

    public long OpenInterest { get; set; }

    /// <summary>True where the ticker channel has something to tell.</summary>
    public bool HasNews { get; set; }

    /// <summary>The newest trades, oldest first.</summary>
    public IReadOnlyList<KalshiTrade> Trades => _trades;

    /// <summary>True where nothing can be done with it any more, not even cancelling.</summary>
    public bool IsOver => Status >= KalshiStatus.Closed;

    public int YesBid => (int)Book.Best(Side.Buy).Price;

    /// <summary>The best ask of YES: one dollar where nobody asks, as the venue shows it.</summary>
    public int YesAsk => Book.Count(Side.Sell) == 0 ? KalshiUnits.Dollar : (int)Book.Best(Side.Sell).Price;

    /// <summary>It is over, and kept to be looked up: what takes space is given up.</summary>
    public void Retire()
    {
        Book = NoBook;
        _trades.RemoveRange(0, Math.Max(0, _trades.Count - TradesKeptOfPast));
        _trades.TrimExcess();
    }

    public void Add(KalshiTrade trade)
    {
        if (_trades.Count == TradesKept)
        {
            _trades.RemoveRange(0, TradesKept / 2);
        }

        _trades.Add(trade);
        LastPrice = trade.Price;
        LastCount = trade.Count;
        Volume += trade.Count;
        HasNews = true;
    }

    /// <summary>Changes the count at a price of YES.</summary>
    public void Change(Side side, int price, long delta)
    {
        Book.Set(side, new Level(price, Book.Quantity(side, price) + delta));
        HasNews = true;
    }
}

/// <summary>A public trade.</summary>
/// <param name="Id">The venue's id.</param>
/// <param name="Price">Of YES.</param>
/// <param name="Count">How much.</param>
/// <param name="Taker">The side of the book in YES that took.</param>
/// <param name="AtNanos">When, Unix nanoseconds.</param>
/// <param name="Number">Rises with each trade; pages go along it.</param>
internal sealed record KalshiTrade(string Id, int Price, long Count, Side Taker, long AtNanos, long Number);
