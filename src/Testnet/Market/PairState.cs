using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>What a venue knows about one of its pairs now: book, update id, last trades, bars.</summary>
/// <remarks>Under the floor's lock.</remarks>
internal sealed class PairState
{
    public const int TradesKept = 1000;

    private readonly Queue<TradePrint> _trades = new(TradesKept);

    public PairState(int index, MarketPair pair, long seed)
    {
        Index = index;
        Pair = pair;
        var random = new SeededRandom(seed, 1000 + index);
        UpdateId = 1_000_000_000L + random.NextInt(1_000_000_000);
        LastTradeId = 10_000_000L + random.NextInt(100_000_000);
    }

    public int Index { get; }

    public MarketPair Pair { get; }

    public LimitBook Book { get; } = new();

    public BarHistory Bars { get; } = new();

    /// <summary>Rises by one with every change of a level.</summary>
    public long UpdateId { get; private set; }

    public long LastTradeId { get; private set; }

    public TradePrint LastTrade { get; private set; }

    /// <summary>The last trades, oldest first.</summary>
    public IReadOnlyCollection<TradePrint> Trades => _trades;

    public int PriceDecimals => Pair.Grid.PriceDecimals;

    public int QuantityDecimals => Pair.Grid.QuantityDecimals;

    public void SetLevel(Side side, Level level)
    {
        Book.Set(side, level);
        UpdateId++;
    }

    public TradePrint Print(Side taker, Level fill, long atNanos)
    {
        LastTradeId++;
        LastTrade = new TradePrint(LastTradeId, fill.Price, fill.Quantity, taker, atNanos);
        if (_trades.Count == TradesKept)
        {
            _trades.Dequeue();
        }

        _trades.Enqueue(LastTrade);
        Bars.Add(LastTrade, QuoteValue(LastTrade));
        return LastTrade;
    }

    /// <summary>Last price, zero where nothing has traded yet.</summary>
    public long LastPrice => Bars.Minutes.Count == 0 ? 0 : Bars.Minutes[^1].Close;

    /// <summary>Average price of a bar by volume in units of the quote asset; its close where nothing traded.</summary>
    public double AveragePrice(MinuteBar bar) => bar.Volume == 0
        ? bar.Close / (double)DecimalText.Scale(PriceDecimals)
        : bar.QuoteVolume / (bar.Volume / (double)DecimalText.Scale(QuantityDecimals));

    public double QuoteValue(TradePrint trade) =>
        trade.Price / (double)DecimalText.Scale(PriceDecimals)
        * (trade.Quantity / (double)DecimalText.Scale(QuantityDecimals));
}
