namespace Strikeline.Journal;

/// <summary>One at a time, whoever it is: a turn that is taken without waiting, and not twice by the same
/// thread.</summary>
/// <remarks>
/// Any thread. For work that whoever brings some does himself, unless somebody is at it: who brings puts it down and
/// tries to take the turn; who has the turn gives it back and then looks whether anything was put down. Both are full
/// fences, so that one of the two sees it.
/// </remarks>
public sealed class Turn
{
    private int _isTaken;

    /// <summary>True while somebody has it.</summary>
    public bool IsTaken => Volatile.Read(ref _isTaken) != 0;

    /// <summary>Takes it, unless somebody has it.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Takes it as soon as it is given back: for turns that are short.</summary>
    public void Take()
    {
        var spin = default(SpinWait);
        while (!TryTake())
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Gives it back.</summary>
    public void Give() => Interlocked.Exchange(ref _isTaken, 0);
}
