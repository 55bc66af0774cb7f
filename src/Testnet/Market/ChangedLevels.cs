using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Prices whose level has changed since the last flush.</summary>
internal sealed class ChangedLevels
{
    private readonly HashSet<long> _bids = [];
    private readonly HashSet<long> _asks = [];
    private readonly List<long> _sorted = [];

    public bool Any => _bids.Count + _asks.Count > 0;

    public void Add(Side side, long price) => Of(side).Add(price);

    public void Clear()
    {
        _bids.Clear();
        _asks.Clear();
    }

    /// <summary>Changed prices of a side, best first; valid until the next call.</summary>
    public IReadOnlyList<long> Sorted(Side side)
    {
        _sorted.Clear();
        _sorted.AddRange(Of(side));
        _sorted.Sort();
        if (side == Side.Buy)
        {
            _sorted.Reverse();
        }

        return _sorted;
    }

    private HashSet<long> Of(Side side) => side == Side.Buy ? _bids : _asks;
}
