using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// What the venue's matching engine takes, as far as the CLOB's answers tell: while it restarts they are 425, and for
/// two minutes afterwards it takes post-only orders alone, which no answer to a question shows.
/// </summary>
/// <remarks>Under the feed's lock.</remarks>
internal sealed class EngineWatch
{
    private const long PostOnlyNanos = 120 * Stamps.NanosPerSecond;
    private const long FirstWaitNanos = Stamps.NanosPerSecond;
    private const long MostWaitNanos = 8 * Stamps.NanosPerSecond;

    private long _waitNanos;
    private long _askAtNanos;
    private long _postOnlyUntilNanos;

    public bool IsRestarting { get; private set; }

    /// <summary>What the engine takes: everything, post-only orders, or nothing.</summary>
    public MarketPhase PhaseAt(long nowNanos) =>
        IsRestarting ? MarketPhase.Paused
        : nowNanos < _postOnlyUntilNanos ? MarketPhase.PostOnly
        : MarketPhase.Open;

    /// <summary>True where it is time to ask a restarting engine again; each time waits twice as long.</summary>
    public bool TakeTurn(long nowNanos)
    {
        if (nowNanos < _askAtNanos)
        {
            return false;
        }

        _waitNanos = Math.Clamp(_waitNanos * 2, FirstWaitNanos, MostWaitNanos);
        _askAtNanos = nowNanos + _waitNanos;
        return true;
    }

    /// <summary>The CLOB answered 425.</summary>
    public void Refused(long nowNanos)
    {
        if (!IsRestarting)
        {
            IsRestarting = true;
            _waitNanos = 0;
            _askAtNanos = nowNanos + FirstWaitNanos;
        }
    }

    /// <summary>The CLOB answered something else.</summary>
    public void Answered(long nowNanos)
    {
        if (IsRestarting)
        {
            IsRestarting = false;
            _postOnlyUntilNanos = nowNanos + PostOnlyNanos;
        }
    }
}
