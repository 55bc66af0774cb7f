namespace Strikeline.Strikes;

/// <summary>The centre of a ladder, which follows spot without flapping. Owned by one loop.</summary>
/// <remarks>The centre moves only when spot is farther from it than half a spacing plus a margin.</remarks>
public sealed class StrikeLadder
{
    private readonly long _spacing;
    private readonly long _reach;
    private readonly long _lowest;

    /// <summary>Makes a ladder that has no centre yet.</summary>
    public StrikeLadder(SeriesOptions options)
    {
        _spacing = options.SpacingE8;
        _reach = (_spacing / 2) + (_spacing / 100 * options.HysteresisPercent);
        _lowest = _spacing * (options.StrikesEachSide + 1);
    }

    /// <summary>The centre strike in 10^-8; zero before the first price.</summary>
    public long CentreE8 { get; private set; }

    /// <summary>Follows spot.</summary>
    /// <param name="spotE8">Spot in 10^-8; more than zero.</param>
    /// <returns>True where the centre moved.</returns>
    public bool Follow(long spotE8)
    {
        if (CentreE8 != 0 && Math.Abs(spotE8 - CentreE8) <= _reach)
        {
            return false;
        }

        // The lowest strike of the ladder stays one spacing above zero.
        var centre = Math.Max(_lowest, (spotE8 + (_spacing / 2)) / _spacing * _spacing);
        var moved = centre != CentreE8;
        CentreE8 = centre;
        return moved;
    }

    /// <summary>The strike a number of steps above (or below) the centre, in 10^-8.</summary>
    public long StrikeE8(int step) => CentreE8 + (step * _spacing);
}
