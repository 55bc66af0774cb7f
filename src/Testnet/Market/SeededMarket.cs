namespace Strikeline.Testnet;

/// <summary>The seeded script: one latent price per asset, and around it a live limit book for each pair.</summary>
/// <remarks>Deterministic: equal seed, rate, depth and times give equal events.</remarks>
public sealed class SeededMarket : IMarketScript
{
    private readonly LatentPrices _latent;
    private readonly PairProcess[] _processes;

    /// <summary>Makes the process; nothing moves before <see cref="Open"/>.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="rate">Multiplies the rate of events; 1 is about 20 to 50 messages a second on a busy pair.</param>
    /// <param name="depth">Levels a side of each book.</param>
    public SeededMarket(long seed, double rate, int depth)
    {
        _latent = new LatentPrices(seed);
        Pairs = MarketPairs.All;
        _processes = new PairProcess[Pairs.Count];
        for (var i = 0; i < _processes.Length; i++)
        {
            _processes[i] = new PairProcess(i, Pairs[i], new SeededRandom(seed, i + 1), _latent, rate, depth);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<MarketPair> Pairs { get; }

    /// <inheritdoc/>
    public bool CanBeMoved => true;

    /// <inheritdoc/>
    public void Open(long atNanos, IMarketSink sink)
    {
        _latent.Open(atNanos);
        foreach (var process in _processes)
        {
            process.Open(atNanos, sink);
        }
    }

    /// <inheritdoc/>
    public bool Advance(long toNanos, IMarketSink sink)
    {
        _latent.Advance(toNanos);
        foreach (var process in _processes)
        {
            process.Advance(toNanos, sink);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryJump(string asset, double percent) => _latent.TryJump(asset, percent);

    /// <inheritdoc/>
    public bool TrySkew(int pair, double percent)
    {
        _processes[pair].SkewPercent = percent;
        return true;
    }
}
