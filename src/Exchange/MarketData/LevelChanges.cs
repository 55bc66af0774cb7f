namespace Strikeline.Exchange;

/// <summary>Levels that some commands have touched, as they are behind the last of them.</summary>
/// <remarks>One thread at a time. Grows to the largest page seen and then allocates nothing. A level may be in it more
/// than once, always with the same lots.</remarks>
internal sealed class LevelChanges(int capacity)
{
    private LevelChange[] _changes = new LevelChange[capacity];
    private int _count;

    public ReadOnlySpan<LevelChange> All => _changes.AsSpan(0, _count);

    public void Clear() => _count = 0;

    public void Add(in LevelChange change)
    {
        if (_count == _changes.Length)
        {
            Array.Resize(ref _changes, _count * 2);
        }

        _changes[_count++] = change;
    }

    /// <summary>True where the newest one is of this level.</summary>
    public bool EndsWith(short instrument, int price) =>
        _count > 0 && _changes[_count - 1] is var last && last.Price == price && last.Instrument == instrument;
}
