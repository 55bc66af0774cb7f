namespace Strikeline.Exchange;

/// <summary>Levels and balances that some commands have touched, as they are behind the last of them.</summary>
/// <remarks>One thread at a time. Grows to the largest page seen and then allocates nothing. What was touched more than
/// once may be in it more than once, always with the same figures.</remarks>
internal sealed class PageNotes(int capacity)
{
    private LevelChange[] _levels = new LevelChange[capacity];
    private BalanceChange[] _balances = new BalanceChange[capacity];
    private int _levelCount;
    private int _balanceCount;

    public ReadOnlySpan<LevelChange> Levels => _levels.AsSpan(0, _levelCount);

    public ReadOnlySpan<BalanceChange> Balances => _balances.AsSpan(0, _balanceCount);

    public void Clear() => (_levelCount, _balanceCount) = (0, 0);

    public void Add(in LevelChange change)
    {
        if (_levelCount == _levels.Length)
        {
            Array.Resize(ref _levels, _levelCount * 2);
        }

        _levels[_levelCount++] = change;
    }

    public void Add(in BalanceChange change)
    {
        if (_balanceCount == _balances.Length)
        {
            Array.Resize(ref _balances, _balanceCount * 2);
        }

        _balances[_balanceCount++] = change;
    }

    /// <summary>True where the newest level is this one.</summary>
    public bool EndsWith(short instrument, int price) =>
        _levelCount > 0 && _levels[_levelCount - 1] is var last && last.Price == price
        && last.Instrument == instrument;
}
