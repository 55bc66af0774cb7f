using Strikeline.Kernel;
using Strikeline.Testnet.Binance;
using Strikeline.Testnet.Bybit;
using Strikeline.Testnet.Coinbase;
using Strikeline.Testnet.Kraken;

namespace Strikeline.Testnet;

/// <summary>All markets and all venues' booths in one place, moved in steps of ten milliseconds.</summary>
/// <remarks>
/// One lock guards everything. Times in messages are the times of steps, so that equal seeds and equal steps give
/// equal bytes.
/// </remarks>
internal sealed class MarketFloor : IMarketSink
{
    /// <summary>Steps in a second.</summary>
    public const int StepsPerSecond = 100;

    private const long StepNanos = Stamps.NanosPerSecond / StepsPerSecond;

    private readonly IMarketScript _script;
    private readonly PairState[] _pairs;
    private readonly VenueBooth[] _booths;
    private long _lastLineId;

    /// <summary>Opens the markets as of the given time.</summary>
    public MarketFloor(IMarketScript script, long seed, TimeSpan binanceConnectionLife, long startNanos)
    {
        _script = script;
        Faults = new FaultBoard(seed);
        _pairs = [.. script.Pairs.Select((pair, index) => new PairState(index, pair, seed))];
        NowNanos = startNanos / StepNanos * StepNanos;
        _booths =
        [
            new BinanceBooth(On(Venue.Binance), Faults, binanceConnectionLife),
            new CoinbaseBooth(On(Venue.Coinbase), Faults),
            new KrakenBooth(On(Venue.Kraken), Faults),
            new BybitBooth(On(Venue.Bybit), Faults),
        ];
        script.Open(NowNanos, this);
    }

    /// <summary>Guards every member of this class and of the booths.</summary>
    public Lock Gate { get; } = new();

    public FaultBoard Faults { get; }

    /// <summary>Time of the last step, Unix nanoseconds.</summary>
    public long NowNanos { get; private set; }

    public long Step { get; private set; }

    public bool Ended { get; private set; }

    public IReadOnlyList<PairState> Pairs => _pairs;

    public IReadOnlyList<VenueBooth> Booths => _booths;

    public VenueBooth Booth(Venue venue) => _booths[(int)venue - 1];

    public IMarketScript Script => _script;

    /// <summary>Venues of another kind on the same time and prices.</summary>
    public List<IFloorGuest> Guests { get; } = [];

    /// <summary>Faults of the testnet itself since it was opened; a sound one has none.</summary>
    public long Failures { get; private set; }

    /// <summary>The last of them, or null.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>The simulated traders' requests to the exchange.</summary>
    public TraderTally Traders { get; } = new();

    /// <summary>The price of an asset in dollars: the median of the mids of its pairs in dollars, or in what follows
    /// them; null where no such pair has both sides.</summary>
    public double? Price(string asset)
    {
        var mids = new List<double>();
        foreach (var state in _pairs)
        {
            var symbol = state.Pair.Symbol;
            var (bid, ask) = (state.Book.Best(Side.Buy).Price, state.Book.Best(Side.Sell).Price);
            if (symbol.Base == asset && LatentPrices.IsStable(symbol.Quote) && bid != 0 && ask != 0)
            {
                mids.Add((bid + ask) / 2.0 / DecimalText.Scale(state.PriceDecimals));
            }
        }

        mids.Sort();
        return mids.Count == 0 ? null : mids[mids.Count / 2];
    }

    /// <summary>Notes a fault of the testnet itself, for the status page: it writes no log. Any thread.</summary>
    public void Failed(Exception failure)
    {
        lock (Gate)
        {
            Failures++;
            LastFailure = failure.ToString();
        }
    }

    /// <summary>Makes the steps that are due; after a long pause the clock jumps ahead and the markets go on.</summary>
    public void CatchUp(long nowNanos)
    {
        var due = (nowNanos - NowNanos) / StepNanos;
        if (due > TestnetLimits.CatchUpSteps)
        {
            NowNanos += (due - TestnetLimits.CatchUpSteps) * StepNanos;
            due = TestnetLimits.CatchUpSteps;
        }

        for (; due > 0; due--)
        {
            StepOnce();
        }
    }

    /// <summary>Moves the markets by ten milliseconds and sends what is due.</summary>
    public void StepOnce()
    {
        NowNanos += StepNanos;
        Step++;
        ExpireFaults();
        if (!Ended)
        {
            Ended = !_script.Advance(NowNanos, this);
        }

        foreach (var booth in _booths)
        {
            booth.Flush(Step, NowNanos);
        }

        foreach (var guest in Guests)
        {
            guest.Step(Step, NowNanos);
        }
    }

    public ClientLine Connect(Venue venue, string path, RestQuery query)
    {
        var line = new ClientLine(++_lastLineId, venue, Faults) { OpenedNanos = NowNanos };
        Booth(venue).Connect(line, path, query, NowNanos);
        return line;
    }

    public long LastLineId => _lastLineId;

    public int Connections => _booths.Sum(booth => booth.Lines.Count);

    /// <inheritdoc/>
    public void SetLevel(int pair, Side side, Level level, long atNanos)
    {
        var state = _pairs[pair];
        state.SetLevel(side, level);
        Booth(state.Pair.Venue).LevelChanged(state, side, level.Price);
    }

    /// <inheritdoc/>
    public void Trade(int pair, Side taker, Level fill, long atNanos)
    {
        var state = _pairs[pair];
        Booth(state.Pair.Venue).Traded(state, state.Print(taker, fill, atNanos));
    }

    /// <inheritdoc/>
    public void History(int pair, MinuteBar bar) => _pairs[pair].Bars.AddHistory(bar);

    /// <summary>Ends what a fault has changed outside of the wire.</summary>
    public void Lift(Fault fault)
    {
        if (fault.Kind == FaultKind.Offset)
        {
            foreach (var pair in _pairs)
            {
                if (fault.Matches(pair.Pair.Venue, pair))
                {
                    _script.TrySkew(pair.Index, 0);
                }
            }
        }
        else if (fault.Kind == FaultKind.Shutdown)
        {
            foreach (var line in Booth(fault.Venue).Lines)
            {
                if (line.Id <= fault.LastLineId)
                {
                    line.Close(1001, "server shutdown", NowNanos);
                }
            }
        }
    }

    private PairState[] On(Venue venue) => [.. _pairs.Where(pair => pair.Pair.Venue == venue)];

    private void ExpireFaults()
    {
        if (Faults.Standing.Count == 0)
        {
            return;
        }

        foreach (var fault in Faults.Remove(fault => fault.UntilNanos <= NowNanos))
        {
            Lift(fault);
        }
    }
}
