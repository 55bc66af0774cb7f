using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>What happens on the testnet's markets: a seeded process, or a recording that is played back.</summary>
/// <remarks>Called by the floor only, one call at a time; needs no lock of its own and starts no thread.</remarks>
public interface IMarketScript
{
    /// <summary>The pairs that the script moves; an index into this list names a pair in every call.</summary>
    IReadOnlyList<MarketPair> Pairs { get; }

    /// <summary>False where nothing can be moved by command: a recording happens as it happened.</summary>
    bool CanBeMoved { get; }

    /// <summary>Reports history and the first books, as of <paramref name="atNanos"/> (Unix nanoseconds).</summary>
    void Open(long atNanos, IMarketSink sink);

    /// <summary>
    /// Reports everything that happens up to <paramref name="toNanos"/> (Unix nanoseconds), oldest first.
    /// </summary>
    /// <returns>False where the script has ended and nothing more will come.</returns>
    bool Advance(long toNanos, IMarketSink sink);

    /// <summary>Moves an asset's fair price on every venue at once, by a percentage.</summary>
    /// <returns>False where the asset is unknown or nothing can be moved.</returns>
    bool TryJump(string asset, double percent);

    /// <summary>Moves one pair away from the other venues by a percentage; zero brings it back.</summary>
    /// <returns>False where nothing can be moved.</returns>
    bool TrySkew(int pair, double percent);
}

/// <summary>Where a script reports what happens.</summary>
public interface IMarketSink
{
    /// <summary>The total quantity at a price is now this; zero removes the level.</summary>
    void SetLevel(int pair, Side side, Level level, long atNanos);

    /// <summary>A trade at a price, with the side that took it.</summary>
    /// <remarks>The script reports the change of the level itself by <see cref="SetLevel"/>, after the trade.</remarks>
    void Trade(int pair, Side taker, Level fill, long atNanos);

    /// <summary>A finished minute of history, oldest first, before any level is reported.</summary>
    void History(int pair, MinuteBar bar);
}

/// <summary>One minute of trading.</summary>
/// <param name="StartNanos">Start of the minute, Unix nanoseconds.</param>
/// <param name="Open">First price on the pair's grid.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Base quantity on the pair's grid.</param>
/// <param name="QuoteVolume">Price × quantity in units of the quote asset: statistics, not money.</param>
/// <param name="Count">Number of trades.</param>
public readonly record struct MinuteBar(
    long StartNanos, long Open, long High, long Low, long Close, long Volume, double QuoteVolume, int Count)
{
    /// <summary>Close against open as a fraction; zero where nothing traded.</summary>
    public double Change => Open == 0 ? 0 : (Close - Open) / (double)Open;
}
